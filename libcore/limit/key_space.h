// Counters with a life of their own, as a key-value store with expiry keeps them, in virtual time.
//
// The simulator's stores share it. Keys are found by their parts, not by Kong's text of them: the
// text is made only when somebody wants to see it. What has expired is dropped as the rest grows.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit {

class KeySpace {
 public:
  struct Entry {
    std::uint64_t value = 0;
    WallTime expires{};
  };
  // How long a counter lives from its first increment.
  enum class Life : std::uint8_t {
    nominal,       // Kong's W, also where the window is longer
    whole_window,  // W, and never less than to the window's end (hardening.md R9)
  };
  explicit KeySpace(Life life) : life_(life) {}

  // As MemoryStore::charge.
  std::size_t charge(std::span<const Charge> charges, WallTime now, std::span<Reading> out);
  [[nodiscard]] std::uint64_t read(const KeyParts& parts, const Window& window, WallTime now);
  void add(const KeyParts& parts, const Window& window, std::uint64_t count, WallTime now);
  // What lives at `now`, by Kong's keys.
  [[nodiscard]] std::map<std::string, Entry> entries(WallTime now) const;
  // Keys held, without their windows; expired ones that were not dropped yet are among them.
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Counter {
    Period period = Period::second;
    WallSeconds start{};
    Entry entry;
  };
  // Few: a counter outlives its window by less than one more window.
  using Counters = std::vector<Counter>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };

  [[nodiscard]] static std::uint64_t value_of(const Counters& counters, const Window& window);
  Counters& counters_of(const KeyParts& parts, WallTime now);
  void drop_expired(WallTime now);
  void charge_one(const Charge& charge, WallTime now, Reading& reading);
  void add_to(Counters& counters, const Window& window, std::uint64_t count, WallTime now) const;

  Life life_;
  std::string key_;  // the one being looked up; kept for its capacity
  std::unordered_map<std::string, Counters, Hash, std::equal_to<>> keys_;
  std::size_t drop_at_ = 1024;  // keys held when the expired ones are next dropped
};

}  // namespace gw::limit
