// What Consul's agent refuses about a definition, in its words.
#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/ip.h"
#include "base/text.h"
#include "mesh/go_decode.h"
#include "mesh/service_definition.h"

namespace gw::mesh {
namespace {

constexpr std::size_t kMostPairs = 64;
constexpr std::size_t kMostKeyBytes = 128;
constexpr std::size_t kMostValueBytes = 512;
constexpr std::int64_t kMostWeight = 65535;

std::string problem_of_pair(std::string_view key, std::string_view value) {
  if (key.empty()) return "Key cannot be blank";
  const auto valid = [](char c) { return is_alnum(c) || c == '_' || c == '-'; };
  if (!std::ranges::all_of(key, valid)) return "Key contains invalid characters";
  if (key.size() > kMostKeyBytes) {
    return fmt::format("Key is too long (limit: {} characters)", kMostKeyBytes);
  }
  if (key.starts_with("consul-")) return "Key prefix 'consul-' is reserved for internal use";
  if (value.size() > kMostValueBytes) {
    return fmt::format("Value is too long (limit: {} characters)", kMostValueBytes);
  }
  return "";
}

std::string problem_of_weights(const ServiceDefinition& service) {
  if (!service.weights) return "";
  const auto [passing, warning] = *service.weights;
  if (passing < 1) return "Passing must be greater than 0";
  if (warning < 0) return "Warning must be greater or equal than 0";
  if (passing > kMostWeight || warning > kMostWeight) {
    return fmt::format("DNS Weight must be between 0 and {}", kMostWeight);
  }
  return "";
}

void judge_upstreams(const ProxyFields& proxy, std::vector<std::string>& problems) {
  std::set<std::string> binds;
  std::set<std::string> names;
  for (const ProxyUpstream& upstream : proxy.upstreams) {
    if (upstream.destination.empty()) {
      problems.emplace_back("upstream destination name cannot be empty");
      continue;
    }
    if (upstream.local_port == 0) {
      problems.emplace_back("upstream local bind port cannot be zero");
      continue;
    }
    const std::string bind =
        fmt::format("{}:{}", upstream.local_address.empty() ? "127.0.0.1" : upstream.local_address,
                    upstream.local_port);
    if (!binds.insert(bind).second) {
      problems.push_back(
          fmt::format("upstreams cannot contain duplicates by local bind address and port; \"{}\" "
                      "is specified twice",
                      bind));
    }
    const std::string name =
        fmt::format("[type=\"{}\", name=\"{}\", namespace=\"{}\", datacenter=\"{}\"]",
                    upstream.type, upstream.destination, upstream.name_space, upstream.datacenter);
    if (!names.insert(name).second) {
      problems.push_back(fmt::format("upstreams cannot contain duplicates of {}", name));
    }
  }
}

// Consul's NodeService.Validate.
std::vector<std::string> structural_problems(const ServiceDefinition& service) {
  std::vector<std::string> problems = proxy_problems(service.instance());
  if (service.kind == "connect-proxy") {
    problems.insert(problems.end(), service.proxy_problems.begin(), service.proxy_problems.end());
  }
  if (service.sidecar) {
    if (!service.sidecar->id.empty()) {
      problems.emplace_back(
          "A SidecarService cannot specify an ID as this is managed by the agent");
    }
    if (service.sidecar->sidecar) {
      problems.emplace_back("A SidecarService cannot have a nested SidecarService");
    }
  }
  return problems;
}

}  // namespace

std::optional<Health> health_of_text(std::string_view text) {
  for (const Health health : {Health::passing, Health::warning, Health::critical}) {
    if (text == name_of(health)) return health;
  }
  return std::nullopt;
}

bool is_any_address(std::string_view address) {
  return address == "0.0.0.0" || address == "::" || address == "[::]";
}

std::string problem_of_meta(const std::map<std::string, std::string>& meta) {
  if (meta.size() > kMostPairs) {
    return fmt::format("Node metadata cannot contain more than {} key/value pairs", kMostPairs);
  }
  for (const auto& [key, value] : meta) {
    const std::string problem = problem_of_pair(key, value);
    if (!problem.empty()) {
      return fmt::format("Couldn't load metadata pair ('{}', '{}'): {}", key, value, problem);
    }
  }
  return "";
}

std::vector<std::string> proxy_problems(const ServiceInstance& service) {
  std::vector<std::string> problems;
  const std::string_view kind = name_of_kind(service);
  if (kind == "connect-proxy") {
    if (service.proxy.destination_name.empty()) {
      problems.emplace_back(
          "Proxy.DestinationServiceName must be non-empty for Connect proxy services");
    }
    if (service.port == 0) problems.emplace_back("Port must be set for a Connect proxy");
    if (service.connect_native) {
      problems.emplace_back("A Proxy cannot also be Connect Native, only typical services");
    }
    judge_upstreams(service.proxy, problems);
  }
  if (kind == "mesh-gateway" || kind == "terminating-gateway") {
    if (service.port == 0) {
      problems.push_back(fmt::format("Port must be non-zero for a {}", kind));
    }
    if (!service.proxy.destination_name.empty()) {
      problems.push_back(
          fmt::format("The Proxy.DestinationServiceName configuration is invalid for a {}", kind));
    }
  }
  return problems;
}

std::string problem_of(const ServiceDefinition& service) {
  if (service.name.empty()) return "Missing service name";
  if (is_any_address(service.address)) return "Invalid service address";
  // Consul 1.8 takes any number here, and fails later.
  if (service.port < 0 || service.port > std::numeric_limits<std::uint16_t>::max()) {
    return fmt::format("Invalid service port: {}", service.port);
  }
  if (const std::string problem = problem_of_weights(service); !problem.empty()) {
    return "Invalid Weights: " + problem;
  }
  if (const std::string problem = problem_of_meta(service.meta); !problem.empty()) {
    return "Invalid Service Meta: " + problem;
  }
  if (const auto problems = structural_problems(service); !problems.empty()) {
    return go_errors(problems);
  }
  for (const CheckDefinition& check : service.checks) {
    if (const std::string problem = check.problem(); !problem.empty()) {
      return "Invalid check: " + problem;
    }
  }
  for (const CheckDefinition& check : service.checks) {
    if (!check.status.empty() && !health_of_text(check.status)) {
      return "Status for checks must 'passing', 'warning', 'critical'";
    }
  }
  return "";
}

bool CheckDefinition::is_empty() const {
  const auto none = std::chrono::nanoseconds(0);
  return id.empty() && name.empty() && status.empty() && notes.empty() && service_id.empty() &&
         http.empty() && method.empty() && body.empty() && tcp.empty() && grpc.empty() &&
         headers.empty() && alias_node.empty() && alias_service.empty() && docker.empty() &&
         shell.empty() && script.empty() && interval == none && timeout == none && ttl == none &&
         deregister_after == none && successes == 0 && failures == 0 && output_bytes == 0 &&
         !any_flag;
}

std::string CheckDefinition::problem() const {
  const auto none = std::chrono::nanoseconds(0);
  const bool is_alias = !alias_node.empty() || !alias_service.empty();
  const bool repeats = is_script() || !http.empty() || !tcp.empty() || !grpc.empty();
  if (interval > none && ttl > none) return "Interval and TTL cannot both be specified";
  if (repeats && interval <= none) return "Interval must be > 0 for Script, HTTP, or TCP checks";
  if (repeats && is_alias) return "Interval cannot be set for Alias checks";
  if (is_alias && ttl > none) return "TTL must be not be set for Alias checks";
  if (!repeats && !is_alias && ttl <= none) return "TTL must be > 0 for TTL checks";
  if (output_bytes < 0) return "MaxOutputMaxSize must be positive";
  return "";
}

Check CheckDefinition::check(const std::string& default_id, const std::string& default_name) const {
  using std::chrono::milliseconds;
  const auto whole = [](std::chrono::nanoseconds span) {
    return std::chrono::ceil<milliseconds>(
        std::min<std::chrono::nanoseconds>(span, std::chrono::hours(24 * 365)));
  };
  Check check{.id = id.empty() ? default_id : id,
              .name = name.empty() ? default_name : name,
              .status = health_of_text(status).value_or(Health::critical),
              .notes = notes,
              .service_id = service_id};
  CheckPlan& plan = check.plan;
  if (!http.empty()) {
    check.kind = CheckKind::http;
    plan.target = http;
  } else if (!tcp.empty()) {
    check.kind = CheckKind::tcp;
    plan.target = tcp;
  } else if (!grpc.empty()) {
    check.kind = CheckKind::grpc;
    plan.target = grpc;
  } else if (!alias_node.empty() || !alias_service.empty()) {
    check.kind = CheckKind::alias;
    plan.target = alias_service;
  } else {
    check.kind = CheckKind::ttl;
  }
  plan.method = method;
  plan.body = body;
  for (const auto& [field, values] : headers) {
    for (const std::string& value : values) plan.headers.emplace_back(field, value);
  }
  plan.interval = whole(interval);
  plan.timeout = whole(timeout);
  plan.ttl = whole(ttl);
  plan.deregister_after = whole(deregister_after);
  plan.successes_to_pass = static_cast<int>(std::clamp<std::int64_t>(successes, 0, 1000));
  plan.failures_to_fail = static_cast<int>(std::clamp<std::int64_t>(failures, 0, 1000));
  if (output_bytes > 0) {
    plan.output_bytes = static_cast<std::size_t>(std::min<std::int64_t>(output_bytes, 4096));
  }
  return check;
}

}  // namespace gw::mesh
