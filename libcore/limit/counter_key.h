// Kong's key of one counter (kong-behaviour.md 1.5), as text.
#pragma once

#include <cstdint>
#include <string>

#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit {

enum class KeyLayout : std::uint8_t {
  plain,  // ratelimit:<route>:<service>:<identifier>:<start ms>:<period>
  // ratelimit:<route>:<service>{:<identifier>}:<start ms>:<period>, for a Redis Cluster: what
  // stands in braces is the hash tag, so all counters of one identifier lie in one slot. The colon
  // in it keeps the tag from being empty.
  tagged,
};

void append_counter_key(std::string& out, const KeyParts& parts, Period period, WallSeconds start,
                        KeyLayout layout = KeyLayout::plain);
[[nodiscard]] std::string counter_key(const KeyParts& parts, const Window& window,
                                      KeyLayout layout = KeyLayout::plain);

}  // namespace gw::limit
