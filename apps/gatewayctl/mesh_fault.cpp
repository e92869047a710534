#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/percent.h"
#include "base/text.h"
#include "base/time.h"
#include "command.h"
#include "consul/client.h"
#include "consul/intentions.h"
#include "consul/way.h"
#include "mesh_consul.h"
#include "output.h"

namespace gw::app {
namespace {

struct Fault {
  std::string path;  // below /v1/gatewayctl/fault/
  std::string told;
};

// As a number of milliseconds, which Go's and our own readers of durations both take.
Result<std::string> read_span(std::string_view what, const std::string& text) {
  constexpr std::chrono::hours kLongest{24};
  const auto span = parse_duration(text);
  if (span && span->count() > 0 && *span <= kLongest) {
    return fmt::format("{}ms", std::chrono::ceil<std::chrono::milliseconds>(*span).count());
  }
  return gw::fail(ErrorCode::invalid,
                  fmt::format("{}: '{}' is no time of up to a day; write 10s, 500ms or 2m", what,
                              printable(text)));
}

Result<Fault> read_expiry(const cli::Invocation& invocation,
                          const std::vector<std::string>& words) {
  if (words.size() != 1) {
    return gw::fail(ErrorCode::invalid, "expire-leaf wants one SERVICE, whose leaf it is");
  }
  const auto good = consul::check_intention_name(words.front());
  if (!good) return std::unexpected(good.error());
  const std::string text = invocation.value("--for", "10s");
  const auto span = read_span("--for", text);
  if (!span) return std::unexpected(span.error());
  return Fault{.path = fmt::format("expire-leaf/{}?for={}", percent_encode(words.front()), *span),
               .told = fmt::format("The leaf of {} has ended; a good one comes in {}.",
                                   printable(words.front()), text)};
}

Result<Fault> read_agent(const std::vector<std::string>& words) {
  const std::string how = words.empty() ? "" : words.front();
  if (how == "slow" && words.size() == 2) {
    const auto span = read_span("agent slow", words.back());
    if (!span) return std::unexpected(span.error());
    return Fault{.path = "agent/slow?delay=" + *span,
                 .told = fmt::format("The agent answers {} later; `agent up` ends that.",
                                     printable(words.back()))};
  }
  if (how == "down" && words.size() == 1) {
    return Fault{.path = "agent/down", .told = "The agent is down; `agent up` ends that."};
  }
  if (how == "up" && words.size() == 1) {
    return Fault{.path = "agent/up", .told = "The agent is up."};
  }
  return gw::fail(ErrorCode::invalid, "agent wants one of: slow DURATION, down, up");
}

Result<Fault> read_fault(const cli::Invocation& invocation) {
  const std::string name = invocation.value("FAULT");
  const std::vector<std::string>& words = invocation.values("WHAT");
  if (name != "expire-leaf" && invocation.has("--for")) {
    return gw::fail(ErrorCode::invalid, "--for is of expire-leaf alone");
  }
  if (name == "expire-leaf") return read_expiry(invocation, words);
  if (name == "agent") return read_agent(words);
  if (words.empty()) return Fault{.path = "rotate-root", .told = "There is a new root."};
  return gw::fail(
      ErrorCode::invalid,
      fmt::format("rotate-root takes nothing more, and there is '{}'", printable(words.front())));
}

cli::Exit refuse(const std::string& agent, const std::string& why) {
  complain(fmt::format("gatewayctl: the agent at {} {}\n", agent, why));
  return cli::Exit::unreachable;
}

cli::Exit commit(const consul::Settings& settings, const Fault& fault) {
  const SystemClock clock;
  consul::Client client(settings, clock);
  const auto answer = client.send({.method = consul::Method::put,
                                   .path = "/v1/gatewayctl/fault/" + fault.path,
                                   .fields = {"X-Gatewayctl: mesh"}});
  const std::string agent = settings.name();
  if (!answer) {
    const std::string& why = answer.error().message;
    return refuse(agent, fmt::format("cannot be asked: {}; {}", why, consul::remedy_for_way(why)));
  }
  if (answer->status == 200) {
    return print(fault.told + "\n") ? cli::Exit::ok : cli::Exit::unreachable;
  }
  if (answer->status == 404 && answer->body.empty()) {
    return refuse(agent,
                  "is no `gatewayctl mesh up`: nothing was done to it; set CONSUL_HTTP_ADDR, or "
                  "--consul-http-addr, to one that is");
  }
  complain(fmt::format("gatewayctl: the agent at {} answers {}: {}\n", agent, answer->status,
                       printable(answer->body.reveal())));
  return cli::Exit::found;
}

}  // namespace

cli::Exit run_mesh_fault(const cli::Invocation& invocation) {
  const auto fault = read_fault(invocation);
  if (!fault) return fail_usage(invocation, fault.error().message);
  const auto settings = read_mesh_consul(invocation);
  if (!settings) {
    return settings.error().code == ErrorCode::invalid
               ? fail_usage(invocation, settings.error().message)
               : fail(settings.error());
  }
  return commit(*settings, *fault);
}

}  // namespace gw::app
