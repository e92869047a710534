// Renderers of a RunReport: text for people, json, junit, tap and github for machines.
//
// Everything that came from a file or a peer is untrusted here: each renderer escapes it for its
// own format, so that no title, header or body can end an element or forge a line (hardening.md
// I5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/result.h"

namespace gw::replay {

enum class ReportFormat : std::uint8_t { text, json, junit, tap, github };

// "text", "json", "junit", "tap", "github"; nullopt for anything else.
[[nodiscard]] std::optional<ReportFormat> parse_report_format(std::string_view name);
[[nodiscard]] std::vector<std::string_view> report_format_names();

struct ReportStyle {
  bool color = false;  // of text only
};

// The whole report, ending with a newline.
[[nodiscard]] std::string render(const RunReport& report, ReportFormat format,
                                 ReportStyle style = {});

[[nodiscard]] std::string render_text(const RunReport& report, ReportStyle style);
[[nodiscard]] std::string render_json(const RunReport& report);    // cli.md, `replay`
[[nodiscard]] std::string render_junit(const RunReport& report);   // one test case a scenario
[[nodiscard]] std::string render_tap(const RunReport& report);     // TAP version 14
[[nodiscard]] std::string render_github(const RunReport& report);  // workflow annotations

// One explanation as indented lines.
[[nodiscard]] std::string explanation_text(const Explanation& explanation);

// "step 2 "first three pass", repetition 3, at 2020-09-05T15:34:44Z": where a failure happened.
[[nodiscard]] std::string describe_place(const StepReport& step, const FailureRecord& failure);
// "headers.RateLimit-Reset: expected 16, came 15".
[[nodiscard]] std::string describe_mismatch(const FailureRecord& failure);

}  // namespace gw::replay
