#include "gateway/settings_input.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "config/codes.h"

namespace gw::gateway {
namespace {

constexpr std::string_view kEnvironmentPrefix = "KONG_";

config::Span part_of_line(config::FileId file, std::uint32_t line, std::size_t first,
                          std::size_t size) {
  const auto column = static_cast<std::uint32_t>(first + 1);
  return {.file = file,
          .line = line,
          .column = column,
          .end_line = line,
          .end_column = column + static_cast<std::uint32_t>(std::max<std::size_t>(size, 1))};
}

// The line up to its comment, with `\#` read as `#`.
std::string without_comment(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool escaped = line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '#';
    if (escaped) ++at;
    if (!escaped && line[at] == '#') break;
    out += line[at];
  }
  return out;
}

bool is_decision(std::string_view name) {
  const auto names = setting_names();
  return std::ranges::find(names, name) != names.end();
}

bool has_effect(std::string_view name) {
  return is_decision(name) || is_server_setting(name);
}

// Words in the names of settings whose values never appear in a message.
constexpr std::array<std::string_view, 4> kSecretWords{"password", "secret", "token", "_key"};

bool is_secret(std::string_view name) {
  return std::ranges::any_of(kSecretWords,
                             [&](std::string_view word) { return name.find(word) != name.npos; });
}

void complain_of_name(const WrittenSetting& setting, config::Diagnostics& diagnostics) {
  if (setting.from_environment) return;
  if (is_setting_without_effect(setting.name)) {
    diagnostics.add(config::make_diagnostic(
        "GW1803", setting.where, fmt::format("setting {} has no effect here", setting.name)));
    return;
  }
  auto found = config::make_diagnostic(
      "GW1801", setting.where, fmt::format("unknown setting '{}'", printable(setting.name)));
  auto names = setting_names();
  std::ranges::copy(server_setting_names(), std::back_inserter(names));
  found.suggestion = nearest(setting.name, names);
  diagnostics.add(std::move(found));
}

Result<void> apply(NodeSettings& settings, const WrittenSetting& setting,
                   std::vector<std::string>& ignored) {
  if (is_decision(setting.name)) {
    return apply_setting(settings.decisions, setting.name, setting.value);
  }
  return apply_server_setting(settings.server, setting.name, setting.value, ignored);
}

}  // namespace

std::vector<WrittenSetting> read_kong_conf(const config::Sources& sources, config::FileId file,
                                           config::Diagnostics& diagnostics) {
  std::vector<WrittenSetting> out;
  std::uint32_t number = 0;
  for (std::string_view raw : split(sources.text(file), '\n')) {
    ++number;
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    const std::string line = without_comment(raw);
    const std::string_view whole = trim_ows(line);
    if (whole.empty()) continue;
    const auto equals = whole.find('=');
    const auto first = static_cast<std::size_t>(whole.data() - line.data());
    const auto where = part_of_line(file, number, first, whole.size());
    if (equals == std::string_view::npos || equals == 0) {
      auto bad = config::make_diagnostic("GW1804", where, "the line is no setting");
      bad.expected = "name = value";
      diagnostics.add(std::move(bad));
      continue;
    }
    out.push_back({.name = std::string(trim_ows(whole.substr(0, equals))),
                   .value = std::string(trim_ows(whole.substr(equals + 1))),
                   .where = where});
  }
  return out;
}

std::vector<WrittenSetting> read_environment(const std::vector<std::string_view>& variables,
                                             config::Sources& sources) {
  std::vector<WrittenSetting> out;
  for (const std::string_view variable : variables) {
    const auto equals = variable.find('=');
    if (!variable.starts_with(kEnvironmentPrefix) || equals == std::string_view::npos) continue;
    const std::string_view name = variable.substr(0, equals);
    const std::string setting = lower(name.substr(kEnvironmentPrefix.size()));
    if (!has_effect(setting)) continue;  // its value may be a secret: it is not even kept
    const std::string_view value = variable.substr(equals + 1);
    const auto file = sources.add(std::string(name), is_secret(setting) ? "" : std::string(value));
    out.push_back({.name = setting,
                   .value = std::string(value),
                   .where = part_of_line(file, 1, 0, value.size()),
                   .from_environment = true});
  }
  return out;
}

Result<WrittenSetting> read_set_flag(std::string_view text, config::Sources& sources) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(
        ErrorCode::invalid,
        fmt::format("--set takes NAME=VALUE, and '{}' is not of that form", printable(text)));
  }
  const auto file = sources.add("--set", std::string(text));
  return WrittenSetting{.name = std::string(trim_ows(text.substr(0, equals))),
                        .value = std::string(trim_ows(text.substr(equals + 1))),
                        .where = part_of_line(file, 1, 0, text.size())};
}

std::string without_secrets(std::string_view kong_conf) {
  std::string out;
  for (const std::string_view line : split(kong_conf, '\n')) {
    const auto equals = line.find('=');
    const std::string_view name = trim_ows(line.substr(0, equals));
    const bool hide = equals != std::string_view::npos && !has_effect(name) && is_secret(name);
    if (!out.empty()) out += '\n';
    out += hide ? std::string(line.substr(0, equals)) + "= (hidden)" : std::string(line);
  }
  return out;
}

void apply_settings(NodeSettings& settings, const std::vector<WrittenSetting>& written,
                    config::Diagnostics& diagnostics) {
  for (const WrittenSetting& setting : written) {
    if (!has_effect(setting.name)) {
      complain_of_name(setting, diagnostics);
      continue;
    }
    std::vector<std::string> ignored;
    if (const auto applied = apply(settings, setting, ignored); !applied) {
      diagnostics.add(config::make_diagnostic("GW1802", setting.where, applied.error().message));
    }
    for (const std::string& what : ignored) {
      diagnostics.add(config::make_diagnostic("GW1803", setting.where,
                                              fmt::format("setting {}: {}", setting.name, what)));
    }
  }
}

}  // namespace gw::gateway
