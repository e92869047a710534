#include "gateway/settings_values.h"

#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::gateway {
namespace {

struct SizeUnit {
  char letter;
  unsigned shift;
};
constexpr std::array kSizeUnits{SizeUnit{'k', 10}, SizeUnit{'m', 20}, SizeUnit{'g', 30}};

std::string size_text(std::uint64_t bytes) {
  for (auto unit = kSizeUnits.rbegin(); unit != kSizeUnits.rend(); ++unit) {
    const std::uint64_t one = std::uint64_t{1} << unit->shift;
    if (bytes >= one && bytes % one == 0) return fmt::format("{}{}", bytes / one, unit->letter);
  }
  return fmt::format("{}", bytes);
}

std::string span_text(std::uint64_t ms) {
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

bool is_within(std::uint64_t value, ValueRange range) {
  return value >= range.least && value <= range.most;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  for (const SizeUnit& unit : kSizeUnits) {
    if (!text.empty() && to_lower(text.back()) == unit.letter) shift = unit.shift;
  }
  if (shift != 0) text.remove_suffix(1);
  const auto number = parse_uint(text);
  if (!number || *number > (~std::uint64_t{0} >> shift)) return std::nullopt;
  return *number << shift;
}

// Kong writes seconds as bare numbers, with fractions for DNS.
std::optional<std::chrono::milliseconds> parse_time(std::string_view text) {
  const bool bare = !text.empty() && (is_digit(text.back()) || text.back() == '.');
  const auto span = parse_duration(bare ? std::string(text) + "s" : std::string(text));
  if (!span || span->count() < 0) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(*span);
}

}  // namespace

std::unexpected<Error> wrong_value(std::string_view value, std::string_view expected) {
  return fail(ErrorCode::invalid, fmt::format("'{}': expected {}", printable(value), expected));
}

Result<bool> read_switch(std::string_view value) {
  if (value == "on" || value == "true") return true;
  if (value == "off" || value == "false") return false;
  return wrong_value(value, "on or off");
}

Result<std::uint64_t> read_count(std::string_view value, ValueRange range) {
  const auto number = parse_uint(value);
  if (number && is_within(*number, range)) return *number;
  return wrong_value(value, fmt::format("a number from {} to {}", range.least, range.most));
}

Result<std::uint64_t> read_size(std::string_view value, ValueRange bytes) {
  const auto size = parse_size(value);
  if (size && is_within(*size, bytes)) return *size;
  return wrong_value(value, fmt::format("a size from {} to {}, such as 8k or 10m",
                                        size_text(bytes.least), size_text(bytes.most)));
}

Result<std::chrono::milliseconds> read_span(std::string_view value, ValueRange ms) {
  const auto span = parse_time(value);
  if (span && is_within(static_cast<std::uint64_t>(span->count()), ms)) return *span;
  return wrong_value(value, fmt::format("a time from {} to {}, such as 500ms or 60s",
                                        span_text(ms.least), span_text(ms.most)));
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim_ows(text)).empty()) {
    const std::size_t end = text.find_first_of(" \t");
    words.push_back(text.substr(0, end));
    text.remove_prefix(words.back().size());
  }
  return words;
}

}  // namespace gw::gateway
