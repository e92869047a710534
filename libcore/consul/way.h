// The way to an agent, when it fails: what helps where no answer came at all.
#pragma once

#include <string_view>

namespace gw::consul {

// `why`: the message of a Client's Error.
[[nodiscard]] std::string_view remedy_for_way(std::string_view why);

}  // namespace gw::consul
