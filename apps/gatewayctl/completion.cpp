#include "cli/completion.h"

#include "command.h"
#include "output.h"

namespace gw::app {

cli::Exit run_completion(const cli::Invocation& invocation) {
  return print(cli::completion(invocation.value("SHELL"))) ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace gw::app
