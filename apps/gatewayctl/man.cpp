#include "cli/man.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "command.h"
#include "config/codes.h"
#include "net/redis_failure.h"
#include "output.h"

namespace gw::app {
namespace {

cli::ManSection diagnostics_section() {
  cli::ManSection section{.title = "Diagnostics", .rows = {}};
  for (const config::CodeRow& row : config::codes()) {
    section.rows.push_back({.term = fmt::format("{} {}", row.code, row.name),
                            .text = fmt::format("{}. {}", row.summary, row.mend)});
  }
  return section;
}

// What serve says of the Redis that it counts in.
cli::ManSection redis_section() {
  cli::ManSection section{.title = "Events of policy redis", .rows = {}};
  for (const net::RedisEvent& event : net::redis_events()) {
    section.rows.push_back({.term = std::string(event.name), .text = std::string(event.meaning)});
  }
  return section;
}

std::string page_names() {
  std::string out;
  for (const cli::CommandSpec& command : cli::commands()) {
    out.append(cli::page_name(command)).append("\n");
  }
  return out;
}

std::string page(const cli::CommandSpec& command) {
  std::vector<cli::ManSection> more;
  if (command.name == "validate") more.push_back(diagnostics_section());
  if (command.name == "serve") more.push_back(redis_section());
  return cli::man_page(command, more);
}

}  // namespace

cli::Exit run_man(const cli::Invocation& invocation) {
  const std::string name = invocation.value("PAGE", "gatewayctl");
  const cli::CommandSpec* command = cli::find_page(name);
  if (command == nullptr) {
    return fail_usage(invocation, fmt::format("there is no page '{}'; --list shows which there are",
                                              printable(name)));
  }
  const std::string text = invocation.has("--list") ? page_names() : page(*command);
  return print(text) ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace gw::app
