// How the Kubernetes translation words what it finds: codes and a short way to add a diagnostic.
#pragma once

#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace gw::config::kube {

inline constexpr std::string_view kMalformed = "GW1601";
inline constexpr std::string_view kUnknownField = "GW1602";
inline constexpr std::string_view kDuplicateObject = "GW1603";
inline constexpr std::string_view kMissingObject = "GW1604";
inline constexpr std::string_view kMissingPort = "GW1605";
inline constexpr std::string_view kBadSecret = "GW1606";
inline constexpr std::string_view kUnknownAnnotation = "GW1607";
inline constexpr std::string_view kBadAnnotation = "GW1608";
inline constexpr std::string_view kOtherKind = "GW1609";
inline constexpr std::string_view kWithoutEffect = "GW1610";
inline constexpr std::string_view kPatchTarget = "GW1611";
inline constexpr std::string_view kUnsupported = "GW1612";
inline constexpr std::string_view kTooMany = "GW1613";

struct Finding {
  std::string_view code;
  Span where;
  std::string path;  // inside the object: spec.rules[0].host
  std::string message;
  std::string expected = {};
  std::string suggestion = {};
};

inline void report(Diagnostics& diagnostics, Severity severity, Finding finding) {
  diagnostics.add(Diagnostic{.code = finding.code,
                             .severity = severity,
                             .where = finding.where,
                             .path = std::move(finding.path),
                             .message = std::move(finding.message),
                             .expected = std::move(finding.expected),
                             .suggestion = std::move(finding.suggestion),
                             .related = {}});
}

inline void error(Diagnostics& diagnostics, Finding finding) {
  report(diagnostics, Severity::error, std::move(finding));
}
inline void warning(Diagnostics& diagnostics, Finding finding) {
  report(diagnostics, Severity::warning, std::move(finding));
}
inline void note(Diagnostics& diagnostics, Finding finding) {
  report(diagnostics, Severity::note, std::move(finding));
}

}  // namespace gw::config::kube
