// Route match among 10, 1,000 and 50,000 routes that differ by host, exact path or prefix.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.h"
#include "gateway/router.h"

namespace gw::gateway {
namespace {

enum class By : int { host, prefix, exact };

std::vector<model::Route> make_routes(int count, By by) {
  std::vector<model::Route> routes;
  for (int i = 0; i < count; ++i) {
    model::Route route;
    route.name = "r" + std::to_string(i);
    route.id = Uuid::v5(Uuid{}, route.name);
    const std::string n = std::to_string(i);
    if (by == By::host) route.hosts = {"service-" + n + ".example.com"};
    if (by == By::prefix) route.paths = {"/api/v1/service-" + n + "/"};
    if (by == By::exact) route.paths = {"~/api/v1/service-" + n + "$"};
    routes.push_back(std::move(route));
  }
  return routes;
}

void match_route(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const By by = static_cast<By>(state.range(1));
  const auto routes = make_routes(count, by);
  const auto router = Router::build(routes, std::vector<bool>(routes.size(), true),
                                    RouterFlavor::traditional_compatible, traits_of({3, 9}));
  // The queries are prepared: what is timed is the match.
  constexpr std::size_t kQueries = 1024;
  Rng rng(1);
  std::vector<std::string> hosts(kQueries, "example.com");
  std::vector<std::string> paths(kQueries, "/");
  for (std::size_t i = 0; i < kQueries; ++i) {
    const std::string n = std::to_string(rng.below(static_cast<std::uint64_t>(count)));
    if (by == By::host) hosts[i] = "service-" + n + ".example.com";
    if (by == By::prefix) paths[i] = "/api/v1/service-" + n + "/orders/7";
    if (by == By::exact) paths[i] = "/api/v1/service-" + n;
  }
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 1) % kQueries;
    const auto match = router->match(
        {.method = "GET", .host = hosts[i], .path = paths[i], .sni = {}, .fields = {}});
    if (!match) state.SkipWithError("no route");
    benchmark::DoNotOptimize(match);
  }
}
BENCHMARK(match_route)->ArgNames({"routes", "by"})->ArgsProduct({{10, 1000, 50000}, {0, 1, 2}});

}  // namespace
}  // namespace gw::gateway
