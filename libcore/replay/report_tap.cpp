// TAP version 14: https://testanything.org/tap-version-14-specification.html
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

// A description or reason: '#' would begin a directive.
std::string description(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// A double-quoted YAML scalar.
std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void add_failures(std::string& out, const ScenarioReport& scenario) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "  ---\n  severity: fail\n  failures:\n");
  for (const StepReport& step : scenario.steps) {
    for (const FailureRecord& failure : step.failures) {
      fmt::format_to(to, "    - at: {}\n",
                     yaml_quoted(fmt::format("{}:{}", scenario.file, failure.line)));
      fmt::format_to(to, "      step: {}\n      repetition: {}\n      time: {}\n", step.number,
                     failure.repetition, yaml_quoted(format_rfc3339(failure.at)));
      fmt::format_to(to, "      what: {}\n      wanted: {}\n      found: {}\n",
                     yaml_quoted(failure.what), yaml_quoted(failure.expected),
                     yaml_quoted(failure.actual));
      if (failure.response) {
        fmt::format_to(to, "      response: {}\n", failure.response->status);
      }
    }
  }
  out += "  ...\n";
}

void add_error(std::string& out, const ScenarioReport& scenario) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "  ---\n  severity: error\n  at: {}\n  message:\n",
                 yaml_quoted(fmt::format("{}:{}", scenario.file, scenario.line)));
  for (const std::string_view line : split(scenario.reason, '\n')) {
    fmt::format_to(to, "    - {}\n", yaml_quoted(line));
  }
  out += "  ...\n";
}

}  // namespace

std::string render_tap(const RunReport& report) {
  std::string out = "TAP version 14\n";
  auto to = std::back_inserter(out);
  fmt::format_to(to, "1..{}\n", report.scenarios.size());
  std::size_t number = 0;
  for (const ScenarioReport& scenario : report.scenarios) {
    const bool ok = scenario.status == Status::passed || scenario.status == Status::skipped;
    fmt::format_to(to, "{} {} - {}", ok ? "ok" : "not ok", ++number, description(scenario.title));
    if (scenario.status == Status::skipped) {
      fmt::format_to(to, " # SKIP {}", description(scenario.reason));
    }
    out += '\n';
    if (scenario.status == Status::failed) add_failures(out, scenario);
    if (scenario.status == Status::error) add_error(out, scenario);
  }
  return out;
}

}  // namespace gw::replay
