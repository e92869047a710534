// Completion scripts, from the commands' declarations.
#pragma once

#include <string>
#include <string_view>

namespace gw::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();
// `shell` is one of "bash", "zsh" and "fish"; anything else gives "".
[[nodiscard]] std::string completion(std::string_view shell);

}  // namespace gw::cli
