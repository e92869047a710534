#include "base/uuid.h"

#include "base/digest.h"
#include "base/text.h"

namespace gw {
namespace {

constexpr bool is_dash_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

void stamp(Uuid& id, std::uint8_t version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | (std::uint32_t{version} << 4U));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    auto& byte = id.bytes[nibble / 2];
    byte =
        static_cast<std::uint8_t>((std::uint32_t{byte} << 4U) | static_cast<std::uint32_t>(digit));
    ++nibble;
  }
  return id;
}

Uuid Uuid::v5(const Uuid& name_space, std::string_view name) {
  std::string input(name_space.bytes.begin(), name_space.bytes.end());
  input += name;
  const auto digest = sha1(input);
  Uuid id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    id.bytes[i] = std::to_integer<std::uint8_t>(digest[i]);
  }
  stamp(id, 5);
  return id;
}

Uuid Uuid::v4(Rng& rng) {
  Uuid id;
  for (std::size_t i = 0; i < id.bytes.size(); i += 8) {
    const std::uint64_t word = rng.next();
    for (std::size_t j = 0; j < 8; ++j) {
      id.bytes[i + j] = static_cast<std::uint8_t>(word >> (8 * j));
    }
  }
  stamp(id, 4);
  return id;
}

void Uuid::write(char (&out)[36]) const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_dash_position(at)) out[at++] = '-';
    out[at++] = kDigits[byte >> 4U];
    out[at++] = kDigits[byte & 15U];
  }
}

std::string Uuid::str() const {
  char out[36];
  write(out);
  return {out, sizeof out};
}

}  // namespace gw
