// Cryptographic digests (OpenSSL).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace gw {

[[nodiscard]] std::array<std::byte, 20> sha1(std::string_view bytes);  // UUID version 5 only
[[nodiscard]] std::array<std::byte, 32> sha256(std::string_view bytes);

// Equality in time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace gw
