#include "proxy/server.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "gateway/compiled.h"
#include "gateway/store.h"
#include "net/resolver.h"

namespace gw::proxy {
namespace {

// Descriptors that are neither a client's nor its upstream's: logs, listeners, files being read.
constexpr std::size_t kReservedDescriptors = 64;

// A worker takes milliseconds at most; one that hangs must not take its asker with it.
constexpr std::chrono::seconds kPatience{1};

// A client and its upstream take one each.
std::size_t most_connections(const gateway::ServerSettings& settings) {
  rlimit limit{};
  if (settings.limits.connections) return *settings.limits.connections;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  return files > 2 * kReservedDescriptors ? (files - kReservedDescriptors) / 2 : files / 4 + 1;
}

// For connections to end once they were reset.
constexpr std::chrono::seconds kAbortPatience{1};

void raise_file_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = wanted == 0 ? limit.rlim_max : std::min<rlim_t>(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// What clients of one worker may take up when nginx counts both sides.
std::size_t clients_each(const gateway::NodeLimits& limits) {
  return limits.worker_connections ? std::max<std::size_t>(1, *limits.worker_connections / 2) : 0;
}

// The other types of records change nothing here: see net::parse_dns_order().
std::vector<net::Family> families(const std::vector<gateway::DnsRecord>& order) {
  std::vector<net::Family> out;
  for (const gateway::DnsRecord record : order) {
    if (record == gateway::DnsRecord::a) out.push_back(net::Family::v4);
    if (record == gateway::DnsRecord::aaaa) out.push_back(net::Family::v6);
  }
  if (out.empty()) out.push_back(net::Family::v4);
  return out;
}

net::ResolverOptions resolver_options(const gateway::DnsSettings& dns) {
  net::ResolverOptions options;
  options.hosts_file = dns.hosts_file;
  options.order = families(dns.order);
  for (const gateway::NameServer& server : dns.servers) {
    options.servers.nameservers.push_back(net::Address{server.address, server.port}.str());
  }
  using std::chrono::ceil;
  using std::chrono::seconds;
  if (dns.valid_ttl) options.cache.valid_ttl = ceil<seconds>(*dns.valid_ttl);
  if (dns.stale_ttl) options.cache.stale_ttl = ceil<seconds>(*dns.stale_ttl);
  options.cache.not_found_ttl = ceil<seconds>(dns.not_found_ttl);
  options.cache.error_ttl = ceil<seconds>(dns.error_ttl);
  return options;
}

}  // namespace

std::size_t worker_count(const gateway::ServerSettings& settings) {
  return settings.limits.workers.value_or(std::max(1U, std::thread::hardware_concurrency()));
}

struct Server::Thread {
  explicit Thread(const Clock& clock) : loop(clock) {}
  net::Loop loop;
  std::unique_ptr<net::Resolver> resolver;
  std::unique_ptr<WorkerCounters> counters;
  std::unique_ptr<Worker> worker;
  std::atomic<bool> answered{true};
  std::jthread thread;
};

Server::Server(const Clock& clock, gateway::ServerSettings settings, GenerationPtr generation,
               Log& log, AccessLog* access_log)
    : settings_(std::move(settings)),
      generation_(std::move(generation)),
      stores_(log),
      shared_{.clock = clock, .settings = settings_, .log = log, .access_log = access_log} {}

Result<std::unique_ptr<Server>> Server::start(const Clock& clock, gateway::ServerSettings settings,
                                              GenerationPtr generation, Log& log,
                                              AccessLog* access_log) {
  raise_file_limit(settings.limits.open_files.value_or(0));
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(2): a closed peer is an error there
  std::unique_ptr<Server> server(
      new Server(clock, std::move(settings), std::move(generation), log, access_log));
  const std::size_t workers = worker_count(server->settings_);
  server->shared_.most_connections = most_connections(server->settings_);
  server->shared_.most_each = clients_each(server->settings_.limits);
  server->shared_.handshakes_each =
      std::max<std::size_t>(1, server->settings_.limits.handshakes / workers);
  server->shared_.most_memory = server->settings_.limits.memory_bytes.value_or(0) / workers;
  if (const auto bound = server->listen(workers); !bound) return std::unexpected(bound.error());
  if (const auto added = server->add_workers(workers); !added) {
    return std::unexpected(added.error());
  }
  server->run_workers();
  return server;
}

// With SO_REUSEPORT another instance of this program would share the port silently: a socket
// without it finds out.
Result<void> Server::listen(std::size_t workers) {
  for (const gateway::Listener& listener : settings_.proxy_listen) {
    net::Address address{listener.address, listener.port};
    const net::BindOptions options{listener.backlog, workers > 1, listener.ipv6_only};
    if (options.shared && address.port != 0) {
      const auto alone = net::listen_on(address, {listener.backlog, false, listener.ipv6_only});
      if (!alone) return std::unexpected(alone.error());
      ::close(*alone);
    }
    auto& descriptors = descriptors_.emplace_back();
    for (std::size_t i = 0; i < workers; ++i) {
      const auto descriptor = net::listen_on(address, options);
      if (!descriptor) return std::unexpected(descriptor.error());
      descriptors.push_back(*descriptor);
      address = net::local_address(*descriptor);
    }
    addresses_.push_back(address);
  }
  return {};
}

Result<void> Server::add_workers(std::size_t workers) {
  const net::ResolverOptions options = resolver_options(settings_.dns);
  for (std::size_t i = 0; i < workers; ++i) {
    auto thread = std::make_unique<Thread>(shared_.clock);
    auto resolver = net::Resolver::create(thread->loop, options);
    if (!resolver) return std::unexpected(resolver.error());
    thread->resolver = std::move(*resolver);
    thread->counters = std::make_unique<WorkerCounters>(thread->loop, *thread->resolver, stores_);
    thread->worker = std::make_unique<Worker>(shared_, i, thread->loop, *thread->resolver,
                                              *thread->counters, generation_);
    for (std::size_t l = 0; l < descriptors_.size(); ++l) {
      const gateway::Listener& listener = settings_.proxy_listen[l];
      thread->worker->listen(std::exchange(descriptors_[l][i], -1),
                             {addresses_[l].port, listener.tls, listener.proxy_protocol});
    }
    threads_.push_back(std::move(thread));
  }
  return {};
}

void Server::run_workers() {
  threads_.front()->worker->probe_targets();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Thread& own = *threads_[i];
    own.worker->on_health([this, i](const gateway::HealthEvent& event) {
      for (std::size_t other = 0; other < threads_.size(); ++other) {
        if (other == i) continue;
        threads_[other]->loop.post(
            [worker = threads_[other]->worker.get(), event] { worker->apply(event); });
      }
    });
  }
  for (const auto& thread : threads_) {
    thread->thread = std::jthread([&loop = thread->loop] { loop.run(); });
  }
}

// What is under way ends with a reset. Should something still wait then (a name that does not
// resolve), its thread's memory is left to the end of the process: nothing may outlive its worker.
Server::~Server() {
  for (const auto& thread : threads_) {
    if (!thread->thread.joinable()) continue;
    thread->loop.post([&loop = thread->loop, worker = thread->worker.get()] {
      worker->abort([&loop] { loop.stop(); });
      loop.at(loop.now().steady + kAbortPatience, [&loop] { loop.stop(); });
    });
  }
  for (auto& thread : threads_) {
    if (thread->thread.joinable()) thread->thread.join();
    if (!thread->worker || thread->worker->is_idle()) continue;
    [[maybe_unused]] const Thread* left = thread.release();
  }
  for (const auto& descriptors : descriptors_) {
    for (const int descriptor : descriptors) {
      if (descriptor >= 0) ::close(descriptor);
    }
  }
}

void Server::reload(GenerationPtr generation) {
  generation_ = std::move(generation);
  for (const auto& thread : threads_) {
    thread->loop.post([worker = thread->worker.get(), next = generation_] { worker->adopt(next); });
  }
}

void Server::drain(std::function<void()> done) {
  const auto left = std::make_shared<std::atomic<std::size_t>>(threads_.size());
  const auto one_done = [left, done = std::move(done)] {
    if (left->fetch_sub(1) == 1) done();
  };
  for (const auto& thread : threads_) {
    thread->loop.post([worker = thread->worker.get(), one_done] { worker->drain(one_done); });
  }
}

ServerStatus Server::status() const {
  ServerStatus sum;
  for (const auto& thread : threads_) {
    const WorkerStats& stats = thread->worker->stats();
    sum.accepted += stats.accepted.load(std::memory_order_relaxed);
    sum.refused += stats.refused.load(std::memory_order_relaxed);
    sum.requests += stats.requests.load(std::memory_order_relaxed);
    sum.active += stats.active.load(std::memory_order_relaxed);
    sum.busy += stats.busy.load(std::memory_order_relaxed);
  }
  return sum;
}

bool Server::is_alive() {
  bool alive = true;
  for (const auto& thread : threads_) {
    if (thread->answered.exchange(false)) {
      thread->loop.post([own = thread.get()] { own->answered.store(true); });
    } else {
      alive = false;
    }
  }
  return alive;
}

std::optional<gateway::TargetStatus> Server::health(const TargetOf& of) {
  const auto answer = std::make_shared<std::promise<gateway::TargetStatus>>();
  auto awaited = answer->get_future();
  Thread& prober = *threads_.front();
  prober.loop.post([answer, worker = prober.worker.get(), of] {
    answer->set_value(worker->balancers().status(*of.upstream, *of.target));
  });
  if (awaited.wait_for(kPatience) != std::future_status::ready) return std::nullopt;
  return awaited.get();
}

std::string Server::missing_store(const Generation& generation) const {
  for (const gateway::Store& store : generation.snapshot->stores) {
    if (store.kind == gateway::Store::Kind::memory || !store.must_answer) continue;
    std::string name = gateway::redis_name(store.redis);
    if (stores_.watch.is_out_of_reach(name)) return name;
  }
  return {};
}

void Server::mark(const TargetOf& of, bool healthy) {
  for (const auto& thread : threads_) {
    thread->loop.post([worker = thread->worker.get(), of, healthy] {
      worker->mark(*of.upstream, *of.target, healthy);
    });
  }
}

}  // namespace gw::proxy
