// The `Config` of a CA configuration as Consul's built-in provider reads it: names in any case,
// values of nearly any type, and the bounds of 1.8.7 with its texts.
//
// Only endpoint sources include this (see reply_json.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "mesh/reply_json.h"

namespace gw::mesh {

struct CaProvider {
  Secret private_key;     // PEM; empty: one of its own
  std::string root_cert;  // PEM; empty: made of the key
  std::chrono::nanoseconds leaf_ttl = std::chrono::hours(72);
  std::chrono::nanoseconds intermediate_ttl = std::chrono::hours(8760);
  std::chrono::nanoseconds rotation_period = std::chrono::hours(2160);
  bool skip_validate = false;
  std::string key_type = "ec";
  std::int64_t key_bits = 256;
};

// `config`: an object or null. Errors (invalid) are those that Consul puts behind "error
// configuring provider: ".
[[nodiscard]] Result<CaProvider> read_ca_provider(const Json& config);

// strconv.ParseBool; nullopt: not one.
[[nodiscard]] std::optional<bool> parse_go_bool(std::string_view text);

}  // namespace gw::mesh
