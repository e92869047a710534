#include "replay/synced_store.h"

#include <array>

#include <doctest/doctest.h>

#include "base/time.h"
#include "replay/overshoot.h"

namespace gw::replay {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_rfc3339("2024-01-01T00:00:10Z");

struct Minute {
  explicit Minute(double limit)
      : window{limit::Period::minute, whole_seconds(kNow) - 10s, whole_seconds(kNow) + 50s, limit} {
  }
  [[nodiscard]] limit::Charge charge() const {
    return {.key = {},
            .parts = {.prefix = "ratelimit", .route = {}, .service = {}, .identifier = "a"},
            .windows = std::span(&window, 1),
            .how = limit::Counting::if_all_pass};
  }
  limit::Window window;
};

// What is left in Redis for the one key of these tests.
std::uint64_t in_redis(const limit::VirtualRedis& redis) {
  const auto entries = redis.entries(kNow);
  return entries.empty() ? 0 : entries.begin()->second.value;
}

bool passes(SyncedStore& store, const limit::Charge& charge, WallTime now = kNow) {
  std::array<limit::Reading, 1> out;
  const auto written = store.charge(std::span(&charge, 1), now, out);
  REQUIRE(written.has_value());
  return out[0].passed;
}

}  // namespace

TEST_CASE("a synced node counts by itself and pushes what it counted when it is due") {
  limit::VirtualRedis redis;
  SyncedStore node(redis, 0.5);
  const Minute minute(2);
  CHECK_FALSE(node.due().has_value());
  CHECK(passes(node, minute.charge()));
  CHECK(passes(node, minute.charge()));
  CHECK_FALSE(passes(node, minute.charge()));
  CHECK(in_redis(redis) == 0);
  REQUIRE(node.due() == kNow + 500ms);
  node.sync(*node.due());
  CHECK(in_redis(redis) == 2);
  CHECK_FALSE(node.due().has_value());
}

TEST_CASE("nodes that sync let through more than the limit, and learn of each other after it") {
  limit::VirtualRedis redis;
  SyncedStore one(redis, 1);
  SyncedStore two(redis, 1);
  const Minute minute(3);
  OvershootAudit audit;
  std::vector<OvershootAudit::Entry> judged;
  OvershootAudit::note(std::array{minute.charge()}, judged);
  for (int i = 0; i < 3; ++i) {
    CHECK(passes(one, minute.charge()));
    audit.passed(judged, kNow);
    CHECK(passes(two, minute.charge()));
    audit.passed(judged, kNow);
  }
  CHECK(audit.total() == 3);
  one.sync(kNow + 1s);
  two.sync(kNow + 1s);
  CHECK(in_redis(redis) == 6);
  CHECK_FALSE(passes(one, minute.charge(), kNow + 1s));
}

TEST_CASE("deltas wait while redis is down, and a key never read is an error") {
  limit::VirtualRedis redis;
  SyncedStore node(redis, 1);
  const Minute minute(3);
  CHECK(passes(node, minute.charge()));
  redis.set_up(false);
  node.sync(kNow + 1s);
  CHECK(node.due() == kNow + 2s);
  redis.set_up(true);
  node.sync(kNow + 2s);
  CHECK(in_redis(redis) == 1);
  redis.set_up(false);
  std::array<limit::Reading, 1> out;
  CHECK_FALSE(node.charge(std::array{minute.charge()}, kNow + 2s, out).has_value());
}

TEST_CASE("what may pass of a fractional limit is no overshoot") {
  OvershootAudit audit;
  const Minute minute(2.5);
  std::vector<OvershootAudit::Entry> judged;
  OvershootAudit::note(std::array{minute.charge()}, judged);
  for (int i = 0; i < 3; ++i) audit.passed(judged, kNow);
  CHECK(audit.total() == 0);
  audit.passed(judged, kNow);
  CHECK(audit.total() == 1);
}

}  // namespace gw::replay
