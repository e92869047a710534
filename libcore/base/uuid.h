// UUIDs (RFC 9562): parsing, printing, version 4 and version 5.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace gw {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // The 36-character form, hex digits of either case; nullopt for anything else.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  // Version 5: SHA-1 of the name space and `name`.
  [[nodiscard]] static Uuid v5(const Uuid& name_space, std::string_view name);
  [[nodiscard]] static Uuid v4(Rng& rng);

  [[nodiscard]] bool is_nil() const { return *this == Uuid{}; }
  [[nodiscard]] std::string str() const;  // lower case, with dashes
  // As str(), into `out`; allocates nothing.
  void write(char (&out)[36]) const;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace gw
