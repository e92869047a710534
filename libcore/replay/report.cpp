#include "replay/report.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::replay {
namespace {

constexpr std::array kFormats{
    std::pair{std::string_view("text"), ReportFormat::text},
    std::pair{std::string_view("json"), ReportFormat::json},
    std::pair{std::string_view("junit"), ReportFormat::junit},
    std::pair{std::string_view("tap"), ReportFormat::tap},
    std::pair{std::string_view("github"), ReportFormat::github},
};

}  // namespace

std::optional<ReportFormat> parse_report_format(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::vector<std::string_view> report_format_names() {
  std::vector<std::string_view> names;
  names.reserve(kFormats.size());
  for (const auto& row : kFormats) names.push_back(row.first);
  return names;
}

std::string render(const RunReport& report, ReportFormat format, ReportStyle style) {
  switch (format) {
    case ReportFormat::json:
      return render_json(report);
    case ReportFormat::junit:
      return render_junit(report);
    case ReportFormat::tap:
      return render_tap(report);
    case ReportFormat::github:
      return render_github(report);
    case ReportFormat::text:
      break;
  }
  return render_text(report, style);
}

std::string describe_place(const StepReport& step, const FailureRecord& failure) {
  std::string place = fmt::format("step {}", step.number);
  if (!step.name.empty()) place += fmt::format(" \"{}\"", printable(step.name));
  return place +
         fmt::format(", repetition {}, at {}", failure.repetition, format_rfc3339(failure.at));
}

std::string describe_mismatch(const FailureRecord& failure) {
  std::string text = fmt::format("{}: expected {}, came {}", printable(failure.what),
                                 printable(failure.expected), printable(failure.actual));
  for (const std::string& line : failure.mesh) text += fmt::format("; mesh: {}", printable(line));
  return text;
}

}  // namespace gw::replay
