// What a decision asks of a counter store, and what it learns.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"
#include "limit/window.h"
#include "model/period.h"

namespace gw::limit {

// 128 bits of a keyed hash over the key's parts; stands for them in the memory store.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// The parts of Kong's counter key (kong-behaviour.md 1.5). Views live as long as the Exchange.
struct KeyParts {
  std::string_view prefix;  // "ratelimit" or "consumerratelimit"
  Uuid route;               // of the plugin's scope; nil: none
  Uuid service;
  std::string_view identifier;
};

enum class Counting : std::uint8_t {
  if_all_pass,  // count in every window, but only when every window has room
  always,       // redis from 3.4: the read itself counts, also what is refused
  read_only,    // 2.0 to 2.2 under `counting: kong`: the log phase counts
  add_only,     // that log phase
};

// One plugin's question about one key.
struct Charge {
  Fingerprint key;
  KeyParts parts;
  std::span<const Window> windows;  // the configured periods, shorter first
  Counting how = Counting::if_all_pass;
};

// used_before[period]: requests counted in that window before this one.
struct Reading {
  std::array<std::uint64_t, model::kPeriodCount> used_before{};
  bool passed = true;  // every window had room: used_before < limit
};

// The charges of one request are asked in order; after the first that does not pass the rest are
// not touched. Returned is how many readings were written.
//
// Implementations: MemoryStore (exact, thread-safe) and the simulator's stores.

}  // namespace gw::limit
