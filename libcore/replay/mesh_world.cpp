#include "replay/mesh_world.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::replay {
namespace {

using mesh::TopologyCall;
using mesh::TopologyService;
using std::chrono::microseconds;

Instant later(Instant now, microseconds by) {
  return {now.wall + by, now.steady + by};
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

// The names that the hosts file of `mesh up` has: web, web.default.svc, web-sidecar.default, ...
bool is_name_of(std::string_view host, std::string_view service) {
  constexpr std::string_view kSuffix = "-sidecar";
  if (!host.starts_with(service)) return false;
  host.remove_prefix(service.size());
  const bool sidecar = host.starts_with(kSuffix);
  if (sidecar) host.remove_prefix(kSuffix.size());
  if (host.empty() || host == ".default" || host.starts_with(".default.svc")) return true;
  return sidecar ? host.front() == '.'
                 : host.starts_with(".service.") || host.starts_with(".connect.");
}

void take_answer(const mesh::SampleAnswer& answer, bool tell, Stub& made) {
  made.status = static_cast<std::uint16_t>(answer.code);
  made.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Vary", "Origin"}};
  made.body = tell ? mesh::to_json(answer) : std::string();
}

}  // namespace

MeshWorld::MeshWorld(const Scenario& scenario)
    : topology_(mesh::placed(*scenario.mesh)),
      file_(scenario.mesh_file),
      own_(scenario.where.file),
      intentions_(topology_.intentions),
      places_(topology_.intention_places) {
  places_.resize(intentions_.size());
  for (const TopologyService& service : topology_.services) {
    says_behind_ = says_behind_ || !service.behind.empty();
    members_.emplace(service.name, Member{&service, mesh::SampleFaults(service.sample),
                                          mesh::SampleTiming(service.sample)});
  }
}

std::string MeshWorld::change(const IntentionChange& change) {
  const auto same = std::ranges::find_if(intentions_, [&](const connect::Intention& intention) {
    return intention.source == change.source && intention.destination == change.destination;
  });
  const auto index = same - intentions_.begin();
  if (change.action == IntentionChange::Action::remove) {
    if (same == intentions_.end()) {
      return fmt::format("there is no intention {} => {} to delete", change.source,
                         change.destination);
    }
    intentions_.erase(same);
    places_.erase(places_.begin() + index);
    return {};
  }
  const auto action = change.action == IntentionChange::Action::allow
                          ? connect::IntentionAction::allow
                          : connect::IntentionAction::deny;
  if (same == intentions_.end()) {
    intentions_.push_back({change.source, change.destination, action});
    places_.push_back(change.where);
  } else {
    same->action = action;
    places_[static_cast<std::size_t>(index)] = change.where;
  }
  return {};
}

// Once a service says what it is behind of, nothing else is in the mesh.
const TopologyService* MeshWorld::behind(const Reach& reach) const {
  if (!says_behind_) return by_host(reach);
  const std::string address = fmt::format("{}:{}", reach.host, reach.port);
  for (const TopologyService& service : topology_.services) {
    for (const std::string& name : service.behind) {
      if (name == reach.service || name == address) return &service;
    }
  }
  return nullptr;
}

const TopologyService* MeshWorld::by_host(const Reach& reach) const {
  for (const TopologyService& service : topology_.services) {
    if (is_name_of(reach.host, service.name) || reach.host == service.address->str()) {
      return &service;
    }
  }
  const bool is_local = reach.host == "localhost" || reach.host == "127.0.0.1" ||
                        reach.host == mesh::nth_address(topology_.network, 1).str();
  if (!is_local) return nullptr;
  for (const TopologyCall& call : topology_.gateway_calls) {
    if (call.port == reach.port) return mesh::find_service(topology_, call.service);
  }
  return nullptr;
}

std::vector<std::string> MeshWorld::strangers(const model::Config& config) const {
  std::vector<std::string> known;
  known.reserve(config.services.size());
  for (const model::Service& service : config.services) known.push_back(service.name);
  std::vector<std::string> out;
  for (const TopologyService& service : topology_.services) {
    for (const std::string& name : service.behind) {
      if (name.contains(':') || std::ranges::find(known, name) != known.end()) continue;
      out.push_back(fmt::format("behind of {}: the config has no service {}; it has {}",
                                service.name, printable(name),
                                known.empty() ? "none" : join(known, ", ")));
    }
  }
  return out;
}

bool MeshWorld::allows(std::string_view source, std::string_view destination) const {
  return connect::is_allowed(intentions_, source, destination, topology_.allow_by_default);
}

// Whether a call that its answer needs is denied, however far down; topologies have no cycles.
bool MeshWorld::meets_denial(const TopologyService& service) const {
  return std::ranges::any_of(service.calls, [&](const TopologyCall& call) {
    return !allows(service.name, call.service) ||
           meets_denial(*mesh::find_service(topology_, call.service));
  });
}

std::string MeshWorld::place_of(const config::Span& where) const {
  if (where.line == 0) return {};
  if (where.file == own_ || file_.empty()) return fmt::format(" of line {}", where.line);
  return fmt::format(" of {}:{}", file_, where.line);
}

std::string MeshWorld::reason(std::string_view source, std::string_view destination) const {
  const char* verdict = allows(source, destination) ? "allowed" : "denied";
  const connect::Intention* match = connect::find_match(intentions_, source, destination);
  if (match == nullptr) {
    return fmt::format("{} => {}: {} by default", source, destination, verdict);
  }
  const auto index = static_cast<std::size_t>(match - intentions_.data());
  return fmt::format("{} => {}: {} by the intention {}{}", source, destination, verdict,
                     connect::describe(*match), place_of(places_[index]));
}

// In the order of the calls, up to the one that fails.
void MeshWorld::explain(const TopologyService& service, std::vector<std::string>& out) const {
  for (const TopologyCall& call : service.calls) {
    out.push_back(reason(service.name, call.service));
    const TopologyService& called = *mesh::find_service(topology_, call.service);
    const bool is_allowed = allows(service.name, call.service);
    if (is_allowed) explain(called, out);
    if (!is_allowed || meets_denial(called)) return;
  }
}

bool MeshWorld::answer(const Reach& reach, const Stub* said, Instant now, bool tell, Stub& made) {
  const TopologyService* service = behind(reach);
  if (service == nullptr) return false;
  const bool is_let_in = allows(topology_.gateway, service->name);
  const bool is_said = said != nullptr && !(is_let_in && meets_denial(*service));
  if (is_let_in && (reach.target.empty() || (is_said && !tell))) return false;
  if (is_let_in && is_said) {
    made = *said;
    made.because = {reason(topology_.gateway, service->name)};
    return true;
  }
  made = {};
  if (tell) made.because.push_back(reason(topology_.gateway, service->name));
  if (!is_let_in) {
    made.fail = StubFailure::reset;
    return true;
  }
  if (path_of(reach.target) == "/health") {
    take_answer({}, false, made);
    made.body = "OK";
    return true;
  }
  if (tell) explain(*service, made.because);
  const Played played = play(*service, reach.target, now);
  take_answer(played.answer, tell, made);
  made.delay = played.took;
  return true;
}

// As the sample service does it: the upstreams in turn, up to the first that fails, and then no
// more time is taken; else it takes its own time, or theirs when that is longer.
MeshWorld::Played MeshWorld::play(const TopologyService& service, std::string_view target,
                                  Instant now) {
  Member& member = members_.find(service.name)->second;
  Played out;
  mesh::SampleAnswer& answer = out.answer;
  answer.name = service.sample.name.empty() ? service.name : service.sample.name;
  answer.uri = target;
  answer.type = "HTTP";
  answer.ip_addresses = service.sample.ip_addresses;
  if (answer.ip_addresses.empty()) answer.ip_addresses.push_back(service.address->str());
  if (const auto fault = member.faults.next(now.steady)) {
    answer.code = fault->code;
    answer.error = fault->error;
    out.took = fault->delay;
    return out;
  }
  const bool is_whole = std::ranges::all_of(service.calls, [&](const TopologyCall& each) {
    return call(service, each, target, later(now, out.took), out);
  });
  const auto planned = member.timing.next();
  if (is_whole) out.took = std::max(out.took, planned);
  answer.start_time = mesh::sample_time(now.wall);
  answer.end_time = mesh::sample_time(now.wall + out.took);
  answer.duration = mesh::go_duration(out.took);
  answer.code = is_whole ? 200 : 500;
  if (is_whole) answer.body = service.sample.message;
  return out;
}

bool MeshWorld::call(const TopologyService& caller, const TopologyCall& call,
                     std::string_view target, Instant start, Played& out) {
  const std::string configured = fmt::format("http://localhost:{}", call.port);
  const std::string requested = configured + std::string(path_of(target));
  auto& calls = out.answer.upstream_calls;
  if (!allows(caller.name, call.service)) {
    calls.push_back(mesh::unreachable_upstream(configured, requested, "EOF"));
    return false;
  }
  Played called = play(*mesh::find_service(topology_, call.service), path_of(target), start);
  const bool is_fine = called.answer.code == 200;
  called.answer.uri = configured;
  if (!is_fine) called.answer.error = "Error processing upstream request: " + requested;
  out.took += called.took;
  calls.push_back(std::move(called.answer));
  return is_fine;
}

}  // namespace gw::replay
