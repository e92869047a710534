#include "config/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::config {
namespace {

constexpr std::array<std::string_view, 3> kTrue{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse{"false", "False", "FALSE"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 6> kYes{"yes", "Yes", "YES", "on", "On", "ON"};
constexpr std::array<std::string_view, 6> kNo{"no", "No", "NO", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 6> kNotFinite{".inf", ".Inf", ".INF",
                                                     ".nan", ".NaN", ".NAN"};

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text;
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// [-+]? ( \.[0-9]+ | [0-9]+ (\.[0-9]*)? ) ([eE][-+]?[0-9]+)?
bool is_decimal(std::string_view text) {
  text = without_sign(text);
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = count_digits(text);
    if (whole + fraction == 0) return false;
    text.remove_prefix(fraction);
  } else if (whole == 0) {
    return false;
  }
  if (text.empty()) return true;
  if (to_lower(text.front()) != 'e') return false;
  text = without_sign(text.substr(1));
  return !text.empty() && count_digits(text) == text.size();
}

// 0x1F and 0o17: the base, or 0.
int radix_of(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
  const bool fits =
      base != 0 && text.size() > 2 && std::ranges::all_of(text.substr(2), [&](char c) {
        return hex_value(c) >= 0 && hex_value(c) < base;
      });
  return fits ? base : 0;
}

std::optional<double> decimal_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* const begin = std::to_address(text.begin());
  const char* const end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> radix_value(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data() + 2, end, value, base).ec != std::errc{}) return std::nullopt;
  return static_cast<double>(value);
}

bool has_leading_zero(std::string_view text) {
  text = without_sign(text);
  return text.size() > 1 && text.front() == '0' && count_digits(text) == text.size();
}

// 1:30 and 10:20:30, which YAML 1.1 reads to the base of 60.
bool is_sexagesimal(std::string_view text) {
  const auto parts = split(without_sign(text), ':');
  if (parts.size() < 2 || parts.front().empty() || parts.front().front() == '0') return false;
  if (count_digits(parts.front()) != parts.front().size()) return false;
  return std::ranges::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
    return part.size() == 2 && count_digits(part) == 2 && part.front() < '6';
  });
}

// 1_000 and 0b101.
bool is_yaml11_integer(std::string_view text) {
  text = without_sign(text);
  if (text.starts_with("0b") && text.size() > 2) {
    return text.find_first_not_of("01_", 2) == std::string_view::npos;
  }
  return !text.empty() && is_digit(text.front()) && text.find('_') != std::string_view::npos &&
         text.find_first_not_of("0123456789_") == std::string_view::npos;
}

ScalarTrouble set_number(Node& node, std::optional<double> value) {
  node.kind = Kind::number;
  node.number = value.value_or(0);
  node.integer = std::floor(node.number) == node.number;
  return value ? ScalarTrouble::none : ScalarTrouble::out_of_range;
}

}  // namespace

ScalarTrouble resolve_scalar(Node& node) {
  const std::string_view text = node.text;
  node.kind = Kind::string;
  if (one_of(text, kNull)) {
    node.kind = Kind::null;
    return ScalarTrouble::none;
  }
  if (one_of(text, kTrue) || one_of(text, kFalse)) {
    node.kind = Kind::boolean;
    node.boolean = one_of(text, kTrue);
    return ScalarTrouble::none;
  }
  if (one_of(text, kYes) || one_of(text, kNo)) return ScalarTrouble::yaml11_boolean;
  if (const int base = radix_of(text)) return set_number(node, radix_value(text, base));
  if (is_decimal(text)) {
    const ScalarTrouble trouble = set_number(node, decimal_value(text));
    return trouble == ScalarTrouble::none && has_leading_zero(text) ? ScalarTrouble::yaml11_number
                                                                    : trouble;
  }
  if (one_of(without_sign(text), kNotFinite)) return set_number(node, std::nullopt);
  return is_sexagesimal(text) || is_yaml11_integer(text) ? ScalarTrouble::yaml11_number
                                                         : ScalarTrouble::none;
}

std::string yaml11_reading(std::string_view text) {
  if (one_of(text, kYes)) return "true";
  if (one_of(text, kNo)) return "false";
  const std::string_view digits = without_sign(text);
  std::uint64_t value = 0;
  const char* const begin = std::to_address(digits.begin());
  const char* const end = begin + digits.size();
  const auto parsed = std::from_chars(begin, end, value, 8);
  if (!has_leading_zero(text) || parsed.ec != std::errc{} || parsed.ptr != end) {
    return "another value";
  }
  return fmt::format("{}{}", text.starts_with('-') ? "-" : "", value);
}

std::size_t find_control(std::string_view text) {
  const auto at = std::ranges::find_if(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == 0x7F || (octet < 0x20 && c != '\t' && c != '\n' && c != '\r');
  });
  return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

}  // namespace gw::config
