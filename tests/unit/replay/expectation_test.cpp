#include "replay/expectation.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "reading.h"

using namespace gw::replay;
using gw::replay::testing::expectation;
using gw::replay::testing::read;
using gw::replay::testing::with_step;

namespace {

Observation answer() {
  Observation out;
  out.status = 200;
  out.fields = {{"Content-Type", "application/json"},
                {"ratelimit-remaining", " 2\t"},
                {"Set-Cookie", "a=1"},
                {"set-cookie", "b=2"},
                {"Date", "Sat, 05 Sep 2020 15:34:42 GMT"}};
  out.body = R"({"a":{"b":1}})";
  out.route = "web";
  out.attempts = 2;
  out.upstream = UpstreamRequest{"POST", "/x?y=1", {{"x-consumer", "alice"}}, R"({"k":"v"})"};
  return out;
}

// "what: expected / actual" of every failure.
std::vector<std::string> failures(std::string_view text, const Observation& actual = answer(),
                                  int times = 1, std::size_t repetition = 0) {
  std::vector<std::string> out;
  for (const Failure& failure : evaluate(expectation(text, times), actual, repetition).failures) {
    out.push_back(failure.what + ": " + failure.expected + " / " + failure.actual);
  }
  return out;
}

using Texts = std::vector<std::string>;

struct Row {
  std::string text;
  Texts failures;
};

}  // namespace

TEST_CASE("an answer is judged by every key of `expect`") {
  for (const Row& row : std::initializer_list<Row>{
           {"{status: 200, route: web, consumer: absent}", {}},
           {"{status: {between: [500, 599]}}", {"status: between 500 and 599 / 200"}},
           {"{status: {one_of: [200, 204]}}", {}},
           {"{route: api}", {"route: api / web"}},
           {"{route: absent}", {"route: absent / web"}},
           {"{consumer: alice}", {"consumer: alice / absent"}},
           {"{headers: {RateLimit-Remaining: 2, SET-COOKIE: {all: [a=1, b=2]}, X-No: absent}}", {}},
           {"{headers: {Set-Cookie: a=1}}", {"headers.Set-Cookie: a=1 / 2 values: a=1, b=2"}},
           {"{headers: {X-No: present}}", {"headers.X-No: present / absent"}},
           {"{body: '{\"a\":{\"b\":1}}'}", {}},
           {"{body: {matches: '\"b\":2'}}", {"body: matches \"b\":2 / {\"a\":{\"b\":1}}"}},
           {"{body: absent}", {"body: absent / {\"a\":{\"b\":1}}"}},
           {"{json: {a: {b: 2}}}", {"json.a.b: 2 / 1"}},
           {"{json_exact: {a: {b: 1}}}", {}},
           {"{json_exact: {a: {}}}", {"json_exact: {\"a\":{}} / {\"a\":{\"b\":1}}"}},
           {"{upstream: {method: POST, path: '/x?y=1', headers: {X-Consumer: alice, apikey: "
            "absent}}}",
            {}},
           {"{upstream: {path: /, headers: {X-Consumer: bob}, json: {k: w}, attempts: 1}}",
            {"upstream.attempts: 1 / 2", "upstream.path: / / /x?y=1",
             "upstream.headers.X-Consumer: bob / alice", "upstream.json.k: \"w\" / \"v\""}},
           {"{upstream: absent}", {"upstream: absent / POST /x?y=1"}},
           {"{upstream: present}", {}},
           {"{status: 404, route: absent}", {"status: 404 / 200", "route: absent / web"}},
       }) {
    CAPTURE(row.text);
    CHECK(failures(row.text) == row.failures);
  }
}

TEST_CASE("an empty body is absent, and also an empty text") {
  Observation none;
  none.status = 204;
  CHECK(failures("{body: absent}", none).empty());
  CHECK(failures("{body: ''}", none).empty());
  CHECK(failures("{body: present}", none) == Texts{"body: present / absent"});
  CHECK(failures("{body: x}", none) == Texts{"body: x / "});
}

TEST_CASE("an answer without a try has no upstream; tries that reach none have no request") {
  Observation refused;
  refused.status = 503;
  CHECK(failures("{upstream: absent}", refused).empty());
  CHECK(failures("{upstream: present}", refused) == Texts{"upstream: present / absent"});
  CHECK(failures("{upstream: {path: /}}", refused) == Texts{"upstream: present / absent"});
  CHECK(failures("{upstream: {attempts: 0}}", refused).empty());
  refused.attempts = 6;
  CHECK(failures("{upstream: {attempts: 6}}", refused).empty());
  CHECK(failures("{upstream: absent}", refused) == Texts{"upstream: absent / 6 attempts"});
  CHECK(failures("{upstream: {path: /}}", refused) ==
        Texts{"upstream: a request that reached it / 6 attempts, none reached it"});
}

TEST_CASE("lists are judged by the repetition") {
  constexpr std::string_view kText =
      "{status: [200, 429], upstream: [{path: '/x?y=1'}, absent], body: [any, other]}";
  CHECK(failures(kText, answer(), 2, 0).empty());
  CHECK(failures(kText, answer(), 2, 1) == Texts{"status: 429 / 200",
                                                 "body: other / {\"a\":{\"b\":1}}",
                                                 "upstream: absent / POST /x?y=1"});
  CHECK(failures("{upstream: [any, present]}", Observation{}, 2, 0).empty());
}

TEST_CASE("seen from outside, what only the gateway knows is skipped and counted") {
  Observation outside = answer();
  outside.from_outside = true;
  const auto got = evaluate(
      expectation("{status: 201, route: no, consumer: no, upstream: absent, headers: {date: no}}"),
      outside, 0);
  CHECK(got.skipped == 4);
  REQUIRE(got.failures.size() == 1);
  CHECK(got.failures[0].what == "status");
}

TEST_CASE("traffic is judged in sum and by group") {
  const auto got =
      read(with_step("  - traffic: [{send: GET /, rate: 1/s, for: 1m}]\n"
                     "    expect:\n"
                     "      requests: {between: [10, 20]}\n"
                     "      passed: 6\n"
                     "      limited: {at_least: 3}\n"
                     "      denied: 0\n"
                     "      failed: 2\n"
                     "      by_consumer: {alice: {passed: 4}, nobody: {requests: 0}}\n"
                     "      by_route: {web: {limited: 9}}\n"
                     "      by_node: {1: {requests: 7}}\n"
                     "      by_status: {429: {limited: 2}}\n"
                     "      overshoot: {at_most: 0.5}\n"));
  REQUIRE(got.mistakes == Texts{});
  TrafficSums sums;
  sums.total = {.passed = 6, .limited = 3, .denied = 0, .failed = 1};
  sums.by_consumer["alice"] = {.passed = 4, .limited = 0, .denied = 0, .failed = 0};
  sums.by_route["web"] = {.passed = 1, .limited = 3, .denied = 0, .failed = 0};
  sums.by_node["1"] = {.passed = 6, .limited = 1, .denied = 0, .failed = 0};
  sums.by_status["429"] = {.passed = 0, .limited = 3, .denied = 0, .failed = 0};
  sums.overshoot = 1.5;
  Texts failed;
  for (const auto& f : evaluate(got.scenarios[0].steps[0].expect.traffic, sums)) {
    failed.push_back(std::to_string(f.where.line) + " " + f.what + ": " + f.expected + " / " +
                     f.actual);
  }
  CHECK(failed == Texts{"10 failed: 2 / 1", "12 by_route.web.limited: 9 / 3",
                        "14 by_status.429.limited: 2 / 3", "15 overshoot: at most 0.5 / 1.5"});
}
