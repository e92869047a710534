#include "output.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "cli/terminal.h"

namespace gw::app {
namespace {

bool write_all(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
         std::fflush(stream) == 0;
}

}  // namespace

bool print(std::string_view text) {
  if (write_all(stdout, text)) return true;
  complain(fmt::format("gatewayctl: cannot write to standard output: {}\n", std::strerror(errno)));
  return false;
}

void complain(std::string_view text) {
  // Nobody is left to be told when standard error fails.
  static_cast<void>(write_all(stderr, text));
}

cli::Exit fail(const Error& error) {
  complain(fmt::format("gatewayctl: {}\n", error.message));
  const bool out_of_reach =
      error.code == ErrorCode::missing || error.code == ErrorCode::unreachable;
  return out_of_reach ? cli::Exit::unreachable : cli::Exit::found;
}

cli::Exit fail_usage(const cli::Invocation& invocation, std::string_view message) {
  complain(cli::usage_error(invocation.command(), message));
  return cli::Exit::usage;
}

bool color_for(const cli::Invocation& invocation, int descriptor) {
  return cli::use_color(invocation.value("--color", "auto"), cli::terminal_facts(descriptor));
}

}  // namespace gw::app
