// Arguments of targets and bodies: "a=1&b.c[]=2" and multipart parts as one record, and its texts
// in the types that the schema asks for (kong-behaviour.md 8.3).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/field.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::admin {

struct Argument {
  std::string name;
  std::optional<std::string> value;  // nullopt: no '='
};

// '+' is a space; an escape that is none stays as it is.
[[nodiscard]] std::string decode_url(std::string_view text);
// At most `most`; the rest is counted by the size of the result only up to `most` + 1.
[[nodiscard]] std::vector<Argument> parse_arguments(std::string_view text, std::size_t most);
// The first value of `name`; nullopt when it is not there.
[[nodiscard]] std::optional<std::string> find_argument(const std::vector<Argument>& arguments,
                                                       std::string_view name);

// Every part with a name; of equal names the last, as in Kong. nullopt: too many parts. A body that
// does not begin with the boundary has no parts.
[[nodiscard]] std::optional<std::vector<Argument>> parse_multipart(std::string_view body,
                                                                   std::string_view content_type,
                                                                   std::size_t most);

// "a.b", "a[]", "a[1]", "a[k]" as nested records and lists.
[[nodiscard]] config::Node nest(const std::vector<Argument>& arguments);

// Texts as numbers, booleans and lists where `fields` say so; "" becomes null.
void convert(config::Node& record, config::Fields fields, const model::Level& level);

}  // namespace gw::admin
