// The whole pipeline a request: match, key-auth, limit, the upstream's head and the answer's head.
#include <array>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "gateway/balancer.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "gateway/snapshot.h"
#include "limit/memory_store.h"

namespace {
// Counts heap allocations, to show that the steady path has none.
std::size_t allocations = 0;
}  // namespace

// GCC does not see that both sides are replaced together.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace gw::gateway {
namespace {

model::Config make_config(int consumers) {
  model::Config config;
  config.level = {3, 9};
  model::Service service;
  service.id = Uuid::v5(Uuid{}, "service");
  service.name = "web";
  service.host = "web.internal";
  config.services.push_back(service);
  for (int i = 0; i < 1000; ++i) {
    model::Route route;
    route.name = "r" + std::to_string(i);
    route.id = Uuid::v5(Uuid{}, route.name);
    route.paths = {"/api/" + std::to_string(i) + "/"};
    route.service = service.id;
    config.routes.push_back(route);
  }
  for (int i = 0; i < consumers; ++i) {
    model::Consumer consumer;
    consumer.username = "consumer-" + std::to_string(i);
    consumer.id = Uuid::v5(Uuid{}, consumer.username);
    config.keyauth_credentials.push_back({Uuid::v5(consumer.id, "key"), consumer.id,
                                          Secret("key-of-consumer-" + std::to_string(i))});
    config.consumers.push_back(consumer);
  }
  model::Plugin auth;
  auth.id = Uuid::v5(Uuid{}, "auth");
  auth.name = "key-auth";
  auth.config = model::KeyAuth{};
  config.plugins.push_back(auth);
  model::Plugin limiting;
  limiting.id = Uuid::v5(Uuid{}, "limiting");
  limiting.name = "rate-limiting";
  model::RateLimiting limits;
  limits.limits[model::Period::minute] = 1e12;
  limits.limits[model::Period::hour] = 1e13;
  limits.limits[model::Period::day] = 1e14;
  limiting.config = limits;
  config.plugins.push_back(limiting);
  return config;
}

// Plays one request to its relayed answer.
class Driver {
 public:
  explicit Driver(int consumers) : snapshot_(*compile(make_config(consumers), {})) {}

  bool play(const RequestView& request, Instant now) {
    Exchange exchange(*snapshot_, balancers_, scratch_, request, now, rng_);
    Step step = exchange.start();
    if (const auto* counters = std::get_if<NeedCounters>(&step)) {
      const auto n = store_.charge(counters->charges, whole_seconds(now.wall), readings_);
      step = exchange.on_counters(std::span<const limit::Reading>(readings_).first(n));
    }
    if (!std::holds_alternative<Try>(step)) return false;
    step = exchange.on_response({200, "OK", http::Version::http11, upstream_}, now);
    return std::holds_alternative<Relay>(step);
  }

 private:
  SnapshotPtr snapshot_;
  Balancers balancers_;
  Scratch scratch_;
  Rng rng_{1};
  limit::MemoryStore store_;
  std::array<limit::Reading, 4> readings_{};
  std::vector<http::Field> upstream_{{"Content-Type", "application/json"},
                                     {"Date", "Sat, 05 Sep 2020 15:34:42 GMT"}};
};

void whole_pipeline(benchmark::State& state) {
  const int consumers = static_cast<int>(state.range(0));
  Driver driver(consumers);
  std::vector<std::string> keys, targets;
  for (int i = 0; i < 1024; ++i) {
    keys.push_back("key-of-consumer-" + std::to_string(i % consumers));
    targets.push_back("/api/" + std::to_string(i % 1000) + "/orders?id=7");
  }
  const Instant now{WallTime{std::chrono::seconds{1'700'000'000}}, {}};
  std::size_t i = 0;
  std::size_t before = 0;
  std::uint64_t played = 0;
  for (auto _ : state) {
    if (played++ == 4096) before = allocations;  // buffers have grown to their size by then
    i = (i + 1) % keys.size();
    const std::array<http::Field, 6> fields{http::Field{"Host", "api.example.com"},
                                            {"User-Agent", "curl/7.88.1"},
                                            {"Accept", "*/*"},
                                            {"Accept-Encoding", "gzip"},
                                            {"apikey", keys[i]},
                                            {"X-Trace", "4bf92f3577b34da6a3ce929d0e0e4736"}};
    const RequestView request{.head = {"GET", targets[i], http::Version::http11, fields},
                              .peer = {IpAddress::loopback(), 40000},
                              .sni = {}};
    if (!driver.play(request, now)) state.SkipWithError("not proxied");
  }
  if (played > 4096) {
    state.counters["heap_allocations"] = static_cast<double>(allocations - before);
  }
}
BENCHMARK(whole_pipeline)->ArgName("consumers")->Arg(100)->Arg(10000);

}  // namespace
}  // namespace gw::gateway
