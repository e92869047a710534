#include "mesh/mesh.h"

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/agent_settings.h"
#include "mesh/api.h"
#include "mesh/hosts_text.h"
#include "mesh/registration.h"
#include "mesh/sample_service.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

using namespace std::chrono_literals;

constexpr auto kStatusPatience = 1s;

std::unexpected<Error> taken(const Error& error, std::string_view whose, std::string_view remedy) {
  return fail(error.code, fmt::format("{}: {}; {}", whose, error.message, remedy));
}

constexpr std::string_view kOtherConsul =
    "--consul-listen puts the simulated agent elsewhere (a real Consul may be running here)";
constexpr std::string_view kOtherNetwork =
    "--network 127.1.0.0 puts the mesh on addresses of its own, and the topology file may name "
    "other ports";

// "127.0.0.1:3000"; that it is one was seen when the topology was read.
Result<net::Address> read_address(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto ip = IpAddress::parse(text.substr(0, colon));
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : parse_uint(std::string_view(text).substr(colon + 1));
  if (ip && port && *port > 0 && *port <= 65535) {
    return net::Address{.ip = *ip, .port = static_cast<std::uint16_t>(*port)};
  }
  return fail(ErrorCode::invalid,
              fmt::format("application '{}' is no IP:PORT; write 127.0.0.1:3000", printable(text)));
}

std::vector<SidecarUpstream> upstreams_at(const IpAddress& address,
                                          const std::vector<TopologyCall>& calls) {
  std::vector<SidecarUpstream> out;
  out.reserve(calls.size());
  for (const TopologyCall& call : calls) {
    out.push_back({.service = call.service, .listen = {.ip = address, .port = call.port}});
  }
  return out;
}

}  // namespace

struct Mesh::Impl {
  // A service with what runs for it.
  struct Part {
    std::string name;
    std::unique_ptr<Sidecar> sidecar;        // nullptr: a gateway that calls nobody
    std::unique_ptr<SampleService> service;  // nullptr: the application is another's
  };

  Impl(MeshOptions its_options, const Clock& clock)
      : options(std::move(its_options)), topology(placed(options.topology)), loop(clock) {}
  ~Impl() {
    if (thread.joinable()) {
      loop.stop();
      thread.join();
    }
    loop.end();  // whatever waits refers to what follows
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start();
  Result<void> start_agent();
  Result<void> fill_state();
  Result<void> start_gateway();
  Result<void> start_service(const TopologyService& service);
  Result<Sidecar*> start_sidecar(Part& part, SidecarOptions wanted);
  [[nodiscard]] std::string spiffe_id(const std::string& service) const;
  [[nodiscard]] MeshStatus look() const;

  MeshOptions options;
  Topology topology;
  net::Loop loop;
  std::unique_ptr<State> state;
  std::unique_ptr<Api> api;
  std::vector<Part> parts;
  std::vector<PlacedService> placed_services;
  net::Address consul;
  std::string trust_domain;
  std::mutex status_mutex;
  MeshStatus last_status;
  std::jthread thread;
};

Result<void> Mesh::Impl::start() {
  if (const auto agent = start_agent(); !agent) return agent;
  if (const auto filled = fill_state(); !filled) return filled;
  if (!topology.gateway.empty()) {
    if (const auto gateway = start_gateway(); !gateway) return gateway;
  }
  for (const TopologyService& service : topology.services) {
    if (const auto started = start_service(service); !started) return started;
  }
  last_status = look();
  thread = std::jthread([this] { loop.run(); });
  return {};
}

Result<void> Mesh::Impl::start_agent() {
  const auto descriptor = net::listen_on(options.consul, {});
  if (!descriptor) return taken(descriptor.error(), "the Consul agent", kOtherConsul);
  auto made = State::create(loop, agent_settings(topology));
  if (!made) {
    ::close(*descriptor);
    return std::unexpected(made.error());
  }
  state = std::move(*made);
  api = std::make_unique<Api>(*state, *descriptor);
  consul = api->address();
  trust_domain = state->authority->trust_domain();
  return {};
}

Result<void> Mesh::Impl::fill_state() {
  const WallTime now = loop.now().wall;
  for (const connect::Intention& intention : topology.intentions) {
    const auto created = state->intentions.create({.what = intention}, now);
    if (!created) return std::unexpected(created.error());
  }
  for (const auto& [key, value] : topology.kv) {
    if (const auto put = state->kv.put(key, value, 0); !put) return std::unexpected(put.error());
  }
  register_services(state->catalog, topology);
  return {};
}

Result<Sidecar*> Mesh::Impl::start_sidecar(Part& part, SidecarOptions wanted) {
  wanted.denial = topology.denial;
  wanted.cut_on_deny = topology.cut_on_deny;
  wanted.diagnose = options.diagnose;
  auto started = Sidecar::start(*state, std::move(wanted));
  if (!started) {
    return taken(started.error(), fmt::format("the sidecar of '{}'", part.name), kOtherNetwork);
  }
  part.sidecar = std::move(*started);
  return part.sidecar.get();
}

Result<void> Mesh::Impl::start_gateway() {
  PlacedService seen{.name = topology.gateway, .spiffe_id = spiffe_id(topology.gateway)};
  Part part{.name = topology.gateway, .sidecar = nullptr, .service = nullptr};
  if (!topology.gateway_calls.empty()) {
    const auto sidecar = start_sidecar(
        part,
        {.service = topology.gateway,
         .upstreams = upstreams_at(nth_address(topology.network, 1), topology.gateway_calls)});
    if (!sidecar) return std::unexpected(sidecar.error());
    for (const SidecarUpstream& upstream : (*sidecar)->options().upstreams) {
      seen.upstreams[upstream.service] = upstream.listen.str();
    }
  }
  parts.push_back(std::move(part));
  placed_services.push_back(std::move(seen));
  return {};
}

Result<void> Mesh::Impl::start_service(const TopologyService& service) {
  PlacedService seen{.name = service.name, .spiffe_id = spiffe_id(service.name)};
  Part part{.name = service.name, .sidecar = nullptr, .service = nullptr};
  net::Address application{.ip = *service.address, .port = service.port};
  if (service.application.empty()) {
    SampleOptions sample;
    sample.behaviour = service.sample;
    sample.listen = application;
    sample.local = *service.address;
    if (sample.behaviour.name.empty()) sample.behaviour.name = service.name;
    for (const TopologyCall& call : service.calls) {
      sample.upstream_uris.push_back(fmt::format("http://localhost:{}", call.port));
    }
    auto started = SampleService::start(loop, std::move(sample));
    if (!started) {
      return taken(started.error(), fmt::format("the sample service '{}'", service.name),
                   kOtherNetwork);
    }
    part.service = std::move(*started);
    application = part.service->address();
  } else {
    const auto other = read_address(service.application);
    if (!other) return std::unexpected(other.error());
    application = *other;
  }
  const auto sidecar = start_sidecar(
      part, {.service = service.name,
             .listen = net::Address{.ip = *service.address, .port = service.sidecar_port},
             .application = application,
             .upstreams = upstreams_at(*service.address, service.calls)});
  if (!sidecar) return std::unexpected(sidecar.error());
  const SidecarOptions& bound = (*sidecar)->options();
  seen.sidecar = bound.listen->str();
  seen.application = application.str();
  for (const SidecarUpstream& upstream : bound.upstreams) {
    seen.upstreams[upstream.service] = upstream.listen.str();
  }
  parts.push_back(std::move(part));
  placed_services.push_back(std::move(seen));
  return {};
}

std::string Mesh::Impl::spiffe_id(const std::string& service) const {
  return fmt::format("spiffe:///ns/default/dc/{}/svc/{}", topology.consul.datacenter, service);
}

MeshStatus Mesh::Impl::look() const {
  MeshStatus out{.consul_requests = api->requests(),
                 .consul_waiting = api->waiting(),
                 .roots = state->authority->roots().size(),
                 .agent_down = state->faults.down,
                 .agent_delay = state->faults.delay,
                 .intentions = {},
                 .services = {}};
  for (const StoredIntention& intention : state->intentions.all()) {
    out.intentions.push_back(connect::describe(intention.what));
  }
  for (const Part& part : parts) {
    MeshStatus::Service service{.name = part.name, .sidecar = {}};
    if (part.sidecar) service.sidecar = part.sidecar->counts();
    if (part.service) {
      service.requests = part.service->requests();
      service.failures = part.service->failures();
    }
    out.services.push_back(std::move(service));
  }
  return out;
}

Result<std::unique_ptr<Mesh>> Mesh::start(MeshOptions options, const Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  if (const auto started = impl->start(); !started) return std::unexpected(started.error());
  return std::unique_ptr<Mesh>(new Mesh(std::move(impl)));
}

Mesh::Mesh(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Mesh::~Mesh() = default;

net::Address Mesh::consul() const {
  return impl_->consul;
}

const std::string& Mesh::trust_domain() const {
  return impl_->trust_domain;
}

const std::vector<PlacedService>& Mesh::services() const {
  return impl_->placed_services;
}

std::string Mesh::hosts_text() const {
  return mesh::hosts_text(impl_->topology);
}

MeshStatus Mesh::status() const {
  const auto promise = std::make_shared<std::promise<MeshStatus>>();
  auto answer = promise->get_future();
  impl_->loop.post([impl = impl_.get(), promise] { promise->set_value(impl->look()); });
  const bool came = answer.wait_for(kStatusPatience) == std::future_status::ready;
  const std::lock_guard lock(impl_->status_mutex);
  if (came) impl_->last_status = answer.get();
  return impl_->last_status;
}

}  // namespace gw::mesh
