#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

// Text of an element or attribute. XML 1.0 cannot hold most controls, nor U+FFFE and U+FFFF, at
// all: they are shown as printable() shows them, line by line.
std::string xml(std::string_view text) {
  std::string out;
  bool first = true;
  for (const std::string_view line : split(text, '\n')) {
    if (!first) out += "&#10;";
    first = false;
    for (const char c : printable(line)) {
      switch (c) {
        case '&':
          out += "&amp;";
          break;
        case '<':
          out += "&lt;";
          break;
        case '>':
          out += "&gt;";
          break;
        case '"':
          out += "&quot;";
          break;
        case '\'':
          out += "&apos;";
          break;
        default:
          out += c;
      }
    }
  }
  for (const std::string_view forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (auto at = out.find(forbidden); at != std::string::npos; at = out.find(forbidden, at)) {
      out.replace(at, forbidden.size(), "\xEF\xBF\xBD");
    }
  }
  return out;
}

std::string seconds(std::chrono::microseconds d) {
  return fmt::format("{:.6f}", static_cast<double>(d.count()) / 1e6);
}

// One text with all failures of a scenario.
std::string failures_of(const ScenarioReport& scenario) {
  std::string out;
  auto to = std::back_inserter(out);
  for (const StepReport& step : scenario.steps) {
    for (const FailureRecord& failure : step.failures) {
      fmt::format_to(to, "{}:{}: {}\n  {}\n", scenario.file, failure.line,
                     describe_place(step, failure), describe_mismatch(failure));
      if (!failure.response) continue;
      fmt::format_to(to, "  response: HTTP {}\n", failure.response->status);
      for (const auto& [header, value] : failure.response->headers) {
        fmt::format_to(to, "    {}: {}\n", printable(header), printable(value));
      }
    }
  }
  return out;
}

std::string first_mismatch(const ScenarioReport& scenario) {
  for (const StepReport& step : scenario.steps) {
    if (!step.failures.empty()) return describe_mismatch(step.failures.front());
  }
  return scenario.reason;
}

void add(std::string& out, const ScenarioReport& scenario) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, R"(    <testcase name="{}" classname="{}" file="{}" line="{}" time="{}")",
                 xml(scenario.title), xml(scenario.file), xml(scenario.file), scenario.line,
                 seconds(scenario.took));
  switch (scenario.status) {
    case Status::passed:
      out += "/>\n";
      return;
    case Status::skipped:
      fmt::format_to(to, ">\n      <skipped message=\"{}\"/>\n", xml(scenario.reason));
      break;
    case Status::failed:
      fmt::format_to(to, ">\n      <failure message=\"{}\">{}</failure>\n",
                     xml(first_mismatch(scenario)), xml(failures_of(scenario)));
      break;
    case Status::error:
      fmt::format_to(to, ">\n      <error message=\"{}\">{}</error>\n",
                     xml(split(scenario.reason, '\n').front()), xml(scenario.reason));
      break;
  }
  out += "    </testcase>\n";
}

}  // namespace

std::string render_junit(const RunReport& report) {
  std::chrono::microseconds all{};
  for (const ScenarioReport& scenario : report.scenarios) all += scenario.took;
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{}")",
                  report.scenarios.size(), report.count(Status::failed),
                  report.count(Status::error), report.count(Status::skipped), seconds(all));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  fmt::format_to(std::back_inserter(out),
                 "<testsuites {}>\n  <testsuite name=\"gatewayctl replay\" {}>\n", counts, counts);
  for (const ScenarioReport& scenario : report.scenarios) add(out, scenario);
  out += "  </testsuite>\n</testsuites>\n";
  return out;
}

}  // namespace gw::replay
