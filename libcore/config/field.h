// How the schema describes one field: what it may hold, its default, and since which Kong.
//
// Everything that has to know a field (validator, defaults, JSON Schema, reference docs) reads it
// off these rows; constraints and texts are those of kong-behaviour.md 1.1, 3.1 and 7.3. A field
// that changed between releases has one row for each of its forms, with disjoint level ranges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "model/level.h"

namespace gw::config {

enum class Type : std::uint8_t {
  string,
  number,
  integer,
  boolean,
  array,
  set,
  map,
  record,
  foreign,  // names an entity of another collection
  any,
};

// What the text of a string has to look like; check_format tells.
enum class Format : std::uint8_t {
  any,
  certificate,
  header_name,
  host,  // a name or address, no port
  method,
  name,  // of an entity
  path,  // of a service or a check
  private_key,
  route_host,  // with one wildcard or a port
  route_path,  // prefix or regular expression
  service_id,  // SPIFFE URI of a Connect service; the trust domain may be empty
  sni,
  tag,
  target,  // host or host:port
  upstream_name,
  uuid,
  vault_prefix,
  wildcard_sni,
};

inline constexpr model::Level kAlways{0, 0};
inline constexpr model::Level kNever{99, 0};
inline constexpr double kNoBound = std::numeric_limits<double>::infinity();

struct FieldSpec {
  std::string_view name{};
  Type type = Type::string;
  std::string_view help{};
  std::string_view fallback{};           // the default, as JSON; "" when there is none
  model::Level required_since = kNever;  // from here on it has to be set and null is refused
  model::Level since = model::kOldestLevel;
  model::Level until = model::kNewestLevel;
  double min = -kNoBound;  // inclusive; min and max come together
  double max = kNoBound;
  double above = -kNoBound;  // exclusive lower bound
  std::span<const std::string_view> one_of{};
  std::string_view refused{};      // a value that is none of these though people know it
  std::string_view why_refused{};  // with the alternatives
  std::span<const double> one_of_numbers{};
  Format format = Format::any;
  bool may_be_empty = false;            // of a string
  bool unique = false;                  // no two entities of the collection may share it
  bool referenceable = false;           // may be {vault://...}
  bool open = false;                    // of a record: unknown keys are no error
  std::string_view foreign{};           // the collection that a foreign field names
  std::string_view alias_of{};          // the field, with dots, that this one is an old spelling of
  const FieldSpec* element = nullptr;   // of array, set and map
  std::span<const FieldSpec> fields{};  // of record

  [[nodiscard]] constexpr bool at(const model::Level& level) const {
    return since <= level && level <= until;
  }
  [[nodiscard]] constexpr bool required(const model::Level& level) const {
    return required_since <= level;
  }
};

using Fields = std::span<const FieldSpec>;

// The row of `name` at `level`, or nullptr.
[[nodiscard]] const FieldSpec* find_field(Fields fields, std::string_view name,
                                          const model::Level& level);

}  // namespace gw::config
