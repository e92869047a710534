#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "command.h"
#include "config/render.h"
#include "inputs.h"
#include "mesh/mesh.h"
#include "mesh_files.h"
#include "mesh_plan.h"
#include "mesh_report/json.h"
#include "mesh_report/live.h"
#include "mesh_report/summary.h"
#include "output.h"
#include "signals.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;

// Thousands may wait for news, each on a connection of its own.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// nohup(1) has it ignored, and means it.
bool is_hangup_ignored() {
  struct sigaction now{};
  return ::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void tell_findings(const cli::Invocation& invocation, const Inputs& inputs) {
  if (inputs.diagnostics.all().empty()) return;
  complain(config::render_text(inputs.diagnostics, inputs.sources,
                               color_for(invocation, STDERR_FILENO)));
}

void warn_of_listen(const net::Address& consul) {
  const auto loopback = IpNetwork::parse("127.0.0.0/8");
  if (consul.ip == *IpAddress::parse("::1") || loopback->contains(consul.ip)) return;
  complain(fmt::format(
      "gatewayctl: whoever reaches {} is given this mesh's certificates and keys\n", consul.str()));
}

bool announce(const MeshPlan& plan, const mesh::Mesh& mesh, const MeshFiles& files) {
  return print(mesh_report::summary_text({.consul = mesh.consul().str(),
                                          .trust_domain = mesh.trust_domain(),
                                          .hosts_file = files.hosts(),
                                          .agent = plan.topology.consul,
                                          .services = mesh.services()}) +
               "Ctrl-C stops all.\n");
}

// Lines and columns of the terminal.
winsize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    size.ws_row = 24;
    size.ws_col = 80;
  }
  return size;
}

// No more than the terminal holds: what has scrolled away cannot be drawn over.
std::vector<std::string> lines_of(const mesh::Mesh& mesh, bool color) {
  const winsize size = terminal_size();
  auto lines = mesh_report::live_lines(mesh.status(), color, size.ws_col);
  lines.resize(std::min<std::size_t>(lines.size(), size.ws_row - 1U));
  return lines;
}

// Until somebody wants it to end. False: standard output has gone.
bool stay(const cli::Invocation& invocation, const mesh::Mesh& mesh, const Signals& signals) {
  const cli::TerminalFacts facts = cli::terminal_facts(STDOUT_FILENO);
  const bool live = facts.is_terminal && !facts.dumb && !invocation.has("--verbose");
  const bool color = color_for(invocation, STDOUT_FILENO);
  const bool keeps_on = is_hangup_ignored();
  mesh_report::LiveView view;
  if (live && !print("\n")) return false;
  for (;;) {
    if (live) {
      const std::string text = view.update(lines_of(mesh, color));
      if (!text.empty() && !print(text)) return false;
    }
    const Request request = signals.next(1s);
    if (request == Request::stop || (request == Request::reload && !keeps_on)) return true;
  }
}

cli::Exit run(const cli::Invocation& invocation, const MeshPlan& plan) {
  const SystemClock clock;
  const Signals signals;
  raise_open_files();
  mesh::MeshOptions options{.topology = plan.topology, .consul = plan.consul};
  if (plan.verbose) {
    options.diagnose = [](const std::string& line) { complain(line + "\n"); };
  }
  MeshFiles files(plan.ready_file, plan.hosts_file);
  auto mesh = mesh::Mesh::start(std::move(options), clock);
  if (!mesh) return fail(mesh.error());
  if (const auto hosts = files.write_hosts((*mesh)->hosts_text()); !hosts) {
    return fail(hosts.error());
  }
  const auto ready = files.write_ready(mesh_report::ready_json({.consul = (*mesh)->consul().str(),
                                                                .services = (*mesh)->services(),
                                                                .hosts_file = files.hosts(),
                                                                .pid = ::getpid()}));
  if (!ready) return fail(ready.error());
  warn_of_listen((*mesh)->consul());
  if (!announce(plan, **mesh, files) || !stay(invocation, **mesh, signals)) {
    return cli::Exit::unreachable;
  }
  mesh->reset();
  return print("\nThe mesh has stopped.\n") ? cli::Exit::ok : cli::Exit::unreachable;
}

}  // namespace

cli::Exit run_mesh_up(const cli::Invocation& invocation) {
  Inputs inputs;
  const auto plan = read_mesh_plan(invocation, inputs);
  if (!plan) return fail_usage(invocation, plan.error().message);
  tell_findings(invocation, inputs);
  if (*plan) return run(invocation, **plan);
  return inputs.unreachable ? cli::Exit::unreachable : cli::Exit::found;
}

}  // namespace gw::app
