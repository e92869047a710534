#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

struct StatusLook {
  std::string_view mark;
  std::string_view color;  // SGR parameters
};

// By Status.
constexpr std::array kLooks{
    StatusLook{"\xE2\x9C\x93", "32"},  // check mark
    StatusLook{"\xE2\x9C\x97", "31"},  // ballot x
    StatusLook{"-", "33"},
    StatusLook{"!", "35"},
};

class TextReport {
 public:
  explicit TextReport(ReportStyle style) : style_(style) {}

  std::string render(const RunReport& report) {
    for (const ScenarioReport& scenario : report.scenarios) add(scenario);
    summary(report);
    return std::move(out_);
  }

 private:
  void add(const ScenarioReport& scenario) {
    const StatusLook& look = kLooks.at(static_cast<std::size_t>(scenario.status));
    put("{} {}", paint(look.mark, look.color), printable(scenario.title));
    put(" {}", paint(fmt::format("({}:{}{})", printable(scenario.file), scenario.line,
                                 took(scenario.took)),
                     "2"));
    out_ += '\n';
    if (scenario.status == Status::skipped || scenario.status == Status::error) {
      put("  {}:", name(scenario.status));
      reason(scenario.reason);
    }
    for (const StepReport& step : scenario.steps) add(scenario, step);
  }

  void add(const ScenarioReport& scenario, const StepReport& step) {
    for (const std::string& warning : step.warnings) {
      put("  {}:{}: warning: {}\n", printable(scenario.file), step.line, printable(warning));
    }
    for (const Explanation& explanation : step.explain) out_ += explanation_text(explanation);
    for (const FailureRecord& failure : step.failures) add(scenario, step, failure);
    if (step.failures_left_out > 0) {
      put("  step {}: {} more failures are not shown\n", step.number, step.failures_left_out);
    }
  }

  void add(const ScenarioReport& scenario, const StepReport& step, const FailureRecord& failure) {
    put("  {}:{}: {}\n", printable(scenario.file), failure.line, describe_place(step, failure));
    put("    {}\n      expected: {}\n      came:     {}\n", paint(printable(failure.what), "1"),
        printable(failure.expected), printable(failure.actual));
    for (const std::string& line : failure.mesh) put("      mesh:     {}\n", printable(line));
    if (!failure.response) return;
    put("      response: HTTP {}\n", failure.response->status);
    for (const auto& [header, value] : failure.response->headers) {
      put("        {}: {}\n", printable(header), printable(value));
    }
  }

  void reason(std::string_view text) {
    const auto lines = split(text, '\n');
    if (lines.size() == 1) {
      put(" {}\n", printable(text));
      return;
    }
    out_ += '\n';
    for (const std::string_view line : lines) {
      if (!line.empty()) put("    {}\n", printable(line));
    }
  }

  void summary(const RunReport& report) {
    std::chrono::microseconds all{};
    for (const ScenarioReport& scenario : report.scenarios) all += scenario.took;
    put("{} {}: {} passed, {} failed, {} skipped, {} {}{}\n", report.scenarios.size(),
        report.scenarios.size() == 1 ? "scenario" : "scenarios", report.count(Status::passed),
        report.count(Status::failed), report.count(Status::skipped), report.count(Status::error),
        report.count(Status::error) == 1 ? "error" : "errors", took(all));
  }

  static std::string took(std::chrono::microseconds d) {
    if (d.count() == 0) return {};
    return fmt::format(", {:.1f} ms", static_cast<double>(d.count()) / 1000);
  }

  [[nodiscard]] std::string paint(std::string_view text, std::string_view sgr) const {
    if (!style_.color) return std::string(text);
    return fmt::format("\x1B[{}m{}\x1B[0m", sgr, text);
  }

  template <class... Args>
  void put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  ReportStyle style_;
  std::string out_;
};

}  // namespace

std::string render_text(const RunReport& report, ReportStyle style) {
  return TextReport(style).render(report);
}

}  // namespace gw::replay
