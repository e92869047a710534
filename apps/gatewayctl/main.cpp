#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "command.h"
#include "output.h"

namespace {

using gw::cli::Exit;

struct Entry {
  std::string_view name;
  gw::app::Run run;
};
constexpr std::array kEntries{
    Entry{"validate", gw::app::run_validate},
    Entry{"replay", gw::app::run_replay},
    Entry{"serve", gw::app::run_serve},
    Entry{"certs fetch", gw::app::run_certs_fetch},
    Entry{"certs needs-renewal", gw::app::run_certs_needs_renewal},
    Entry{"certs show", gw::app::run_certs_show},
    Entry{"certs verify", gw::app::run_certs_verify},
    Entry{"mesh up", gw::app::run_mesh_up},
    Entry{"mesh intention create", gw::app::run_mesh_intention_create},
    Entry{"mesh intention delete", gw::app::run_mesh_intention_delete},
    Entry{"mesh intention list", gw::app::run_mesh_intention_list},
    Entry{"mesh intention check", gw::app::run_mesh_intention_check},
    Entry{"mesh fault", gw::app::run_mesh_fault},
    Entry{"config schema", gw::app::run_config_schema},
    Entry{"config convert", gw::app::run_config_convert},
    Entry{"completion", gw::app::run_completion},
    Entry{"man", gw::app::run_man},
};

Exit answer(const gw::cli::Answer& answer) {
  if (answer.status != Exit::ok) {
    gw::app::complain(answer.text);
    return answer.status;
  }
  return gw::app::print(answer.text) ? Exit::ok : Exit::unreachable;
}

Exit run(const std::vector<std::string>& words) {
  const auto parsed = gw::cli::parse(words);
  if (const auto* done = std::get_if<gw::cli::Answer>(&parsed)) return answer(*done);
  const auto& invocation = std::get<gw::cli::Invocation>(parsed);
  const auto* entry = std::ranges::find(kEntries, invocation.command().name, &Entry::name);
  return entry->run(invocation);
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away (`| head`) is a failed write, not a death.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  try {
    return static_cast<int>(run({argv + (argc > 0 ? 1 : 0), argv + argc}));
  } catch (const std::exception& error) {
    gw::app::complain(fmt::format(
        "gatewayctl: internal error: {}; please report it with the command line\n", error.what()));
    return static_cast<int>(Exit::unreachable);
  }
}
