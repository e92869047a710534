#include "replay/report.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"

namespace gw::replay {
namespace {

FailureRecord wrong_reset() {
  FailureRecord failure;
  failure.repetition = 3;
  failure.at = *parse_rfc3339("2020-09-05T15:34:44Z");
  failure.what = "headers.RateLimit-Reset";
  failure.line = 17;
  failure.expected = "16";
  failure.actual = "15";
  failure.response = ResponseRecord{200, {{"RateLimit-Reset", "15"}, {"X", "a\x1B[31m"}}};
  return failure;
}

RunReport one_of_each() {
  RunReport report;
  ScenarioReport passed{.title = "all is well", .file = "a.scenario.yml", .line = 1};
  passed.steps.push_back({.number = 1, .line = 4, .requests = 3});
  ScenarioReport failed{.title = "a <bad> #1 \"title\"\n::error::forged",
                        .file = "b,c.scenario.yml",
                        .line = 2,
                        .status = Status::failed,
                        .reason = "step 2 failed"};
  StepReport step{.number = 2, .name = "first three pass", .line = 9, .status = Status::failed};
  step.requests = 3;
  step.failures.push_back(wrong_reset());
  failed.steps.push_back(step);
  ScenarioReport skipped{.title = "mesh", .file = "m.scenario.yml", .line = 1};
  skipped.status = Status::skipped;
  skipped.reason = "the mesh section is not played yet";
  ScenarioReport error{.title = "broken", .file = "e.scenario.yml", .line = 1};
  error.status = Status::error;
  error.reason = "the config is invalid:\nkong.yml:3:1: GW1001 no";
  report.scenarios = {passed, failed, skipped, error};
  return report;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("the text report tells file, line, step, repetition, time, both values and the head") {
  const std::string text = render_text(one_of_each(), {});
  CAPTURE(text);
  CHECK(contains(text,
                 "b,c.scenario.yml:17: step 2 \"first three pass\", repetition 3, "
                 "at 2020-09-05T15:34:44Z\n"));
  CHECK(contains(text, "headers.RateLimit-Reset\n      expected: 16\n      came:     15\n"));
  CHECK(contains(text, "response: HTTP 200\n        RateLimit-Reset: 15\n"));
  CHECK(contains(text, "4 scenarios: 1 passed, 1 failed, 1 skipped, 1 error\n"));
  CHECK(contains(text, "    kong.yml:3:1: GW1001 no\n"));
}

TEST_CASE("the text report lets no control character through, and colours only when asked") {
  CHECK_FALSE(contains(render_text(one_of_each(), {}), "\x1B"));
  CHECK(contains(render_text(one_of_each(), {}), "X: a\\x1b[31m"));
  CHECK(contains(render_text(one_of_each(), {.color = true}), "\x1B[32m"));
}

TEST_CASE("the json report has the pinned keys") {
  const auto json = nlohmann::json::parse(render_json(one_of_each()));
  CHECK(json["passed"] == 1);
  CHECK(json["failed"] == 1);
  CHECK(json["skipped"] == 1);
  CHECK(json["errors"] == 1);
  CHECK(json["scenarios"][0]["reason"] == "");
  CHECK(json["scenarios"][0]["steps"][0]["name"].is_null());
  CHECK(json["scenarios"][3]["status"] == "error");
  const auto& step = json["scenarios"][1]["steps"][0];
  CHECK(step["step"] == 2);
  CHECK(step["name"] == "first three pass");
  CHECK(step["requests"] == 3);
  CHECK(step["skipped_checks"] == 0);
  const auto& failure = step["failures"][0];
  CHECK(failure["repetition"] == 3);
  CHECK(failure["at"] == "2020-09-05T15:34:44Z");
  CHECK(failure["line"] == 17);
  CHECK(failure["response"]["headers"][0] == nlohmann::json::array({"RateLimit-Reset", "15"}));
}

TEST_CASE("a header that is not UTF-8 does not break the json report") {
  RunReport report = one_of_each();
  report.scenarios[1].steps[0].failures[0].actual = "\xFF";
  CHECK(nlohmann::json::accept(render_json(report)));
}

TEST_CASE("an explanation carries the pinned keys in json and every decision in text") {
  Explanation e;
  e.at = *parse_rfc3339("2024-01-01T00:00:00Z");
  e.method = "GET";
  e.target = "/web";
  e.ip = "192.0.2.1";
  e.trace.route = {.name = "web", .id = "r1", .why_not = ""};
  e.trace.next.push_back({"api", "r2", "its path /api is no prefix of /web"});
  e.trace.credential = {.plugin = "key-auth", .id = "c1", .consumer = "alice", .key = "01234567"};
  e.trace.plugins.push_back({"rate-limiting", "p1", "route", {{"p2", "global", "less specific"}}});
  e.trace.counters.push_back({"local", "ratelimit:x", model::Period::minute, 3, 1, 2});
  e.trace.headers.push_back({"RateLimit-Limit", "3", "rate-limiting p1"});
  e.response = {200, {{"RateLimit-Limit", "3"}}};
  const std::string text = explanation_text(e);
  CAPTURE(text);
  CHECK(contains(text, "route       web (r1)\n      not       api (r2): its path /api"));
  CHECK(contains(text, "key-auth key 01234567 of alice"));
  CHECK(contains(text, "not       the one of global (p2): less specific"));
  CHECK(contains(text, "local ratelimit:x: 1 -> 2 of 3 a minute"));
  CHECK(contains(text, "RateLimit-Limit: 3    <- rate-limiting p1"));

  RunReport report = one_of_each();
  report.scenarios[0].steps[0].explain.push_back(e);
  const auto json = nlohmann::json::parse(render_json(report));
  const auto& shown = json["scenarios"][0]["steps"][0]["explain"][0];
  CHECK(shown["route"]["next"][0]["why_not"] == "its path /api is no prefix of /web");
  CHECK(shown["credential"]["consumer"] == "alice");
  CHECK(shown["plugins"][0]["applied"]["scope"] == "route");
  CHECK(shown["plugins"][0]["lost"][0]["why"] == "less specific");
  CHECK(shown["counters"][0]["period"] == "minute");
  CHECK(shown["headers"][0]["because"] == "rate-limiting p1");
}

TEST_CASE("junit has one test case a scenario and survives a hostile title") {
  const std::string xml = render_junit(one_of_each());
  CAPTURE(xml);
  CHECK(occurrences(xml, "<testcase ") == 4);
  CHECK(occurrences(xml, "<failure ") == 1);
  CHECK(occurrences(xml, "<skipped ") == 1);
  CHECK(occurrences(xml, "<error ") == 1);
  CHECK(contains(xml, "a &lt;bad&gt; #1 &quot;title&quot;&#10;::error::forged"));
  CHECK(contains(xml, R"(tests="4" failures="1" errors="1" skipped="1")"));
  for (const char c : xml) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
}

TEST_CASE("tap numbers its points, escapes directives and marks what was skipped") {
  const std::string tap = render_tap(one_of_each());
  CAPTURE(tap);
  CHECK(tap.starts_with("TAP version 14\n1..4\nok 1 - all is well\nnot ok 2 - a <bad> \\#1"));
  CHECK(contains(tap, "ok 3 - mesh # SKIP the mesh section is not played yet\n"));
  CHECK(contains(tap, "      wanted: \"16\"\n      found: \"15\"\n"));
  for (const auto line : split(tap, '\n')) CHECK_FALSE(line.starts_with("::"));
}

TEST_CASE("github annotations name file and line, and nobody can forge one") {
  const std::string out = render_github(one_of_each());
  CAPTURE(out);
  CHECK(contains(out, "::error file=b%2Cc.scenario.yml,line=17,title="));
  CHECK(contains(out, "%0Aheaders.RateLimit-Reset: expected 16, came 15\n"));
  CHECK(contains(out, "::notice file=m.scenario.yml,line=1,title=mesh::skipped: "));
  CHECK(
      contains(out, "::error file=e.scenario.yml,line=1,title=broken::the config is invalid:%0A"));
  std::size_t commands = 0;
  for (const auto line : split(out, '\n')) commands += line.starts_with("::") ? 1U : 0U;
  CHECK(commands == 3);
}

TEST_CASE("every format of the command line is known by its name") {
  for (const auto known : report_format_names()) {
    CAPTURE(known);
    CHECK(parse_report_format(known).has_value());
  }
  CHECK_FALSE(parse_report_format("yaml").has_value());
}

}  // namespace gw::replay
