// Results to standard output, diagnostics to standard error.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/parse.h"

namespace gw::app {

// False when standard output cannot take it (a full disk, a closed pipe); then it has been told.
[[nodiscard]] bool print(std::string_view text);
void complain(std::string_view text);

// Tells the error and gives the exit status for its kind.
[[nodiscard]] cli::Exit fail(const Error& error);
// The command line is wrong in a way that only the command knows.
[[nodiscard]] cli::Exit fail_usage(const cli::Invocation& invocation, std::string_view message);

// Whether this invocation may colour what it writes to the descriptor.
[[nodiscard]] bool color_for(const cli::Invocation& invocation, int descriptor);

}  // namespace gw::app
