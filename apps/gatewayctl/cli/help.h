// The text of --help, from a command's declaration.
#pragma once

#include <string>
#include <string_view>

#include "cli/spec.h"

namespace gw::cli {

[[nodiscard]] std::string help(const CommandSpec& command);

// "gatewayctl validate [OPTION]... PATH..."
[[nodiscard]] std::string synopsis(const CommandSpec& command);

// `text` in lines of at most `width` characters, each after `indent` spaces.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t indent, std::size_t width);

// One row of the exit statuses, as help and manual show them.
struct ExitRow {
  Exit status;
  std::string_view meaning;
};
[[nodiscard]] std::span<const ExitRow> exit_rows();

}  // namespace gw::cli
