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
    for (const int& one : bench.speakers) bench.watch.failed("r:1", &one, kRefused);
    bench.watch.undecided("r:1");
  }
  CHECK(bench.watch.is_out_of_reach("r:1"));
  bench.watch.works("r:1", &bench.speakers[0]);
  CHECK(bench.watch.is_out_of_reach("r:1"));
  bench.watch.works("r:1", &bench.speakers[1]);
  CHECK_FALSE(bench.watch.is_out_of_reach("r:1"));
  CHECK(bench.lines("event=redis_unreachable redis=r:1 error=\"Connection refused\"") == 1);
  CHECK(bench.lines("event=redis_recovered redis=r:1 undecided=5") == 1);
}

TEST_CASE("another cause within an outage is told as well, and a new outage anew") {
  Bench bench;
  bench.watch.failed("r:1", &bench.speakers[0], {Kind::closed, "the connection was lost"});
  bench.watch.failed("r:1", &bench.speakers[0], kRefused);
  bench.watch.works("r:1", &bench.speakers[0]);
  bench.watch.failed("r:1", &bench.speakers[0], kRefused);
  CHECK(bench.lines("event=redis_unreachable") == 2);
  CHECK(bench.lines("event=redis_closed") == 1);
}

TEST_CASE("a node of a cluster that fails is told of, and the others go on") {
  Bench bench;
  bench.watch.is_one_of_many("r:1");
  bench.watch.failed("r:1", &bench.speakers[0], kRefused);
  CHECK_FALSE(bench.watch.is_out_of_reach("r:1"));
  CHECK(bench.lines("event=redis_unreachable") == 1);
}

TEST_CASE("a store that works from the start is told once, and one that may evict, too") {
  Bench bench;
  for (const int& one : bench.speakers) {
    bench.watch.works("r:1", &one);
    bench.watch.may_evict("r:1", "allkeys-lru");
  }
  CHECK(bench.lines("event=redis_connected") == 1);
  CHECK(bench.lines("event=redis_may_evict redis=r:1 maxmemory_policy=allkeys-lru") == 1);
}

}  // namespace gw::proxy
