// Small text helpers on octets: ASCII only, no locale, no Unicode surprises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] constexpr char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}
[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alnum(char c) {
  return is_digit(c) || is_alpha(c);
}
// The value of a hex digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = to_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);
// Equal but for ASCII case.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
// Without leading and trailing SP and HTAB (OWS of RFC 9110 section 5.6.3).
[[nodiscard]] std::string_view trim_ows(std::string_view text);
// The parts between `separator`; "" gives one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// Comma-separated list elements, trimmed, empty ones left out (RFC 9110 section 5.6.1).
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);  // lower case
[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Strict RFC 4648 with padding; nothing else is accepted.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

// Whole-text unsigned decimal, no sign, no spaces, no overflow.
[[nodiscard]] std::optional<std::uint64_t> parse_uint(std::string_view text);
// Whole-text decimal number ("12", "-1.5", "1e3"); no hex, no inf, no spaces.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
// A number as Kong prints it in headers (C's "%.14g"): 3, 2.5, 1e+15.
[[nodiscard]] std::string format_number(double value);
// As format_number, into `out` (32 bytes suffice); returns what was written. Allocates nothing.
[[nodiscard]] std::string_view format_number(double value, std::span<char> out);
[[nodiscard]] std::string_view format_uint(std::uint64_t value, std::span<char> out);

// The candidate that `word` is most likely a misspelling of, or "" when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

// `text` as it may stand on one line of a terminal or log: controls, quotes' neighbours and
// non-UTF-8 octets as \xHH (CWE-117).
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace gw
