// How far limits were overrun: passed minus limit, summed over windows.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "limit/charge.h"

namespace gw::replay {

// Counts, beside the stores and across all nodes, what passed in each window. An exact limiter lets
// ceil(limit) requests pass; every further one is overshoot.
class OvershootAudit {
 public:
  // A window that a request was judged in.
  struct Entry {
    std::string key;
    limit::Window window;
  };
  static void note(std::span<const limit::Charge> charges, std::vector<Entry>& out);

  // A request passed that was judged in these windows.
  void passed(std::span<const Entry> entries, WallTime now);
  [[nodiscard]] double total() const { return total_; }

 private:
  void forget_ended(WallTime now);

  struct Count {
    double passed = 0;
    WallSeconds end{};
  };
  std::unordered_map<std::string, Count> counts_;
  std::size_t forget_at_ = 100'000;  // entries; a year of second windows must not pile up
  double total_ = 0;
};

}  // namespace gw::replay
