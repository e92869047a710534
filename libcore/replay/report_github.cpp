// Workflow commands of GitHub Actions: ::error file=F,line=L,title=T::MESSAGE
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

// The runner decodes %25, %0D and %0A in messages, and %3A and %2C too in properties.
std::string escape(std::string_view text, std::string_view also) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || also.find(c) != std::string::npos;
    if (special) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string message(std::string_view text) {
  return escape(text, "");
}
std::string property(std::string_view text) {
  return escape(printable(text), ":,");
}

// Lines stay lines; what else a terminal would act on becomes visible.
std::string printable_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!out.empty()) out += '\n';
    out += printable(line);
  }
  return out;
}

void annotate(std::string& out, std::string_view command, const ScenarioReport& scenario,
              std::uint32_t line, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "::{} file={},line={},title={}::{}\n", command,
                 property(scenario.file), line, property(scenario.title), message(text));
}

}  // namespace

std::string render_github(const RunReport& report) {
  std::string out;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.status == Status::error) {
      annotate(out, "error", scenario, scenario.line, printable_lines(scenario.reason));
    }
    if (scenario.status == Status::skipped) {
      annotate(out, "notice", scenario, scenario.line,
               "skipped: " + printable_lines(scenario.reason));
    }
    for (const StepReport& step : scenario.steps) {
      for (const std::string& warning : step.warnings) {
        annotate(out, "warning", scenario, step.line, printable(warning));
      }
      for (const FailureRecord& failure : step.failures) {
        annotate(out, "error", scenario, failure.line,
                 describe_place(step, failure) + "\n" + describe_mismatch(failure));
      }
    }
  }
  fmt::format_to(std::back_inserter(out), "{} passed, {} failed, {} skipped, {} errors\n",
                 report.count(Status::passed), report.count(Status::failed),
                 report.count(Status::skipped), report.count(Status::error));
  return out;
}

}  // namespace gw::replay
