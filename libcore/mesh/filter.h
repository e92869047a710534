// A `filter` parameter: which elements of a list an answer shows (Consul's filter expressions).
// Only endpoint sources include this (see reply_json.h).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mesh/reply_json.h"

namespace gw::mesh {

class Filter {
 public:
  // Empty text: everything matches. `shape` is an element by example and says which selectors there
  // are: "" text, 0 a whole number, 0.0 a float, false, [""] a list of texts, [{...}] a list of
  // objects, {"*": ""} a map with any keys; null: all are. Errors (invalid) begin as Consul's:
  // "Failed to create boolean expression evaluator: ...".
  [[nodiscard]] static Result<Filter> parse(std::string_view text, const Json& shape = nullptr);

  [[nodiscard]] bool matches(const Json& element) const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;  // null: everything matches
};

// `list`, an array, without what `filter` does not match.
[[nodiscard]] Json filtered(const Json& list, const Filter& filter);

}  // namespace gw::mesh
