// Whether output may be coloured, as --color, NO_COLOR and the terminal say.
#pragma once

#include <string_view>

namespace gw::cli {

struct TerminalFacts {
  bool is_terminal = false;
  bool no_color = false;  // NO_COLOR is set and not empty (no-color.org)
  bool dumb = false;      // TERM=dumb
};

// What holds of a file descriptor of this process.
[[nodiscard]] TerminalFacts terminal_facts(int descriptor);
// `when` is auto, always or never; an explicit wish wins over the environment.
[[nodiscard]] bool use_color(std::string_view when, const TerminalFacts& facts);

}  // namespace gw::cli
