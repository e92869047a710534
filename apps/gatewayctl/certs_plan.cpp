#include "certs_plan.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "consul/agent_source.h"
#include "consul/watch.h"

namespace gw::app {
namespace {

std::optional<std::string> flag(const cli::Invocation& invocation, const std::string& name) {
  if (!invocation.has(name)) return std::nullopt;
  return invocation.value(name);
}

Result<std::chrono::milliseconds> duration(const cli::Invocation& invocation,
                                           const std::string& name) {
  constexpr std::chrono::hours kLongest{24};
  const std::string text = invocation.value(name, "30s");
  const auto read = parse_duration(text);
  if (read && read->count() > 0 && *read <= kLongest) {
    return std::chrono::ceil<std::chrono::milliseconds>(*read);
  }
  return gw::fail(ErrorCode::invalid,
                  fmt::format("{}: '{}' is no time of up to a day; write 30s, 500ms or 2m", name,
                              printable(text)));
}

Result<std::set<std::string>> read_services(const cli::Invocation& invocation) {
  std::set<std::string> services;
  for (const std::string& name : invocation.values("--service")) {
    if (auto good = consul::check_service_name(name); !good) {
      return gw::fail(good.error().code, "--service: " + good.error().message);
    }
    services.insert(name);
  }
  if (services.empty()) return gw::fail(ErrorCode::invalid, "a service is missing: --service NAME");
  if (services.size() > consul::kMostWatched) {
    return gw::fail(ErrorCode::invalid,
                    fmt::format("{} services are more than the {} that one command takes",
                                services.size(), consul::kMostWatched));
  }
  return services;
}

}  // namespace

std::unique_ptr<consul::CertificateSource> CertsPlan::make_source(const Clock& clock) const {
  return std::make_unique<consul::AgentSource>(consul, clock);
}

Result<CertsPlan> read_certs_plan(const cli::Invocation& invocation) {
  CertsPlan plan;
  auto services = read_services(invocation);
  if (!services) return std::unexpected(services.error());
  plan.services = std::move(*services);
  plan.out = invocation.value("--out", ".");
  plan.exec = invocation.value("--exec");
  const auto exec_timeout = duration(invocation, "--exec-timeout");
  if (!exec_timeout) return std::unexpected(exec_timeout.error());
  plan.exec_timeout = *exec_timeout;
  const auto timeout = duration(invocation, "--timeout");
  if (!timeout) return std::unexpected(timeout.error());
  plan.timeout = *timeout;
  auto consul = consul::read_settings([](const char* name) { return std::getenv(name); },
                                      {.address = flag(invocation, "--consul-http-addr"),
                                       .token_file = flag(invocation, "--token-file"),
                                       .datacenter = flag(invocation, "--datacenter"),
                                       .ns = flag(invocation, "--namespace"),
                                       .partition = flag(invocation, "--partition")});
  if (!consul) return std::unexpected(consul.error());
  plan.consul = std::move(*consul);
  return plan;
}

}  // namespace gw::app
