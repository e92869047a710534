// Reading a checked mapping key by key: what the readers of scenarios and topologies are made of.
//
// A mapping is described by a table of Keys; read_keys() reports what is missing or unknown and
// hands each value to its reader. Keys are read in the table's order, not the file's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

// A value in the file, and how messages name it.
struct Place {
  const Node& node;
  std::string path;  // steps[0].expect.status

  [[nodiscard]] Place member(const Member& member) const;
  [[nodiscard]] Place item(std::size_t index) const;
};

// One of the codes GW17xx.
enum class Fault : std::uint8_t {
  unknown_key,
  wrong_type,
  missing_key,
  bad_value,
  out_of_range,
  unquoted_word,
  conflict,
  bad_pattern,
  list_length,
  time_passed,
  setting,
  setting_without_effect,
  not_a_scenario,
  unreadable_file,
};

// Where the diagnostics of one file go, and what paths in it are relative to.
class Reader {
 public:
  // `sources`: where files that this one names are added; nullptr: it may name none.
  Reader(Diagnostics& diagnostics, std::string folder, Sources* sources = nullptr)
      : diagnostics_(diagnostics), folder_(std::move(folder)), sources_(sources) {}

  void report(Fault fault, const Span& where, std::string path, std::string message,
              std::string expected = {}, std::string suggestion = {});
  void report(Fault fault, const Place& at, std::string message, std::string expected = {},
              std::string suggestion = {});
  // "must be a list, not a string".
  void wrong_type(const Place& at, std::string_view expected);

  [[nodiscard]] std::size_t errors() const { return diagnostics_.errors(); }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }
  [[nodiscard]] Sources* sources() { return sources_; }

 private:
  Diagnostics& diagnostics_;
  std::string folder_;
  Sources* sources_;
};

// What stands in `T` under one key.
template <class T>
struct Key {
  std::string_view name;
  void (*read)(Reader&, const Place&, T&);
  bool required = false;
};

// Reports every key of the mapping that is not in `known`; `what` names the mapping: "a step".
void check_names(Reader& reader, const Place& at, std::span<const std::string_view> known,
                 std::string_view what);
// Whether it is a mapping; reports it when not.
[[nodiscard]] bool is_mapping(Reader& reader, const Place& at);
void report_missing(Reader& reader, const Place& at, std::string_view key);

template <class T, std::size_t kCount>
[[nodiscard]] constexpr std::array<std::string_view, kCount> names_of(
    const std::array<Key<T>, kCount>& keys) {
  std::array<std::string_view, kCount> names;
  for (std::size_t i = 0; i < kCount; ++i) names[i] = keys[i].name;
  return names;
}

// The known keys of a mapping whose names were checked already.
template <class T, std::size_t kCount>
void read_known_keys(Reader& reader, const Place& at, const std::array<Key<T>, kCount>& keys,
                     T& out) {
  for (const Key<T>& key : keys) {
    if (const Member* member = at.node.member(key.name); member != nullptr) {
      key.read(reader, at.member(*member), out);
    } else if (key.required) {
      report_missing(reader, at, key.name);
    }
  }
}

template <class T, std::size_t kCount>
void read_keys(Reader& reader, const Place& at, const std::array<Key<T>, kCount>& keys,
               std::string_view what, T& out) {
  if (!is_mapping(reader, at)) return;
  check_names(reader, at, names_of(keys), what);
  read_known_keys(reader, at, keys, out);
}

// The readers of single values: nullopt means that the mistake has been reported.

// A string or a number. Of a number its "%.14g" text, as comparisons have it.
[[nodiscard]] std::optional<std::string> read_text(Reader& reader, const Place& at);
// As read_text, but whole numbers keep their digits: a key of 16 digits must not become 1.2e+15.
[[nodiscard]] std::optional<std::string> read_sent_text(Reader& reader, const Place& at);
// A string that is not empty.
[[nodiscard]] std::optional<std::string> read_name(Reader& reader, const Place& at);
[[nodiscard]] std::optional<double> read_number(Reader& reader, const Place& at);
[[nodiscard]] std::optional<std::uint64_t> read_count(Reader& reader, const Place& at,
                                                      std::uint64_t low, std::uint64_t high);
[[nodiscard]] std::optional<WallTime> read_time(Reader& reader, const Place& at);
// With a unit; 0 may stand without one.
[[nodiscard]] std::optional<CalendarSpan> read_span(Reader& reader, const Place& at);
[[nodiscard]] std::optional<std::chrono::microseconds> read_duration(Reader& reader,
                                                                     const Place& at);
// The index of the word in `words`.
[[nodiscard]] std::optional<std::size_t> read_word(Reader& reader, const Place& at,
                                                   std::span<const std::string_view> words);
// true or false.
[[nodiscard]] std::optional<bool> read_flag(Reader& reader, const Place& at);
// A list of strings and numbers.
[[nodiscard]] std::vector<std::string> read_texts(Reader& reader, const Place& at);

// A row of a table that gives words their values.
template <class E>
struct Word {
  std::string_view name;
  E value;
};
template <class E, std::size_t kCount>
[[nodiscard]] std::optional<E> read_choice(Reader& reader, const Place& at,
                                           const std::array<Word<E>, kCount>& words) {
  std::array<std::string_view, kCount> names;
  for (std::size_t i = 0; i < kCount; ++i) names[i] = words[i].name;
  const auto index = read_word(reader, at, names);
  if (!index) return std::nullopt;
  return words[*index].value;
}

}  // namespace gw::config
