#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/codes.h"
#include "config/render.h"
#include "config/render_common.h"

namespace gw::config {
namespace {

using Findings = std::vector<const Diagnostic*>;

// By name; every text is there, so that a file without findings is a case that passes.
std::map<std::string, Findings> by_file(const Diagnostics& found, const Sources& sources) {
  std::map<std::string, Findings> files;
  for (FileId id = 0; id < sources.size(); ++id) files[sources.name(id)];
  for (const Diagnostic& d : found.all()) {
    files[std::string(file_of(d.where, sources))].push_back(&d);
  }
  return files;
}

const Diagnostic* first_error(const Findings& findings) {
  for (const Diagnostic* d : findings) {
    if (d->severity == Severity::error) return d;
  }
  return nullptr;
}

std::string list(const Findings& findings, const Sources& sources) {
  std::string out;
  for (const Diagnostic* d : findings) {
    out += fmt::format("{}: {}[{}]: {}\n", place_of(d->where, sources), to_text(d->severity),
                       d->code, full_message(*d));
  }
  return out;
}

std::string test_case(const std::string& file, const Findings& findings, const Sources& sources) {
  std::string out = fmt::format("    <testcase classname=\"validate\" name=\"{}\">\n",
                                xml_escape(file.empty() ? "(no file)" : file));
  if (const Diagnostic* error = first_error(findings)) {
    out += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                       xml_escape(error->code), xml_escape(error->message),
                       xml_escape(list(findings, sources)));
  } else if (!findings.empty()) {
    out += fmt::format("      <system-out>{}</system-out>\n", xml_escape(list(findings, sources)));
  }
  return out + "    </testcase>\n";
}

}  // namespace

std::string render_junit(const Diagnostics& found, const Sources& sources) {
  std::string cases;
  std::size_t failures = 0;
  const auto files = by_file(found, sources);
  for (const auto& [file, findings] : files) {
    cases += test_case(file, findings, sources);
    if (first_error(findings) != nullptr) ++failures;
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\"", files.size(), failures);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"gatewayctl validate\" {0}>\n{1}  </testsuite>\n</testsuites>\n",
      counts, cases);
}

}  // namespace gw::config
