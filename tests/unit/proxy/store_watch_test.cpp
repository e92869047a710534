#include "proxy/store_watch.h"

#include <array>

#include <doctest/doctest.h>

#include "unit/proxy/log_fixture.h"

namespace gw::proxy {
namespace {

using net::RedisFailure;
using Kind = RedisFailure::Kind;

struct Bench {
  SystemClock clock;
  testing::TemporaryLog file;
  std::unique_ptr<Log> log = Log::open(clock, LogLevel::info, file.path()).value();
  StoreWatch watch{*log};
  std::array<int, 2> speakers{};  // their addresses are who they are
  SteadyTime now{std::chrono::hours(1)};

  // Of something that began now, a moment after all that was before.
  void failed(const std::string& store, StoreWatch::Who who, const RedisFailure& why) {
    watch.failed(store, who, why, now += std::chrono::milliseconds(1));
  }
  void works(const std::string& store, StoreWatch::Who who) {
    watch.works(store, who, now += std::chrono::milliseconds(1));
  }

  // The lines with `event`, once the log is closed.
  std::size_t lines(std::string_view event) {
    log.reset();
    const std::string text = file.text();
    std::size_t n = 0;
    for (auto at = text.find(event); at != std::string::npos; at = text.find(event, at + 1)) ++n;
    return n;
  }
};

const RedisFailure kRefused{Kind::unreachable, "Connection refused"};

}  // namespace

TEST_CASE("an outage is told once, whatever number of workers and requests meet it") {
  Bench bench;
  for (int i = 0; i < 5; ++i) {
    for (const int& one : bench.speakers) bench.failed("r:1", &one, kRefused);
    bench.watch.undecided("r:1");
  }
  CHECK(bench.watch.is_out_of_reach("r:1"));
  bench.works("r:1", &bench.speakers[0]);
  CHECK(bench.watch.is_out_of_reach("r:1"));
  bench.works("r:1", &bench.speakers[1]);
  CHECK_FALSE(bench.watch.is_out_of_reach("r:1"));
  CHECK(bench.lines("event=redis_unreachable redis=r:1 error=\"Connection refused\"") == 1);
  CHECK(bench.lines("event=redis_recovered redis=r:1 undecided=5") == 1);
}

TEST_CASE("another cause within an outage is told as well, and a new outage anew") {
  Bench bench;
  bench.failed("r:1", &bench.speakers[0], {Kind::closed, "the connection was lost"});
  bench.failed("r:1", &bench.speakers[0], kRefused);
  bench.works("r:1", &bench.speakers[0]);
  bench.failed("r:1", &bench.speakers[0], kRefused);
  CHECK(bench.lines("event=redis_unreachable") == 2);
  CHECK(bench.lines("event=redis_closed") == 1);
}

TEST_CASE("what began before an outage was over, and fails after it, is no new outage") {
  Bench bench;
  const RedisFailure late{Kind::timeout, "no answer within 250 ms"};
  bench.failed("r:1", &bench.speakers[0], late);
  const SteadyTime meanwhile = bench.now += std::chrono::milliseconds(1);
  bench.works("r:1", &bench.speakers[0]);
  bench.watch.failed("r:1", &bench.speakers[1], late, meanwhile);
  // It has no connection, for a moment; and when that has come nobody is told again.
  CHECK(bench.watch.is_out_of_reach("r:1"));
  bench.works("r:1", &bench.speakers[1]);
  CHECK_FALSE(bench.watch.is_out_of_reach("r:1"));
  CHECK(bench.lines("event=redis_timeout") == 1);
  CHECK(bench.lines("event=redis_recovered") == 1);
}

TEST_CASE("whoever goes on to fail after an outage was over is told of") {
  Bench bench;
  bench.failed("r:1", &bench.speakers[0], kRefused);
  const SteadyTime meanwhile = bench.now;
  bench.works("r:1", &bench.speakers[0]);
  bench.watch.failed("r:1", &bench.speakers[1], kRefused, meanwhile);
  bench.failed("r:1", &bench.speakers[1], kRefused);
  bench.works("r:1", &bench.speakers[1]);
  CHECK(bench.lines("event=redis_unreachable") == 2);
  CHECK(bench.lines("event=redis_recovered") == 2);
}

TEST_CASE("a node of a cluster that fails is told of, and the others go on") {
  Bench bench;
  bench.watch.is_one_of_many("r:1");
  bench.failed("r:1", &bench.speakers[0], kRefused);
  CHECK_FALSE(bench.watch.is_out_of_reach("r:1"));
  CHECK(bench.lines("event=redis_unreachable") == 1);
}

TEST_CASE("a store that works from the start is told once, and one that may evict, too") {
  Bench bench;
  for (const int& one : bench.speakers) {
    bench.works("r:1", &one);
    bench.watch.may_evict("r:1", "allkeys-lru");
  }
  CHECK(bench.lines("event=redis_connected") == 1);
  CHECK(bench.lines("event=redis_may_evict redis=r:1 maxmemory_policy=allkeys-lru") == 1);
}

}  // namespace gw::proxy
