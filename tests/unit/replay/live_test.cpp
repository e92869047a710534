#include "replay/live.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/replay/playing.h"

namespace gw::replay {
namespace {

using testing::kConsumers;
using testing::kThreeAMinute;
using testing::play;
using testing::text_of;

RunOptions live() {
  RunOptions options;
  options.stage = live_stage;
  options.keep_going = true;
  return options;
}

void check_passes(const std::string& yaml) {
  const ScenarioReport report = play(yaml);
  CAPTURE(text_of(report));
  CHECK(report.status == Status::passed);
}

}  // namespace

TEST_CASE("a request goes through real sockets on the scenario's clock") {
  check_passes(kThreeAMinute + R"(
clock: 2020-09-05T15:34:42Z
upstreams: {web: {delay: 24ms}}
steps:
  - send: {path: "/web?a=1", ip: 192.0.2.10}
    times: 3
    every: 1s
    expect:
      status: 200
      headers:
        RateLimit-Limit: 3
        RateLimit-Remaining: [2, 1, 0]
        RateLimit-Reset: [18, 17, 16]
        Date: ["Sat, 05 Sep 2020 15:34:42 GMT", "Sat, 05 Sep 2020 15:34:43 GMT", any]
        X-Kong-Upstream-Latency: 24
        Connection: keep-alive
      route: web
      consumer: absent
      json: {method: GET, path: "/?a=1", version: "1.1"}
      upstream:
        path: "/?a=1"
        headers: {Host: "web.internal:9090", X-Forwarded-For: 192.0.2.10, X-Forwarded-Port: 8000}
        attempts: 1
  - at: 2020-09-05T15:34:46Z
    send: {path: /web, ip: 192.0.2.10}
    expect: {status: 429, headers: {Retry-After: 14}, upstream: absent}
  - {send: {path: /web, ip: "2001:db8::1"}, expect: {status: 200}}
  - at: +1mo
    send: {path: /web, ip: 192.0.2.10}
    expect: {headers: {Date: "Mon, 05 Oct 2020 15:34:46 GMT"}}
)");
}

TEST_CASE("connections end as the scenario's upstreams say") {
  struct Row {
    std::string why;
    std::string upstream;
    std::string url;
    std::string expect;
  };
  const std::string http = "http://web.internal:9090";
  const std::string https = "https://web.internal:9443";
  for (const Row& r : std::vector<Row>{
           {"nobody listens", "{fail: refused}", http, "{status: 502, upstream: {attempts: 6}}"},
           {"closed before an answer", "{fail: reset}", http,
            "{status: 502, upstream: {attempts: 6, path: /}}"},
           {"never an answer", "{fail: timeout}", http,
            "{status: 504, headers: {X-Kong-Upstream-Latency: 360000}, upstream: {attempts: 6}}"},
           {"no such name", "{fail: dns}", http, "{status: 503}"},
           {"TLS", "{body: secret}", https, "{status: 200, body: secret}"},
           {"the handshake is refused", "{fail: tls}", https, "{status: 502}"},
           {"as late as may be", "{delay: 60s}", http, "{status: 200}"},
           {"too late", "{delay: 60001ms}", http, "{status: 504}"},
           {"no content", "{status: 204}", http,
            "{status: 204, body: \"\", headers: {Content-Length: absent}}"}}) {
    CAPTURE(r.why);
    std::string config = kThreeAMinute;
    config.replace(config.find(http), http.size(), r.url);
    check_passes(config + "upstreams: {web: " + r.upstream +
                 "}\nsteps: [{send: GET /web, expect: " + r.expect + "}]\n");
  }
}

TEST_CASE("an upstream that fails after it answered is dialled anew") {
  check_passes(kThreeAMinute + R"(
steps:
  - {send: GET /web, expect: {status: 200}}
  - set: {upstreams: {web: {fail: refused}}}
  - {send: GET /web, expect: {status: 502, upstream: {attempts: 6}}}
  - set: {upstreams: {web: {fail: reset}}}
  - {send: POST /web, expect: {status: 502, upstream: {attempts: 1, method: POST}}}
)");
}

TEST_CASE("https clients shake hands, and the upstream is told of it") {
  check_passes(kThreeAMinute + R"(
steps:
  - send: {path: /web, scheme: https, host: example.com}
    times: 2
    expect:
      status: 200
      upstream: {headers: {X-Forwarded-Proto: https, X-Forwarded-Port: 8443}}
)");
}

TEST_CASE("bodies of any size arrive, both ways, and a key in a form among them") {
  const std::string big(300'000, 'x');
  check_passes(kThreeAMinute + R"(
upstreams: {web: {body: )" +
               big + R"(}}
steps:
  - send: {method: POST, path: /web, body: )" +
               big + R"(}
    expect: {status: 200, body: )" +
               big + R"(, upstream: {headers: {Content-Length: 300000}}}
  - {send: HEAD /web, expect: {status: 200, body: "", headers: {Content-Length: 300000}}}
)");
  std::string config = kConsumers;
  const std::string plain = "plugins: [{name: key-auth}]";
  config.replace(config.find(plain), plain.size(),
                 "plugins: [{name: key-auth, config: {key_in_header: false, key_in_query: false, "
                 "key_in_body: true}}]");
  check_passes(config + R"(
steps:
  - send: {method: POST, path: /web, form: {a: "1"}, apikey: alice-key}
    expect: {status: 200, consumer: alice, upstream: {body: "a=1&apikey=alice-key"}}
)");
}

TEST_CASE("heads of every kind arrive as the simulator has them") {
  struct Row {
    std::string why;
    std::string send;
    std::string upstream;
  };
  for (const Row& r : std::vector<Row>{
           {"repeated fields", "headers: {X-A: [one, two], Cookie: [a=1, b=2]}",
            "headers: {Set-Cookie: [a=1, b=2], X-B: [x, y]}"},
           {"a connection for one request", "headers: {Connection: close}", "status: 200"},
           {"nominated fields", "headers: {Connection: \"X-Gone, keep-alive\", X-Gone: y}",
            "headers: {Connection: X-Inner, X-Inner: z, Keep-Alive: timeout=5}"},
           {"trailers", "headers: {TE: trailers}", "headers: {Trailer: X-Sum}"},
           {"an invitation", "method: POST, body: hello, headers: {Expect: 100-continue}",
            "status: 201"},
           {"an upgrade that is not taken",
            "headers: {Connection: Upgrade, Upgrade: websocket, Sec-WebSocket-Version: \"13\"}",
            "status: 200"},
           {"an upstream that closes", "method: PUT, body: x", "headers: {Connection: close}"},
           {"claims of a client",
            "headers: {X-Forwarded-For: 1.2.3.4, X-Real-IP: 1.2.3.4, Via: me}",
            "headers: {Server: mine, Via: \"1.0 up\", Date: \"Thu, 01 Jan 1970 00:00:00 GMT\"}"},
           {"no body to send", "method: DELETE", "status: 304, headers: {ETag: '\"a\"'}"},
           {"bytes beyond ASCII", "method: POST, body: \"\\u00E4\"", "status: 200"},
           {"an odd target", "path: \"/web/%2e%2e//a;b?x=%00&y\"", "status: 200"},
           {"a chunked body", "method: POST, body: hello, headers: {Transfer-Encoding: chunked}",
            "status: 200"},
           {"several options of a connection", "headers: {Connection: \"close, X-A\", X-A: b}",
            "status: 200"},
           {"OPTIONS", "method: OPTIONS", "status: 204"},
           {"a method of its own", "method: BREW, headers: {Accept: application/xml}",
            "status: 418, body: short and stout"},
           {"no route", "path: /else, headers: {Accept: text/html}", "status: 200"},
           {"another host", "host: \"EXAMPLE.com:8000\"", "status: 302, headers: {Location: /}"}}) {
    CAPTURE(r.why);
    const std::string path = r.send.find("path:") == std::string::npos ? "path: /web, " : "";
    check_passes(kThreeAMinute + "gateway: {trusted_ips: [0.0.0.0/0]}\nupstreams: {web: {" +
                 r.upstream + "}}\nsteps:\n  - {send: {" + path + r.send +
                 "}, times: 4, every: 90s, expect: {status: {at_least: 200}}}\n");
  }
}

TEST_CASE("balancers take turns, hash and give up as in the simulator") {
  for (const std::string algorithm :
       {"algorithm: round-robin", "algorithm: least-connections",
        "algorithm: consistent-hashing\n      hash_on: header\n      hash_on_header: X-Who"}) {
    CAPTURE(algorithm);
    check_passes(R"(
config:
  _format_version: "3.0"
  services: [{name: web, host: pool, routes: [{name: web, paths: [/]}]}]
  upstreams:
    - name: pool
      )" + algorithm +
                 R"(
      healthchecks:
        passive: {unhealthy: {tcp_failures: 1, http_failures: 1}}
      targets: [{target: "a:80", weight: 3}, {target: "b:80"}, {target: "c:80"}]
upstreams: {a: {body: a}, b: {fail: refused}, c: {status: 500, body: c}}
steps:
  - {send: GET /, headers: {X-Who: x}, times: 9, expect: {status: {one_of: [200, 500, 503]}}}
  - {send: GET /, headers: {X-Who: y}, times: 9, expect: {status: {one_of: [200, 500, 503]}}}
  - set: {upstreams: {a: {fail: reset}}}
  - {send: GET /, times: 5, expect: {status: {one_of: [500, 502, 503]}}}
)");
  }
}

TEST_CASE("nodes, reloads, settings and a store that is down play as in the simulator") {
  std::string config = kThreeAMinute;
  config.replace(config.find("policy: local"), 13, "policy: redis, redis: {host: r}");
  check_passes(config + R"(
gateway: {nodes: 3}
steps:
  - {send: GET /web, times: 3, expect: {status: 200, headers: {RateLimit-Remaining: [2, 1, 0]}}}
  - set: {counters: down}
  - {send: GET /web, expect: {status: 200, headers: {RateLimit-Remaining: absent}}}
  - set: {counters: up, gateway: {headers: "off"}}
  - {send: GET /web, node: 2, expect: {status: 429, headers: {Server: absent}}}
  - set:
      config:
        _format_version: "3.0"
        services:
          - {name: new, url: "http://new.internal", routes: [{name: new, paths: [/new]}]}
  - {send: GET /web, expect: {status: 404, route: absent}}
  - {send: GET /new, expect: {status: 200, route: new}}
)");
}

TEST_CASE("traffic overlaps on sockets, and comes to the same sums") {
  check_passes(kConsumers + R"(
gateway: {nodes: 2, balance: random, seed: 3}
upstreams: {web: {delay: 700ms}}
steps:
  - traffic:
      - {send: GET /web, apikey: alice-key, rate: 5/s, for: 20s, arrivals: poisson, seed: 7}
      - {send: GET /web, apikey: bob-key, rate: 20/s, for: 20s}
      - {send: GET /nowhere, rate: 1/s, for: 20s}
      - {send: GET /web, rate: 1/s, for: 20s}
    expect:
      by_consumer: {alice: {passed: 6}, bob: {passed: 400}, absent: {denied: 40}}
      by_route: {web: {denied: 20}}
      overshoot: 3
  - {send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:00:20 GMT"}, status: 401}}
)");
}

TEST_CASE("what does not hold is reported in the same words") {
  const ScenarioReport report = play(kThreeAMinute + R"(
steps:
  - {send: GET /web, times: 2, expect: {status: 418, headers: {RateLimit-Remaining: 7}, route: x}}
  - {traffic: [{send: GET /web, rate: 1/s, for: 4s}], expect: {passed: 9}}
)");
  CHECK(report.status == Status::failed);
}

TEST_CASE("--explain tells of the real proxy's decisions") {
  RunOptions options = live();
  options.explain = true;
  RunOptions simulated;
  simulated.explain = true;
  const std::string yaml = kConsumers + R"(
steps:
  - {send: GET /web, apikey: alice-key, times: 4}
  - {send: GET /web}
)";
  const ScenarioReport report = play(yaml, options);
  const ScenarioReport core = play(yaml, simulated);
  REQUIRE(report.steps.size() == 2);
  REQUIRE(report.steps[0].explain.size() == 4);
  CHECK(report.steps[0].explain[3].response.status == 429);
  REQUIRE(report.steps[0].explain[3].trace.counters.size() == 1);
  CHECK(report.steps[0].explain[3].trace.counters[0].before == 3);
  CHECK(report.steps[0].explain[0].trace.credential->consumer == "alice");
  CHECK(report.steps[0].explain[0].trace.headers.size() ==
        core.steps[0].explain[0].trace.headers.size());
}

TEST_CASE("a scenario that plays Kong's own counting is skipped, wherever it says so") {
  for (const std::string asks :
       {"gateway: {counting: kong}\nsteps: [{send: GET /web}]\n",
        "steps:\n  - set: {gateway: {counting: kong}}\n  - send: GET /web\n"}) {
    CAPTURE(asks);
    const ScenarioReport report = play(kThreeAMinute + asks, live());
    CHECK(report.status == Status::skipped);
    CHECK(report.reason.find("counting: kong") != std::string::npos);
  }
}

TEST_CASE("a request that is never whole ends by the gateway's own timers") {
  const ScenarioReport report = play(kThreeAMinute + R"(
steps:
  - send: {method: POST, path: /web, headers: {Content-Length: "10"}, body: short}
    expect: {status: 408}
)",
                                     live());
  CAPTURE(text_of(report));
  CHECK(report.status == Status::passed);
}

TEST_CASE("what no parser takes is refused, in the simulator too") {
  struct Row {
    std::string send;
    std::string status;
  };
  for (const Row& r : std::vector<Row>{{"headers: {Content-Length: \"1, 2\"}", "400"},
                                       {"headers: {Content-Length: \"-1\"}", "400"},
                                       {"headers: {Transfer-Encoding: gzip}", "501"},
                                       {"headers: {Host: ~}", "400"},
                                       {"headers: {Host: [a, b]}", "400"},
                                       {"headers: {Host: \"bad host\"}", "400"},
                                       {"headers: {Expect: nonsense}", "417"},
                                       {"path: \"/web#here\"", "400"},
                                       {"path: \"/web/" + std::string(20'000, 'x') + "\"", "414"},
                                       {"headers: {X: " + std::string(20'000, 'x') + "}", "431"}}) {
    CAPTURE(r.send.substr(0, 60));
    const std::string path = r.send.find("path:") == std::string::npos ? "path: /web, " : "";
    check_passes(kThreeAMinute + "steps:\n  - send: {" + path + r.send +
                 "}\n    expect: {status: " + r.status +
                 ", headers: {Connection: close}, route: absent, upstream: absent}\n");
  }
}

}  // namespace gw::replay
