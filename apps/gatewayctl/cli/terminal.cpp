#include "cli/terminal.h"

#include <cstdlib>
#include <unistd.h>

namespace gw::cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

}  // namespace

TerminalFacts terminal_facts(int descriptor) {
  return {.is_terminal = isatty(descriptor) == 1,
          .no_color = !environment("NO_COLOR").empty(),
          .dumb = environment("TERM") == "dumb"};
}

bool use_color(std::string_view when, const TerminalFacts& facts) {
  if (when == "always") return true;
  if (when == "never") return false;
  return facts.is_terminal && !facts.no_color && !facts.dumb;
}

}  // namespace gw::cli
