#include "replay/simulator.h"

#include <string>

#include <doctest/doctest.h>

#include "base/time.h"
#include "unit/replay/playing.h"

namespace gw::replay {
namespace {

using testing::kConsumers;
using testing::kThreeAMinute;
using testing::play;
using testing::text_of;

void check_passes(const std::string& yaml) {
  const ScenarioReport report = play(yaml);
  CAPTURE(text_of(report));
  CHECK(report.status == Status::passed);
  CHECK(report.reason.empty());
}

}  // namespace

TEST_CASE("the fourth request of a minute is refused, with the headers of its second") {
  check_passes(kThreeAMinute + R"(
clock: 2020-09-05T15:34:42Z
steps:
  - send: GET /web
    times: 3
    every: 1s
    expect:
      status: 200
      headers:
        RateLimit-Limit: 3
        RateLimit-Remaining: [2, 1, 0]
        RateLimit-Reset: [18, 17, 16]
        Retry-After: absent
        Date: ["Sat, 05 Sep 2020 15:34:42 GMT", "Sat, 05 Sep 2020 15:34:43 GMT", any]
        Connection: keep-alive
      route: web
      consumer: absent
      json: {method: GET, path: /, version: "1.1"}
      upstream:
        path: /
        headers: {Host: "web.internal:9090", Connection: keep-alive, Content-Length: absent}
        attempts: 1
  - at: 2020-09-05T15:34:46Z
    send: GET /web
    expect:
      status: 429
      headers: {Retry-After: 14, RateLimit-Reset: 14, Content-Length: present}
      upstream: absent
  - at: +14s
    send: GET /web
    expect: {status: 200}
)");
}

TEST_CASE("a failed expectation tells repetition, time, both values and the response head") {
  const ScenarioReport report = play(kThreeAMinute + R"(
steps:
  - name: too many
    send: GET /web
    times: 4
    every: 10s
    expect: {status: 200}
  - send: GET /web
)");
  CHECK(report.status == Status::failed);
  REQUIRE(report.steps.size() == 1);  // it stops there
  const StepReport& step = report.steps.front();
  CHECK(step.requests == 4);
  REQUIRE(step.failures.size() == 1);
  const FailureRecord& failure = step.failures.front();
  CHECK(failure.repetition == 4);
  CHECK(format_rfc3339(failure.at) == "2024-01-01T00:00:30Z");
  CHECK(failure.what == "status");
  CHECK(failure.expected == "200");
  CHECK(failure.actual == "429");
  CHECK(failure.line == 17);
  REQUIRE(failure.response.has_value());
  CHECK(failure.response->status == 429);
  CHECK(report.reason.find("step 1: status: expected 200, came 429") != std::string::npos);
}

TEST_CASE("--keep-going plays what follows a failed step") {
  const std::string yaml = kThreeAMinute + R"(
steps:
  - {send: GET /web, expect: {status: 500}}
  - {send: GET /web, expect: {status: 200}}
)";
  CHECK(play(yaml).steps.size() == 1);
  const ScenarioReport all = play(yaml, {.filter = {}, .keep_going = true, .config = {}});
  REQUIRE(all.steps.size() == 2);
  CHECK(all.steps[1].status == Status::passed);
  CHECK(all.status == Status::failed);
}

TEST_CASE("+D counts from when the previous request was sent; what has passed means at once") {
  check_passes(kThreeAMinute + R"(
upstreams: {web: {delay: 3s}}
steps:
  - {send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:00:03 GMT"}}}
  - {at: +1s, send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:00:06 GMT"}}}
  - {at: +10s, send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:00:16 GMT"}}}
)");
}

TEST_CASE("an absolute time that has passed is an error") {
  const ScenarioReport report = play(kThreeAMinute + R"(
upstreams: {web: {delay: 50s}}
steps:
  - {at: 2024-01-01T00:10:00Z, send: GET /web}
  - {at: 2024-01-01T00:10:20Z, send: GET /web}
)");
  CHECK(report.status == Status::error);
  CHECK(report.reason.find("the clock stands at 2024-01-01T00:10:50Z already") !=
        std::string::npos);
}

TEST_CASE("months step the calendar and stay inside the month") {
  check_passes(kThreeAMinute + R"(
clock: 2024-01-31T12:00:00Z
steps:
  - send: GET /web
    times: 2
    every: 1mo
    expect:
      headers: {Date: ["Wed, 31 Jan 2024 12:00:00 GMT", "Thu, 29 Feb 2024 12:00:00 GMT"]}
)");
}

TEST_CASE("what stands behind the gateway decides what it answers") {
  struct Row {
    const char* why;
    std::string upstreams;
    std::string expect;
  };
  for (const Row& r :
       {Row{"refused", "{web: {fail: refused}}", "{status: 502, upstream: {attempts: 6}}"},
        Row{"no name", "{\"*\": {fail: dns}}", "{status: 503}"},
        Row{"a body of its own", "{web.internal: {status: 404, body: gone}}",
            "{status: 404, body: gone, headers: {Content-Length: 4}}"},
        Row{"no content", "{\"web.internal:9090\": {status: 204}}",
            "{status: 204, body: \"\", headers: {Content-Length: absent}}"}}) {
    CAPTURE(r.why);
    check_passes(kThreeAMinute + "upstreams: " + r.upstreams +
                 "\nsteps: [{send: GET /web, expect: " + r.expect + "}]\n");
  }
}

TEST_CASE("an upstream that never answers costs the read timeout") {
  check_passes(kThreeAMinute + R"(
upstreams: {web: {fail: timeout}}
steps:
  - send: {method: POST, path: /web}
    expect:
      status: 504
      headers: {X-Kong-Upstream-Latency: 60000}
      upstream: {attempts: 1, headers: {Content-Length: 0}}
)");
}

TEST_CASE("an answer to HEAD has the length of its GET and no body") {
  check_passes(kThreeAMinute + R"(
upstreams: {web: {body: Hello World}}
steps:
  - {send: HEAD /web, expect: {status: 200, body: "", headers: {Content-Length: 11}}}
)");
}

TEST_CASE("https arrives on 8443 and tells the upstream so") {
  check_passes(kThreeAMinute + R"(
steps:
  - send: {path: /web, scheme: https, host: example.com}
    expect:
      upstream: {headers: {X-Forwarded-Proto: https, X-Forwarded-Port: 8443}}
)");
}

TEST_CASE("an API key goes where key-auth looks for it") {
  struct Row {
    const char* why;
    std::string config;
    std::string expect;
  };
  for (const Row& r : {Row{"header", "{key_names: [x-key]}", "{headers: {x-key: alice-key}}"},
                       Row{"query", "{key_in_header: false}", "{path: \"/?a=1&apikey=alice-key\"}"},
                       Row{"form", "{key_in_header: false, key_in_query: false, key_in_body: true}",
                           "{body: apikey=alice-key, headers: {Content-Length: 16}}"}}) {
    CAPTURE(r.why);
    std::string config = kConsumers;
    const std::string plain = "plugins: [{name: key-auth}]";
    config.replace(config.find(plain), plain.size(),
                   "plugins: [{name: key-auth, config: " + r.config + "}]");
    check_passes(config +
                 "steps: [{send: \"GET /web?a=1\", apikey: alice-key, expect: {status: 200, " +
                 "consumer: alice, upstream: " + r.expect + "}}]\n");
  }
}

TEST_CASE("a key where no key-auth applies is sent as a header, with a warning") {
  const ScenarioReport report = play(kThreeAMinute + R"(
steps:
  - {send: GET /web, apikey: k, expect: {upstream: {headers: {apikey: k}}}}
)");
  CAPTURE(text_of(report));
  CHECK(report.status == Status::passed);
  REQUIRE(report.steps[0].warnings.size() == 1);
}

TEST_CASE("a reload keeps the counters, and an invalid one changes nothing") {
  check_passes(kThreeAMinute + R"(
steps:
  - {send: GET /web, times: 2}
  - set:
      config: {_format_version: "3.0", services: [{name: web, port: -1}]}
    expect: {reload: refused}
  - {send: GET /web, expect: {headers: {RateLimit-Remaining: 0}}}
  - set:
      config:
        _format_version: "3.0"
        services:
          - {name: web, url: "http://web.internal", routes: [{name: new, paths: [/new]}]}
        plugins: [{name: rate-limiting, config: {minute: 5, policy: local, limit_by: ip}}]
  - {send: GET /web, expect: {status: 404, route: absent}}
  - {send: GET /new, expect: {headers: {RateLimit-Remaining: 1}}}
)");
}

TEST_CASE("a reload that is refused against expectation fails its step") {
  const ScenarioReport report = play(kThreeAMinute + R"(
steps:
  - set: {config: {_format_version: "3.0", services: [{name: web, port: -1}]}}
)");
  CHECK(report.status == Status::failed);
  REQUIRE(report.steps[0].failures.size() == 1);
  CHECK(report.steps[0].failures[0].what == "reload");
  CHECK(report.steps[0].failures[0].expected == "accepted");
}

TEST_CASE("upstreams and settings can change between requests") {
  check_passes(kThreeAMinute + R"(
steps:
  - {send: GET /web, expect: {status: 200}}
  - set: {upstreams: {web: {status: 418}}}
  - {send: GET /web, expect: {status: 418}}
  - set: {upstreams: {web: ~}, gateway: {headers: "off"}}
  - {send: GET /web, expect: {status: 200, headers: {Via: absent}}}
)");
}

TEST_CASE(
    "the redis policy shares its counter between nodes, and does not count while it is down") {
  std::string config = kThreeAMinute;
  config.replace(config.find("policy: local"), 13, "policy: redis, redis: {host: r}");
  check_passes(config + R"(
gateway: {nodes: 2}
steps:
  - {send: GET /web, times: 3, expect: {status: 200, headers: {RateLimit-Remaining: [2, 1, 0]}}}
  - set: {counters: down}
  - {send: GET /web, expect: {status: 200, headers: {RateLimit-Remaining: absent}}}
  - set: {counters: up}
  - {send: GET /web, expect: {status: 429}}
)");
}

TEST_CASE("local counters are each node's own") {
  check_passes(kThreeAMinute + R"(
gateway: {nodes: 2, balance: round_robin}
steps:
  - {send: GET /web, times: 4, expect: {headers: {RateLimit-Remaining: [2, 2, 1, 1]}}}
  - {send: GET /web, node: 2, times: 2, expect: {status: [200, 429]}}
  - {send: GET /web, node: 1, expect: {status: 200}}
)");
}

TEST_CASE("the same scenario gives the same report, request ids included") {
  const std::string yaml = kThreeAMinute + R"(
steps: [{send: GET /web, times: 2}]
)";
  const RunOptions explained{.filter = {}, .explain = true, .config = {}};
  const std::string once = text_of(play(yaml, explained));
  CHECK(once == text_of(play(yaml, explained)));
  CHECK(once.find("X-Kong-Request-Id") != std::string::npos);
  CHECK(once.find("route       web") != std::string::npos);
}

}  // namespace gw::replay
