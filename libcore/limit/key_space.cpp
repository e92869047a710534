#include "limit/key_space.h"

#include <algorithm>
#include <utility>

#include "limit/counter_key.h"

namespace gw::limit {
namespace {

constexpr std::size_t kUuidBytes = sizeof(Uuid::bytes);

// The parts in a form that is quick to write: route and service as bytes, the prefix, a colon (no
// prefix has one), the identifier. Different parts never make the same bytes.
void pack(std::string& out, const KeyParts& parts) {
  out.assign(parts.route.bytes.begin(), parts.route.bytes.end());
  out.append(parts.service.bytes.begin(), parts.service.bytes.end());
  out += parts.prefix;
  out += ':';
  out += parts.identifier;
}

// The views live as long as `packed`.
KeyParts unpack(std::string_view packed) {
  KeyParts parts;
  for (Uuid* id : {&parts.route, &parts.service}) {
    std::copy_n(packed.begin(), kUuidBytes, id->bytes.begin());
    packed.remove_prefix(kUuidBytes);
  }
  const std::size_t colon = packed.find(':');
  parts.prefix = packed.substr(0, colon);
  parts.identifier = packed.substr(colon + 1);
  return parts;
}

}  // namespace

std::size_t KeySpace::charge(std::span<const Charge> charges, WallTime now,
                             std::span<Reading> out) {
  const std::size_t count = std::min(charges.size(), out.size());
  for (std::size_t i = 0; i < count; ++i) {
    charge_one(charges[i], now, out[i]);
    if (!out[i].passed) return i + 1;
  }
  return count;
}

void KeySpace::charge_one(const Charge& charge, WallTime now, Reading& reading) {
  reading = {};
  Counters& counters = counters_of(charge.parts, now);
  for (const Window& window : charge.windows) {
    const std::uint64_t used = value_of(counters, window);
    reading.used_before[model::index(window.period)] = used;
    if (!(static_cast<double>(used) < window.limit)) reading.passed = false;
  }
  if (charge.how == Counting::read_only) return;
  if (charge.how == Counting::if_all_pass && !reading.passed) return;
  for (const Window& window : charge.windows) add_to(counters, window, 1, now);
  if (charge.how == Counting::add_only) reading.passed = true;
}

std::uint64_t KeySpace::read(const KeyParts& parts, const Window& window, WallTime now) {
  return value_of(counters_of(parts, now), window);
}

void KeySpace::add(const KeyParts& parts, const Window& window, std::uint64_t count, WallTime now) {
  add_to(counters_of(parts, now), window, count, now);
}

void KeySpace::add_to(Counters& counters, const Window& window, std::uint64_t count,
                      WallTime now) const {
  for (Counter& c : counters) {
    if (c.period != window.period || c.start != window.start) continue;
    c.entry.value += count;
    return;
  }
  const WallTime end = life_ == Life::nominal ? now + model::row(window.period).nominal
                                              : counter_expiry(window, now);
  counters.push_back({window.period, window.start, {count, end}});
}

std::uint64_t KeySpace::value_of(const Counters& counters, const Window& window) {
  for (const Counter& c : counters) {
    if (c.period == window.period && c.start == window.start) return c.entry.value;
  }
  return 0;
}

// Those that live at `now`.
KeySpace::Counters& KeySpace::counters_of(const KeyParts& parts, WallTime now) {
  pack(key_, parts);
  if (const auto it = keys_.find(std::string_view{key_}); it != keys_.end()) {
    std::erase_if(it->second, [now](const Counter& c) { return c.entry.expires <= now; });
    return it->second;
  }
  if (keys_.size() >= drop_at_) drop_expired(now);
  return keys_[key_];
}

void KeySpace::drop_expired(WallTime now) {
  const auto is_dead = [now](const Counter& c) { return c.entry.expires <= now; };
  std::erase_if(keys_, [&](const auto& key) {
    return std::all_of(key.second.begin(), key.second.end(), is_dead);
  });
  drop_at_ = std::max<std::size_t>(1024, keys_.size() * 2);
}

std::map<std::string, KeySpace::Entry> KeySpace::entries(WallTime now) const {
  std::map<std::string, Entry> all;
  for (const auto& [key, counters] : keys_) {
    for (const Counter& c : counters) {
      if (c.entry.expires <= now) continue;
      std::string text;
      append_counter_key(text, unpack(key), c.period, c.start);
      all.emplace(std::move(text), c.entry);
    }
  }
  return all;
}

}  // namespace gw::limit
