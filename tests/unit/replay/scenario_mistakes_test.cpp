// Every mistake is told at its place: line:column, code, what is wrong.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "reading.h"

using namespace gw::replay;
using gw::replay::testing::read;
using gw::replay::testing::with_step;
using Texts = std::vector<std::string>;

namespace {

struct Row {
  std::string text;
  Texts mistakes;
};

std::string suggestion(std::string_view text) {
  const auto got = read(text);
  REQUIRE(got.diagnostics.all().size() == 1);
  return got.diagnostics.all()[0].suggestion;
}

}  // namespace

TEST_CASE("mistakes at the top of a scenario") {
  for (const Row& row : std::initializer_list<Row>{
           {"", {"1:1 GW1713 there is no scenario in this file"}},
           {"- a\n", {"1:1 GW1702 must be a mapping, not a list"}},
           {"scenario: t\nconfig: {}\n", {"1:1 GW1703 \"steps\" is missing"}},
           {"config: {}\nsteps: [send: GET /]\n", {"1:1 GW1703 \"scenario\" is missing"}},
           {"scenario: ''\nconfig: {}\nsteps: [send: GET /]\n", {"1:11 GW1704 must not be empty"}},
           {"scenario: t\nconfig: {}\nclok: x\nsteps: [send: GET /]\n",
            {"3:1 GW1701 unknown key \"clok\" of a scenario"}},
           {"scenario: t\nconfig: {}\nclock: 2020-09-05\nsteps: [send: GET /]\n",
            {"3:8 GW1704 '2020-09-05' is not an RFC 3339 time with date and zone, such as "
             "2020-09-05T15:34:42Z"}},
           {"scenario: t\nconfig: []\nsteps: [send: GET /]\n", {"2:9 GW1704 the list is empty"}},
           {"scenario: t\nconfig: [{patch: web, with: 1}]\nsteps: [send: GET /]\n",
            {"2:18 GW1704 this names no object", "2:29 GW1702 must be a mapping, not a number"}},
           {"scenario: t\nconfig: {}\nclient: {ip: 1.2.3}\nsteps: [send: GET /]\n",
            {"3:14 GW1704 '1.2.3' is not an IP address"}},
           {"scenario: t\nconfig: {}\ncounters: off\nsteps: [send: GET /]\n",
            {"3:11 GW1014 ", "3:11 GW1704 \"off\" is not known here"}},
           {"scenario: t\nconfig: {}\nsteps: []\n", {"3:8 GW1705 0 steps"}},
           {"scenario: t\nconfig: {}\nsteps: {}\n", {"3:8 GW1702 must be a list, not a mapping"}},
           {"scenario: t\nconfig: {}\nupstreams: {a: {fail: refuse, bdy: x}}\nsteps: [send: GET "
            "/]\n",
            {"3:23 GW1704 \"refuse\" is not known here",
             "3:31 GW1701 unknown key \"bdy\" of an upstream"}},
           {"scenario: t\nconfig: {}\nupstreams: {a: {fail: dns, status: 200}}\nsteps: [send: GET "
            "/]\n",
            {"3:28 GW1707 an upstream that fails gives no answer"}},
           {"scenario: t\nconfig: {}\nupstreams: {a: ~}\nsteps: [send: GET /]\n",
            {"3:16 GW1702 must be a mapping, not null"}},
           {"scenario: t\nconfig: {}\nupstreams: {a: {body: x, json: 1}}\nsteps: [send: GET /]\n",
            {"3:32 GW1707 a stub has one body"}},
           {"scenario: t\nconfig: {}\nupstreams: {a: {status: 99, delay: 1mo}}\nsteps: [send: GET "
            "/]\n",
            {"3:25 GW1705 99 is out of range",
             "3:36 GW1704 months and years have no fixed length here"}},
           {"scenario: t\nconfig: {}\ngateway: {compat: 4.0, nodes: 0, counting: x}\nsteps: [send: "
            "GET /]\n",
            {"3:19 GW1704 \"4.0\" is no level", "3:31 GW1705 0 is out of range",
             "3:44 GW1704 \"x\" is not known here"}},
           {"scenario: t\nconfig: {}\nmesh: {services: {a: {cals: []}}}\nsteps: [send: GET /]\n",
            {"3:7 GW1703 \"gateway\" is missing",
             "3:23 GW1701 unknown key \"cals\" of a service of the mesh"}},
           {"scenario: t\nconfig: {}\nmesh: {gateway: k, services: {}, intentions: [delete a b]}\n"
            "steps: [send: GET /]\n",
            {"3:47 GW1704 this is no intention"}},
           {"scenario: t\nconfig: {}\nmesh: {gateway: k, services: {}}\n"
            "steps: [set: {intentions: [deny a*b c, drop a b, delete a b]}]\n",
            {"4:28 GW1704 \"a*b\": wildcard character '*' cannot be used with partial values",
             "4:40 GW1704 this is no intention"}},
           {"scenario: t\nconfig: {}\nsteps: [set: {intentions: [deny a b]}]\n",
            {"3:15 GW1707 intentions mean nothing without a mesh"}},
           {"scenario: t\nconfig: {}\nmesh: there.yml\nsteps: [send: GET /]\n",
            {"3:7 GW1714 folder/there.yml: cannot open: No such file or directory"}},
       }) {
    CAPTURE(row.text);
    auto got = read(row.text);
    CHECK(got.scenarios.empty());
    // The reader's own warnings are worded elsewhere.
    for (auto& mistake : got.mistakes) {
      if (mistake.find("GW10") != std::string::npos) mistake.resize(mistake.find("GW10") + 7);
    }
    CHECK(got.mistakes == row.mistakes);
  }
}

TEST_CASE("mistakes of a step") {
  for (const Row& row : std::initializer_list<Row>{
           {"  - name: x", {"4:5 GW1703 the step does nothing"}},
           {"  - {send: GET /, set: {counters: up}}",
            {"4:19 GW1707 a step has one action, and this one has \"send\""}},
           {"  - {send: GET /, tmes: 3}", {"4:19 GW1701 unknown key \"tmes\" of a step"}},
           {"  - {send: GET /, times: 0}", {"4:26 GW1705 0 is out of range"}},
           {"  - {send: GET /, times: 10000001}", {"4:26 GW1705 10000001 is out of range"}},
           {"  - {send: GET /, times: 1.5}", {"4:26 GW1702 must be a whole number, not a number"}},
           {"  - {send: GET /, every: 5}",
            {"4:26 GW1704 '5' is not a length of time: a number and one of ms s m h d w mo y, such "
             "as 24ms or 1h"}},
           {"  - {send: GET /, node: 2}", {"4:25 GW1705 2 is out of range"}},
           {"  - send: GET",
            {"4:11 GW1704 'GET' is not METHOD TARGET, such as GET /web?x=1: there "
             "is no space between the two"}},
           {"  - send: GET  /",
            {"4:11 GW1704 'GET  /' is not METHOD TARGET, such as GET /web?x=1: "
             "the target has a space or control character; write %20 for a "
             "space"}},
           {"  - send: G@T /",
            {"4:11 GW1704 'G@T /' is not METHOD TARGET, such as GET /web?x=1: "
             "the method is not a word"}},
           {"  - send: GET web",
            {"4:11 GW1704 'GET web' is not METHOD TARGET, such as GET "
             "/web?x=1: the target must begin with /"}},
           {"  - send: {method: GET}", {"4:11 GW1703 \"path\" is missing"}},
           {"  - send: {path: /, hots: x}", {"4:21 GW1701 unknown key \"hots\" of a request"}},
           {"  - {send: GET /, path: /}", {"4:19 GW1707 \"send\" says the path already"}},
           {"  - {send: {path: /, ip: 1.1.1.1}, ip: 1.1.1.2}",
            {"4:36 GW1707 \"send\" says the ip already"}},
           {"  - {send: GET /, body: x, json: 1}", {"4:34 GW1707 a request has one body"}},
           {"  - {send: GET /, body: true}", {"4:25 GW1706 must be text, not a boolean"}},
           {"  - {send: GET /, headers: {\"a b\": x}}",
            {"4:29 GW1704 this cannot be the name of a header field"}},
           {"  - {send: GET /, headers: {a: \"x\\ny\"}}",
            {"4:32 GW1704 a header field's value is one line"}},
           {"  - {send: GET /, scheme: ftp}", {"4:27 GW1704 \"ftp\" is not known here"}},
           {"  - {at: 2023-12-31T23:59:59Z, send: GET /}",
            {"4:10 GW1710 this time has passed already"}},
           {"  - {at: 2024-01-02T00:00:00Z, send: GET /}\n"
            "  - {at: 2024-01-01T23:00:00+01:00, send: GET /}",
            {"5:10 GW1710 this time has passed already"}},
           {"  - {at: +2x, send: GET /}",
            {"4:10 GW1704 '2x' is not a length of time: a number and one of ms s m h d w mo y, "
             "such "
             "as 24ms or 1h"}},
           {"  - {at: 12, send: GET /}", {"4:10 GW1702 must be a time, not a number"}},
           {"  - {set: {counter: up}}", {"4:12 GW1701 unknown key \"counter\" of \"set\""}},
           {"  - {set: {}}", {"4:11 GW1703 this changes nothing"}},
           {"  - {set: {counters: up}, times: 2}",
            {"4:27 GW1707 \"times\" belongs to a step with \"send\""}},
           {"  - {set: {gateway: {nodes: 2}}}",
            {"4:22 GW1707 \"nodes\" cannot change within a scenario"}},
           {"  - {set: {counters: up}, expect: {reload: refused}}",
            {"4:35 GW1707 nothing is reloaded here"}},
           {"  - {set: {config: {}}, expect: {status: 200}}",
            {"4:34 GW1701 unknown key \"status\" of what a \"set\" step expects"}},
           {"  - {traffic: {}}", {"4:15 GW1702 must be a list of streams, not a mapping"}},
           {"  - {traffic: []}", {"4:15 GW1705 0 streams"}},
           {"  - {traffic: [{rate: 1/s, for: 1m}]}", {"4:16 GW1703 \"send\" is missing"}},
           {"  - {traffic: [{send: GET /, for: 1m}]}", {"4:16 GW1703 \"rate\" is missing"}},
           {"  - {traffic: [{send: GET /, rate: 1/s}]}", {"4:16 GW1703 the stream has no end"}},
           {"  - {traffic: [{send: GET /, rate: 1/s, for: 1m, count: 3}]}",
            {"4:50 GW1707 a stream ends by \"for\" or by \"count\""}},
           {"  - {traffic: [{send: GET /, rate: 1/d, for: 1m}]}", {"4:36 GW1704 this is no rate"}},
           {"  - {traffic: [{send: GET /, rate: 0/s, for: 1m}]}", {"4:36 GW1704 this is no rate"}},
           {"  - {traffic: [{send: GET /, rate: 1000/s, for: 2d}]}",
            {"4:15 GW1705 about 172800000 requests"}},
           {"  - {traffic: [{send: GET /, rate: 1/s, for: 1m, times: 3}]}",
            {"4:50 GW1701 unknown key \"times\" of a stream"}},
       }) {
    CAPTURE(row.text);
    const auto got = read(with_step(row.text));
    CHECK(got.scenarios.empty());
    CHECK(got.mistakes == row.mistakes);
  }
}

TEST_CASE("mistakes of what is expected of an answer") {
  for (const Row& row : std::initializer_list<Row>{
           {"{statsu: 200}",
            {"6:14 GW1701 unknown key \"statsu\" of what a \"send\" step expects"}},
           {"{passed: 3}", {"6:14 GW1701 unknown key \"passed\" of what a \"send\" step expects"}},
           {"{status: true}", {"6:22 GW1706 must be text, not a boolean"}},
           {"{status: ~}", {"6:22 GW1706 must be text, not null"}},
           {"{status: [200]}", {"6:22 GW1709 a list of 1 for 2 repetitions"}},
           {"{status: [200, [1]]}", {"6:28 GW1702 a list within a list of values a repetition"}},
           {"{json: [1, 2, 3]}", {"6:20 GW1709 a list of 3 for 2 repetitions"}},
           {"{upstream: [absent]}", {"6:24 GW1709 a list of 1 for 2 repetitions"}},
           {"{upstream: absnt}", {"6:24 GW1704 \"absnt\" is not known here"}},
           {"{upstream: 3}", {"6:24 GW1702 must be a mapping, absent or present, not a number"}},
           {"{upstream: {pth: /}}", {"6:25 GW1701 unknown key \"pth\" of what the upstream saw"}},
           {"{body: {matches: '('}}",
            {"6:30 GW1708 the pattern does not compile: missing closing parenthesis at offset 1"}},
           {"{json: {a: {matches: '['}}}",
            {"6:34 GW1708 the pattern does not compile: missing terminating ] for character class "
             "at offset 1"}},
           {"{body: {machtes: x}}", {"6:21 GW1701 unknown key \"machtes\" of a matcher"}},
           {"{body: {}}", {"6:20 GW1704 an empty mapping says nothing"}},
           {"{status: {between: [3]}}", {"6:32 GW1702 must be a list of two numbers"}},
           {"{status: {between: [3, 2]}}", {"6:32 GW1704 the first number is above the second"}},
           {"{status: {at_least: x}}", {"6:33 GW1702 must be a number, not a string"}},
           {"{status: {one_of: 3}}", {"6:31 GW1702 must be a list, not a number"}},
           {"{status: {one_of: []}}", {"6:31 GW1704 an empty list matches nothing"}},
           {"{status: {from: 3}}", {"6:22 GW1703 \"step\" is missing"}},
           {"{headers: {\"a b\": 1}}", {"6:24 GW1704 this cannot be the name of a header field"}},
           {"{headers: [a]}", {"6:23 GW1702 must be a mapping, not a list"}},
       }) {
    CAPTURE(row.text);
    const auto got = read(with_step("  - send: GET /\n    times: 2\n    expect: " + row.text));
    CHECK(got.scenarios.empty());
    CHECK(got.mistakes == row.mistakes);
  }
}

TEST_CASE("mistakes of what is expected of traffic") {
  for (const Row& row : std::initializer_list<Row>{
           {"{status: 200}",
            {"5:14 GW1701 unknown key \"status\" of what a \"traffic\" step expects"}},
           {"{passed: [1, 2]}", {"5:22 GW1702 lists are not allowed in traffic expectations"}},
           {"{passed: absent}", {"5:22 GW1704 a sum is always there"}},
           {"{passed: {from: 1, step: 2}}",
            {"5:23 GW1701 unknown key \"from\" of a matcher of a sum",
             "5:32 GW1701 unknown key \"step\" of a matcher of a sum"}},
           {"{by_route: {web: {pased: 1}}}",
            {"5:31 GW1701 unknown key \"pased\" of a group's sums"}},
           {"{by_route: 3}", {"5:24 GW1702 must be a mapping, not a number"}},
       }) {
    CAPTURE(row.text);
    const auto got = read(
        with_step("  - traffic: [{send: GET /, rate: 1/s, for: 1m}]\n    expect: " + row.text));
    CHECK(got.scenarios.empty());
    CHECK(got.mistakes == row.mistakes);
  }
}

TEST_CASE("a misspelt name comes with the nearest known one") {
  CHECK(suggestion(with_step("  - {send: GET /, tmes: 3}")) == "times");
  CHECK(suggestion(with_step("  - {send: GET /, expect: {statsu: 3}}")) == "status");
  CHECK(suggestion("scenario: t\nconfig: {}\ncounters: dwn\nsteps: [send: GET /]\n") == "down");
  CHECK(suggestion("scenario: t\nconfig: {}\ngateway: {node: 3}\nsteps: [send: GET /]\n") ==
        "nodes");
  CHECK(suggestion("scenario: t\nconfig: {}\ngateway: {trusted_ip: x}\nsteps: [send: GET /]\n") ==
        "trusted_ips");
}

TEST_CASE("settings are checked: unknown names, bad values, names without effect") {
  const auto got = read(
      "scenario: t\nconfig: {}\ngateway:\n  truted_ips: 10.0.0.0/8\n  trusted_ips: [10.0.0.0/80]\n"
      "steps: [send: GET /]\n");
  REQUIRE(got.diagnostics.all().size() == 2);
  CHECK(got.mistakes[0].starts_with("4:3 GW1711 "));
  CHECK(got.diagnostics.all()[0].path == "gateway.truted_ips");
  CHECK(got.mistakes[1].starts_with("5:16 GW1711 "));
  const auto idle = read(
      "scenario: t\nconfig: {}\ngateway:\n  nginx_worker_processes: 2\nsteps: [send: GET /]\n");
  REQUIRE(idle.diagnostics.all().size() == 1);
  CHECK(idle.scenarios.size() == 1);
  CHECK(idle.mistakes[0] == "4:3 GW1712 \"nginx_worker_processes\" changes nothing here");
}

TEST_CASE("a mistake names the field by its path") {
  const auto got = read(with_step("  - send: GET /\n    expect: {headers: {X: {at_least: x}}}"));
  REQUIRE(got.diagnostics.all().size() == 1);
  CHECK(got.diagnostics.all()[0].path == "steps[0].expect.headers.X.at_least");
  CHECK(got.diagnostics.all()[0].expected == "a number");
}

TEST_CASE("every mistake of a file is told, not only the first") {
  const auto got = read(with_step("  - {send: GET, times: 0}\n  - {sned: GET /}"));
  CHECK(got.mistakes.size() == 4);
}
