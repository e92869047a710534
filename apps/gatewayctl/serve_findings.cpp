#include "serve_findings.h"

#include <array>

#include <fmt/format.h>

#include "config/render.h"

namespace gw::app {
namespace {

using proxy::LogLevel;

// By config::Severity.
constexpr std::array kLevels{LogLevel::error, LogLevel::warn, LogLevel::info};

// The rest is counted: who wants all of it runs validate.
constexpr std::size_t kMostFindings = 50;

std::string place(const config::Span& where, const config::Sources& sources) {
  if (where.line == 0) return {};
  return fmt::format("{}:{}:{}", sources.name(where.file), where.line, where.column);
}

}  // namespace

void log_findings(const Inputs& inputs, proxy::Log& log) {
  const auto& all = inputs.diagnostics.all();
  std::size_t told = 0;
  for (const config::Diagnostic& finding : all) {
    if (told == kMostFindings) {
      log.write(LogLevel::warn, "config_findings_left_out", {{"findings", all.size() - told}});
      return;
    }
    log.write(kLevels.at(static_cast<std::size_t>(finding.severity)), "config_finding",
              {{"code", finding.code},
               {"where", place(finding.where, inputs.sources)},
               {"field", finding.path},
               {"message", finding.message}});
    ++told;
  }
}

std::string render_findings(const Inputs& inputs, bool color) {
  config::Sources names;
  for (config::FileId id = 0; id < inputs.sources.size(); ++id) {
    names.add(inputs.sources.name(id), "");
  }
  return config::render_text(inputs.diagnostics, names, color);
}

}  // namespace gw::app
