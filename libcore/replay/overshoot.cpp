#include "replay/overshoot.h"

#include <algorithm>
#include <cmath>

#include "limit/counter_key.h"

namespace gw::replay {

void OvershootAudit::note(std::span<const limit::Charge> charges, std::vector<Entry>& out) {
  for (const limit::Charge& charge : charges) {
    for (const limit::Window& window : charge.windows) {
      out.push_back({limit::counter_key(charge.parts, window), window});
    }
  }
}

void OvershootAudit::passed(std::span<const Entry> entries, WallTime now) {
  for (const Entry& entry : entries) {
    Count& count = counts_[entry.key];
    count.end = entry.window.end;
    count.passed += 1;
    if (count.passed > std::ceil(entry.window.limit)) total_ += 1;
  }
  if (counts_.size() > forget_at_) forget_ended(now);
}

void OvershootAudit::forget_ended(WallTime now) {
  std::erase_if(counts_, [now](const auto& row) { return row.second.end <= now; });
  forget_at_ = std::max<std::size_t>(100'000, counts_.size() * 2);
}

}  // namespace gw::replay
