// The octets that HTTP's grammar tells apart: one table for parser, writer, targets and hosts, so
// that no two of them differ (RFC 9110 section 5, RFC 9112 section 3.2, RFC 3986 section 2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace gw::http {

// Sets of octets, as bits of the table's rows.
enum class Octets : std::uint8_t {
  token = 1,     // tchar
  target = 2,    // 0x21 to 0x7E without '#'
  reg_name = 4,  // unreserved and sub-delims but for the comma: a Host is no list (hardening.md T1)
  blank = 8,     // SP and HTAB
  quoted = 16,   // qdtext: within a quoted-string as they are
};

inline constexpr auto kOctets = [] {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&](Octets set, std::string_view members) {
    for (const char c : members) {
      table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(set);
    }
  };
  for (unsigned c = 0; c < 256; ++c) {
    const char octet = static_cast<char>(c);
    const bool visible = c > 0x20 && c < 0x7F;
    if (is_alnum(octet)) add(Octets::token, {&octet, 1});
    if (is_alnum(octet)) add(Octets::reg_name, {&octet, 1});
    if (visible && octet != '#') add(Octets::target, {&octet, 1});
    if ((visible && octet != '"' && octet != '\\') || c >= 0x80) add(Octets::quoted, {&octet, 1});
  }
  add(Octets::token, "!#$%&'*+-.^_`|~");
  add(Octets::reg_name, "-._~!$&'()*+;=");
  add(Octets::blank, " \t");
  add(Octets::quoted, " \t");
  return table;
}();

[[nodiscard]] constexpr bool is_in(Octets set, char c) {
  return (kOctets[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(set)) != 0;
}

// How many of the first octets are in the set.
[[nodiscard]] constexpr std::size_t run_of(Octets set, std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_in(set, text[n])) ++n;
  return n;
}

[[nodiscard]] constexpr bool all_of(Octets set, std::string_view text) {
  return run_of(set, text) == text.size();
}
[[nodiscard]] constexpr bool is_token(std::string_view text) {
  return !text.empty() && all_of(Octets::token, text);
}

// What may not stand in a field value and ends a line: controls but HTAB.
[[nodiscard]] constexpr bool is_control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return (octet < 0x20 && c != '\t') || octet == 0x7F;
}

// Without SP and HTAB at both ends; base's trim_ows, small enough to stand in the parser's loop.
[[nodiscard]] constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_in(Octets::blank, text.front())) text.remove_prefix(1);
  while (!text.empty() && is_in(Octets::blank, text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace gw::http
