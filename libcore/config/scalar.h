// Plain scalars as YAML 1.2's core schema reads them (yaml.org/spec/1.2.2, section 10.3.2).
//
// JSON's numbers and literals are a subset, so both readers resolve here and agree. Where YAML 1.1
// (which Kong's reader speaks) differs, the core schema decides and the difference is named:
// 0123 is 123 here and 83 there, yes is a string here and true there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/tree.h"

namespace gw::config {

enum class ScalarTrouble : std::uint8_t {
  none,
  yaml11_boolean,  // yes, no, on, off
  yaml11_number,   // 0123, 1:30, 1_000, 0b1
  out_of_range,    // .inf, .nan, 1e999
};

// Sets kind and value of `node` from its text.
[[nodiscard]] ScalarTrouble resolve_scalar(Node& node);

// What YAML 1.1 makes of a text with trouble: "true", "83", "another number".
[[nodiscard]] std::string yaml11_reading(std::string_view text);

// Why the text cannot be kept as a string: it has NUL or another control character but tab, line
// feed and carriage return. Returns its position or npos.
[[nodiscard]] std::size_t find_control(std::string_view text);

}  // namespace gw::config
