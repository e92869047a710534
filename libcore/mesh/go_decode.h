// Reads JSON into values as Go's encoding/json reads a struct with unknown fields disallowed:
// names in any case, null leaves a value as it is, errors in Go's words.
//
// Only sources that read bodies include this (see reply_json.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mesh/reply_json.h"

namespace gw::mesh {

// Where a value stands, as Go's type errors name it. A type that decodes itself is `sealed`: errors
// within it name the field that holds it.
struct GoPlace {
  std::string struct_name{};
  std::string path{};
  bool sealed = false;

  [[nodiscard]] GoPlace field(std::string_view name) const;
  [[nodiscard]] GoPlace in(std::string_view type) const;  // fields of a struct of that type
  [[nodiscard]] GoPlace seal() const;
};

// nullopt: fine; else Go's text.
using GoError = std::optional<std::string>;
// "json: cannot unmarshal number into Go struct field .Name of type string"
[[nodiscard]] GoError go_mismatch(const Json& value, const GoPlace& place, std::string_view type);

using GoRead = std::function<GoError(const Json&, const GoPlace&)>;
struct GoField {
  std::string_view name;
  GoRead read;
};

// `type`: what errors call the struct, "structs.Weights".
[[nodiscard]] GoError read_struct(const Json& value, const GoPlace& place, std::string_view type,
                                  const std::vector<GoField>& fields);

// Readers of single fields. `type`: where it is not the plain one.
[[nodiscard]] GoRead go_text(std::string& to, std::string_view type = "string");
[[nodiscard]] GoRead go_bool(bool& to);
[[nodiscard]] GoRead go_int(std::int64_t& to);
[[nodiscard]] GoRead go_texts(std::vector<std::string>& to);
[[nodiscard]] GoRead go_text_map(std::map<std::string, std::string>& to);
// An object of anything; its text with sorted keys, as Go writes it again. "" while there is none.
[[nodiscard]] GoRead go_object(std::string& to);
// Text as Go's time.ParseDuration reads it, or a number of nanoseconds; other types are ignored, as
// Consul's structs do.
[[nodiscard]] GoRead go_span(std::chrono::nanoseconds& to);
[[nodiscard]] GoRead go_array(std::string_view type, GoRead element);
[[nodiscard]] GoRead go_map(
    std::string_view type, std::function<GoError(const std::string&, const Json&, const GoPlace&)>);
[[nodiscard]] GoRead go_ignore();

// strconv.ParseUint's texts: `strconv.ParseUint: parsing "x": invalid syntax`.
[[nodiscard]] Result<std::uint64_t> parse_go_uint(std::string_view text);
// The text of multierror: "2 errors occurred:\n\t* a\n\t* b\n\n".
[[nodiscard]] std::string go_errors(const std::vector<std::string>& errors);

}  // namespace gw::mesh
