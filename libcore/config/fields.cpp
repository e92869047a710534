#include "config/fields.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "config/codes.h"

namespace gw::config {
namespace {

constexpr std::array<std::string_view, 14> kCodes{"GW1701", "GW1702", "GW1703", "GW1704", "GW1705",
                                                  "GW1706", "GW1707", "GW1708", "GW1709", "GW1710",
                                                  "GW1711", "GW1712", "GW1713", "GW1714"};

bool is_list_or_mapping(const Node& node) {
  return node.is(Kind::sequence) || node.is(Kind::mapping);
}

// Booleans and nulls are refused where text is meant: `yes`, `true` and `~` are too easily written
// by mistake.
bool is_text(Reader& reader, const Place& at) {
  if (at.node.is(Kind::string) || at.node.is(Kind::number)) return true;
  if (is_list_or_mapping(at.node)) {
    reader.wrong_type(at, "a string or number");
    return false;
  }
  const std::string word = at.node.text.empty() ? "null" : at.node.text;
  reader.report(Fault::unquoted_word, at,
                fmt::format("must be text, not {}", describe(at.node.kind)), "a string or number",
                fmt::format("\"{}\"", printable(word)));
  return false;
}

bool is_whole(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool is_plain_zero(const Node& node) {
  return node.is(Kind::number) && node.number == 0;
}

}  // namespace

Place Place::member(const Member& member) const {
  return {member.value, path.empty() ? member.key : fmt::format("{}.{}", path, member.key)};
}

Place Place::item(std::size_t index) const {
  return {node.items[index], fmt::format("{}[{}]", path, index)};
}

void Reader::report(Fault fault, const Span& where, std::string path, std::string message,
                    std::string expected, std::string suggestion) {
  auto diagnostic =
      make_diagnostic(kCodes.at(static_cast<std::size_t>(fault)), where, std::move(message));
  diagnostic.path = std::move(path);
  diagnostic.expected = std::move(expected);
  diagnostic.suggestion = std::move(suggestion);
  diagnostics_.add(std::move(diagnostic));
}

void Reader::report(Fault fault, const Place& at, std::string message, std::string expected,
                    std::string suggestion) {
  report(fault, at.node.where, at.path, std::move(message), std::move(expected),
         std::move(suggestion));
}

void Reader::wrong_type(const Place& at, std::string_view expected) {
  report(Fault::wrong_type, at, fmt::format("must be {}, not {}", expected, describe(at.node.kind)),
         std::string(expected));
}

void check_names(Reader& reader, const Place& at, std::span<const std::string_view> known,
                 std::string_view what) {
  for (const Member& member : at.node.members) {
    if (std::ranges::find(known, member.key) != known.end()) continue;
    reader.report(Fault::unknown_key, member.key_where, at.member(member).path,
                  fmt::format("unknown key \"{}\" of {}", printable(member.key), what),
                  fmt::format("one of {}", fmt::join(known, ", ")),
                  std::string(nearest(member.key, known)));
  }
}

bool is_mapping(Reader& reader, const Place& at) {
  if (!at.node.is(Kind::mapping)) reader.wrong_type(at, "a mapping");
  return at.node.is(Kind::mapping);
}

void report_missing(Reader& reader, const Place& at, std::string_view key) {
  reader.report(Fault::missing_key, at, fmt::format("\"{}\" is missing", key),
                fmt::format("a key \"{}\"", key));
}

std::optional<std::string> read_text(Reader& reader, const Place& at) {
  if (!is_text(reader, at)) return std::nullopt;
  return at.node.is(Kind::number) ? format_number(at.node.number) : at.node.text;
}

std::optional<std::string> read_sent_text(Reader& reader, const Place& at) {
  if (at.node.is(Kind::number) && is_whole(at.node.text)) return at.node.text;
  return read_text(reader, at);
}

std::optional<std::string> read_name(Reader& reader, const Place& at) {
  auto text = read_sent_text(reader, at);
  if (text && text->empty()) {
    reader.report(Fault::bad_value, at, "must not be empty", "a name");
    return std::nullopt;
  }
  return text;
}

std::optional<double> read_number(Reader& reader, const Place& at) {
  if (at.node.is(Kind::number)) return at.node.number;
  if (const auto number = at.node.is(Kind::string) ? parse_number(at.node.text) : std::nullopt) {
    return number;
  }
  reader.wrong_type(at, "a number");
  return std::nullopt;
}

std::optional<std::uint64_t> read_count(Reader& reader, const Place& at, std::uint64_t low,
                                        std::uint64_t high) {
  if (!at.node.is(Kind::number) || !at.node.integer) {
    reader.wrong_type(at, "a whole number");
    return std::nullopt;
  }
  if (at.node.number < static_cast<double>(low) || at.node.number > static_cast<double>(high)) {
    reader.report(Fault::out_of_range, at, fmt::format("{} is out of range", at.node.text),
                  fmt::format("a whole number from {} to {}", low, high));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(at.node.number);
}

std::optional<WallTime> read_time(Reader& reader, const Place& at) {
  if (!at.node.is(Kind::string)) {
    reader.wrong_type(at, "a time");
    return std::nullopt;
  }
  const auto time = parse_rfc3339(at.node.text);
  if (time) return *time;
  reader.report(Fault::bad_value, at, time.error().message, "a time with date and zone");
  return std::nullopt;
}

std::optional<CalendarSpan> read_span(Reader& reader, const Place& at) {
  if (is_plain_zero(at.node)) return CalendarSpan{};
  if (is_list_or_mapping(at.node)) {
    reader.wrong_type(at, "a length of time");
    return std::nullopt;
  }
  const auto span = parse_span(at.node.text);
  if (span) return *span;
  reader.report(Fault::bad_value, at, span.error().message, "a number and a unit");
  return std::nullopt;
}

std::optional<std::chrono::microseconds> read_duration(Reader& reader, const Place& at) {
  const auto span = read_span(reader, at);
  if (!span || span->months.count() == 0) return span ? std::optional(span->exact) : std::nullopt;
  reader.report(Fault::bad_value, at, "months and years have no fixed length here",
                "a length of time in ms, s, m, h, d or w");
  return std::nullopt;
}

std::optional<std::size_t> read_word(Reader& reader, const Place& at,
                                     std::span<const std::string_view> words) {
  if (is_list_or_mapping(at.node)) {
    reader.wrong_type(at, "a word");
    return std::nullopt;
  }
  const auto found = std::ranges::find(words, at.node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  reader.report(
      Fault::bad_value, at, fmt::format("\"{}\" is not known here", printable(at.node.text)),
      fmt::format("one of {}", fmt::join(words, ", ")), std::string(nearest(at.node.text, words)));
  return std::nullopt;
}

std::optional<bool> read_flag(Reader& reader, const Place& at) {
  if (at.node.is(Kind::boolean)) return at.node.boolean;
  reader.wrong_type(at, "true or false");
  return std::nullopt;
}

std::vector<std::string> read_texts(Reader& reader, const Place& at) {
  std::vector<std::string> out;
  if (!at.node.is(Kind::sequence)) {
    reader.wrong_type(at, "a list");
    return out;
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    if (auto text = read_text(reader, at.item(i))) out.push_back(std::move(*text));
  }
  return out;
}

}  // namespace gw::config
