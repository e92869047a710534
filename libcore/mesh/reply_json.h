// JSON as Go's encoder writes it: keys in the order given, <, > and & escaped, four spaces.
// Only endpoint sources include this: nlohmann's header is slow to compile.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "mesh/call.h"

namespace gw::mesh {

using Json = nlohmann::ordered_json;

// A key that `object` does not have yet: to look it up takes as long as the object is.
void add_member(Json& object, std::string key, Json value);

[[nodiscard]] std::string go_json(const Json& value, bool pretty);
[[nodiscard]] Reply json_reply(const Call& call, const Json& value);

// The first value of `text`, as Go's decoder reads a body: what follows it is left. Errors
// (invalid) are worded as Go's: "EOF" (nothing there), "unexpected EOF", "invalid character 'x'
// looking for beginning of value". Deeper than 100 is refused. Of equal keys the last one counts.
[[nodiscard]] Result<Json> read_json(std::string_view text);

}  // namespace gw::mesh
