#include "consul/agent_source.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/percent.h"
#include "base/text.h"
#include "consul/way.h"

namespace gw::consul {
namespace {

// What an agent answers with, and what helps. Texts of Consul 1.8, with which later ones begin.
struct Remedy {
  std::string_view text;
  std::string_view remedy;
};
constexpr std::array kRemedies{
    Remedy{"Connect must be enabled", "set connect { enabled = true } on Consul's servers"},
    Remedy{"no CA bootstrapped", "the servers are still setting Connect's CA up; try again soon"},
    Remedy{"No path to datacenter", "no such datacenter is known; mend --datacenter"},
    Remedy{"Enterprise feature",
           "this agent is not Consul Enterprise; leave out CONSUL_NAMESPACE, --namespace, "
           "CONSUL_PARTITION and --partition"},
    Remedy{"No cluster leader", "Consul's servers have no leader at the moment"},
    Remedy{"ACL not found",
           "Consul does not know this token; give one with service:write on the service "
           "(CONSUL_HTTP_TOKEN, CONSUL_HTTP_TOKEN_FILE or --token-file)"},
    Remedy{"Permission denied",
           "the token needs service:write on the service (CONSUL_HTTP_TOKEN, "
           "CONSUL_HTTP_TOKEN_FILE or --token-file)"},
    Remedy{"Rate limit reached", "Consul signs no more certificates at the moment; try again soon"},
};

std::string_view remedy_for(std::string_view body, long status) {
  const auto found = std::ranges::find_if(
      kRemedies, [&](const Remedy& row) { return body.find(row.text) != std::string_view::npos; });
  if (found != kRemedies.end()) return found->remedy;
  if (status == 404) return "is this the address of a Consul agent's HTTP API, 1.2 or newer?";
  if (status == 401) return "whatever stands before Consul wants CONSUL_HTTP_AUTH";
  if (status >= 300 && status < 400) return "redirects are not followed; name the agent itself";
  if (status >= 500) return "see Consul's own log";
  return "is this address Consul's HTTP API?";
}

// The first line of an error's text, as far as it fits one of ours.
std::string quoted(std::string_view body) {
  constexpr std::size_t kMost = 200;
  const std::string line = printable(body.substr(0, std::min(body.find('\n'), kMost)));
  return line.empty() ? std::string{} : fmt::format(" '{}'", line);
}

}  // namespace

Result<void> check_service_name(const std::string& name) {
  constexpr std::size_t kLongest = 255;
  const bool clean = !name.empty() && name.size() <= kLongest && is_utf8(name) &&
                     !name.starts_with('.') && std::ranges::none_of(name, [](char c) {
                       return c == '/' || static_cast<unsigned char>(c) < ' ' || c == 0x7F;
                     });
  if (clean) return {};
  return fail(
      ErrorCode::invalid,
      fmt::format("'{}' is no service name: 1 to {} characters, none a '/' or control and the "
                  "first no '.', "
                  "as the service is called in Consul's catalog",
                  printable(name), kLongest));
}

Result<Answer> AgentSource::ask(const Query& query, const std::string& what) {
  const Settings& settings = client_.settings();
  const std::string agent =
      settings.name() + (settings.datacenter.empty() ? "" : ", datacenter " + settings.datacenter);
  auto answer = client_.get(query);
  if (!answer) {
    return fail(answer.error().code,
                fmt::format("{}: Consul at {} cannot be asked: {}; {}", what, agent,
                            answer.error().message, remedy_for_way(answer.error().message)));
  }
  if (answer->status == 200) return answer;
  // An error's text holds no key; one that does is not shown.
  const std::string_view body = answer->body.reveal();
  const bool harmless = body.find("PRIVATE KEY") == std::string_view::npos;
  // What this token may not have says nothing of what others are given.
  constexpr long kForbidden = 403;
  return fail(answer->status == kForbidden ? ErrorCode::missing : ErrorCode::unreachable,
              fmt::format("{}: Consul at {} answers {}{}; {}", what, agent, answer->status,
                          harmless ? quoted(body) : "", remedy_for(body, answer->status)));
}

Result<Versioned<Roots>> AgentSource::roots(Blocking blocking, std::chrono::milliseconds patience) {
  const std::string what = "CA roots";
  const auto answer =
      ask({.path = "/v1/agent/connect/ca/roots", .blocking = blocking, .patience = patience}, what);
  if (!answer) return std::unexpected(answer.error());
  auto roots = read_roots(answer->body.reveal());
  if (!roots) return fail(roots.error().code, what + ": " + roots.error().message);
  return Versioned<Roots>{std::move(*roots), answer->index};
}

Result<Versioned<Leaf>> AgentSource::leaf(const std::string& service, Blocking blocking,
                                          std::chrono::milliseconds patience) {
  const std::string what = fmt::format("leaf of service '{}'", printable(service));
  const auto answer = ask({.path = "/v1/agent/connect/ca/leaf/" + percent_encode(service),
                           .blocking = blocking,
                           .patience = patience},
                          what);
  if (!answer) return std::unexpected(answer.error());
  auto leaf = read_leaf(answer->body.reveal());
  if (!leaf) return fail(leaf.error().code, what + ": " + leaf.error().message);
  leaf->service = service;
  return Versioned<Leaf>{std::move(*leaf), answer->index};
}

}  // namespace gw::consul
