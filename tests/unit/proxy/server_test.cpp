#include "proxy/server.h"

#include <atomic>
#include <memory>

#include <doctest/doctest.h>

#include "log_fixture.h"
#include "proxy/body_pump.h"

namespace gw::proxy {
namespace {

using gateway::TargetStatus;
using testing::eventually;

// Two workers that proxy to an upstream with one target.
struct Bench {
  SystemClock clock;
  std::unique_ptr<Log> log = Log::open(clock, LogLevel::emerg, "").value();
  std::unique_ptr<Server> server;

  explicit Bench(bool with_checks) {
    gateway::ServerSettings settings;
    settings.proxy_listen = {gateway::Listener{}};
    settings.limits.workers = 2;
    gateway::complete(settings, {3, 9});
    auto started = Server::start(
        clock, settings, make_generation(config(with_checks), {}, {}).value(), *log, nullptr);
    REQUIRE(started);
    server = std::move(*started);
  }
  static model::Config config(bool with_checks) {
    model::Config config;
    model::Upstream upstream;
    upstream.id = Uuid::v5(Uuid{}, "upstream");
    upstream.name = "up.test";
    upstream.targets = {{.id = Uuid::v5(Uuid{}, "target"), .host = "127.0.0.1", .port = 9}};
    if (with_checks) upstream.healthchecks.passive.tcp_failures = 3;
    config.upstreams.push_back(upstream);
    return config;
  }
  [[nodiscard]] TargetOf target() const {
    const GenerationPtr generation = server->generation();
    const model::Upstream& upstream = generation->config->upstreams.front();
    return {generation, &upstream, &upstream.targets.front()};
  }
};

}  // namespace

TEST_CASE("a server is alive as long as each of its workers gets round to something") {
  Bench bench(false);
  CHECK(bench.server->is_alive());
  CHECK(eventually([&] { return bench.server->is_alive(); }));
}

TEST_CASE("a server that has drained is alive still") {
  Bench bench(false);
  std::atomic<bool> drained{false};
  bench.server->drain([&] { drained.store(true); });
  CHECK(eventually([&] { return drained.load(); }));
  CHECK(eventually([&] { return bench.server->is_alive(); }));
}

TEST_CASE("a target that is marked by hand has that health until it is marked again") {
  Bench bench(true);
  const TargetOf target = bench.target();
  CHECK(bench.server->health(target) == TargetStatus::healthy);
  bench.server->mark(target, false);
  CHECK(bench.server->health(target) == TargetStatus::unhealthy);
  bench.server->mark(target, true);
  CHECK(bench.server->health(target) == TargetStatus::healthy);
}

TEST_CASE("a target without health checks stays as it is, whatever it is marked") {
  Bench bench(false);
  const TargetOf target = bench.target();
  bench.server->mark(target, false);
  CHECK(bench.server->health(target) == TargetStatus::healthchecks_off);
}

TEST_CASE("a body has to keep up its rate, counted over all of it") {
  using std::chrono::seconds;
  const SteadyTime began{seconds{100}};
  const auto deadline = [&](std::uint64_t rate, std::uint64_t bytes) {
    gateway::ClientSettings bounds;
    bounds.body_min_rate = rate;
    bounds.body_rate_grace = seconds{10};
    return body_deadline(bounds, began, bytes);
  };
  CHECK(deadline(256, 0) == began + seconds{10});
  CHECK(deadline(256, 2560) == began + seconds{20});
  CHECK(deadline(1, ~std::uint64_t{0}) > began + seconds{10});
  CHECK(deadline(0, 0) == net::Stream::kNever);
}

}  // namespace gw::proxy
