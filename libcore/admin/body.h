// The body of a write as a record, whichever of the accepted types it has (kong-behaviour.md 8.3).
#pragma once

#include <string_view>

#include "admin/api.h"
#include "admin/reply.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::admin {

struct Body {
  config::Node record = config::make_mapping();
  bool typed = true;  // false: a form, whose values are all text
};

[[nodiscard]] Outcome<Body> read_body(const Request& request, const model::Level& level);

// The value of Content-Type, "" when there is none.
[[nodiscard]] std::string_view content_type(const Request& request);
[[nodiscard]] Reply unsupported_type();

}  // namespace gw::admin
