#include <algorithm>
#include <chrono>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "command.h"
#include "config/render.h"
#include "inputs.h"
#include "output.h"
#include "serve_consul.h"
#include "serve_findings.h"
#include "serve_node.h"
#include "serve_notify.h"
#include "serve_plan.h"
#include "signals.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;

// A quarter of what the watchdog waits for: a worker has one turn to answer in, and one or two late
// ones are not a death.
std::chrono::milliseconds turn() {
  const auto watched = watchdog_interval();
  if (!watched) return 1s;
  return std::min<std::chrono::milliseconds>(
      1s, std::chrono::floor<std::chrono::milliseconds>(*watched / 4));
}

void serve_until_stopped(ServeNode& node, const Signals& signals) {
  const auto patience = turn();
  for (;;) {
    switch (signals.next(patience)) {
      case Request::reload:
        node.reload();
        break;
      case Request::reopen_logs:
        node.reopen_logs();
        break;
      case Request::stop:
        return node.drain(signals);
      case Request::none:
        break;
    }
    node.tend();
  }
}

// Of a check everything is shown; what starts may run unattended, and quotes no line of a file.
cli::Exit refuse(const cli::Invocation& invocation, const Inputs& inputs) {
  const bool color = color_for(invocation, STDERR_FILENO);
  if (!inputs.diagnostics.all().empty()) {
    complain(invocation.has("--test")
                 ? config::render_text(inputs.diagnostics, inputs.sources, color)
                 : render_findings(inputs, color));
  }
  return inputs.unreachable ? cli::Exit::unreachable : cli::Exit::found;
}

cli::Exit show(const cli::Invocation& invocation, const ServePlan& plan, const Inputs& inputs) {
  if (!inputs.diagnostics.all().empty()) {
    complain(config::render_text(inputs.diagnostics, inputs.sources,
                                 color_for(invocation, STDERR_FILENO)));
  }
  return print(fmt::format("ready to serve: {}\n", describe(plan))) ? cli::Exit::ok
                                                                    : cli::Exit::unreachable;
}

}  // namespace

cli::Exit run_serve(const cli::Invocation& invocation) {
  Inputs inputs;
  auto settings = read_serve_settings(invocation, inputs);
  if (!settings) return fail_usage(invocation, settings.error().message);
  if (config_paths(invocation, settings->server).empty() && !inputs.unreachable) {
    return fail_usage(invocation,
                      "a config is missing: -c FILE, or the setting declarative_config");
  }
  const SystemClock clock;
  ServeConsul consul(clock);
  auto plan = make_plan(invocation, std::move(*settings), nullptr, whole_seconds(clock.now().wall),
                        consul, inputs);
  inputs.diagnostics.sort();
  if (!plan) return refuse(invocation, inputs);
  if (invocation.has("--test")) return show(invocation, *plan, inputs);

  const Signals signals;
  ServeNode node(invocation, clock, consul);
  if (const auto started = node.start(std::move(*plan), inputs); !started) {
    return fail(started.error());
  }
  serve_until_stopped(node, signals);
  return cli::Exit::ok;
}

}  // namespace gw::app
