// JSON that an agent has answered with, through the one checked reader.
#pragma once

#include <expected>
#include <string_view>

#include "base/result.h"
#include "config/tree.h"

namespace gw::consul {

// An answer that no Consul gives (ErrorCode::unreachable).
[[nodiscard]] std::unexpected<Error> odd(std::string_view what);
// `kind` is that of the whole: a mapping or a sequence.
[[nodiscard]] Result<config::Node> read_answer(std::string_view json, config::Kind kind);

}  // namespace gw::consul
