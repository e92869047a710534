// Looking at what a request would meet, without playing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/exchange.h"
#include "gateway/snapshot.h"

namespace gw::gateway {

// Where a client puts its API key so that the route's key-auth finds it.
struct KeyPlace {
  enum class In : std::uint8_t { header, query, form };
  In in = In::header;
  std::string name;
};

// nullopt: no route matches, or no key-auth applies there.
[[nodiscard]] std::optional<KeyPlace> key_place(const Snapshot& snapshot,
                                                const RequestView& request);

}  // namespace gw::gateway
