// What the simulated agent's CA costs: key, certificate and both as PEM.
//
// Aim: a leaf in under 2 ms of CPU.

#include <chrono>

#include <benchmark/benchmark.h>

#include "mesh/authority.h"

namespace gw::mesh {
namespace {

constexpr WallSeconds kNow{std::chrono::seconds{1795285845}};  // 2026-11-21T18:30:45Z

void issue_leaf(benchmark::State& state) {
  const auto authority = Authority::create("dc1", kNow);
  if (!authority) return state.SkipWithError("no authority");
  for (auto _ : state) {
    auto leaf = (*authority)->issue({.service = "web", .now = kNow});
    benchmark::DoNotOptimize(leaf);
  }
}
BENCHMARK(issue_leaf)->Unit(benchmark::kMicrosecond);

void rotate_root(benchmark::State& state) {
  const auto authority = Authority::create("dc1", kNow);
  if (!authority) return state.SkipWithError("no authority");
  for (auto _ : state) {
    const auto rotated = (*authority)->rotate(kNow);
    (*authority)->prune(kNow + std::chrono::hours(1), std::chrono::seconds(0));
    benchmark::DoNotOptimize(rotated);
  }
}
BENCHMARK(rotate_root)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gw::mesh
