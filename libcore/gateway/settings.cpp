#include "gateway/settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/settings_values.h"

namespace gw::gateway {
namespace {

using Apply = Result<void> (*)(Settings&, std::string_view);

struct SettingRow {
  std::string_view name;
  Apply apply;
};

template <bool Settings::* Member>
Result<void> apply_switch(Settings& settings, std::string_view value) {
  const auto on = read_switch(value);
  if (!on) return std::unexpected(on.error());
  settings.*Member = *on;
  return {};
}

template <std::string Settings::* Member>
Result<void> apply_text(Settings& settings, std::string_view value) {
  settings.*Member = std::string(value);
  return {};
}

Result<void> apply_trusted_ips(Settings& settings, std::string_view value) {
  std::vector<IpNetwork> networks;
  for (const auto item : split_list(value)) {
    const auto network = IpNetwork::parse(item);
    if (!network) return wrong_value(item, "an IP address or a network such as 10.0.0.0/8");
    networks.push_back(*network);
  }
  settings.trusted_ips = std::move(networks);
  return {};
}

Result<void> apply_router_flavor(Settings& settings, std::string_view value) {
  if (value == "traditional") {
    settings.router_flavor = RouterFlavor::traditional;
  } else if (value == "traditional_compatible") {
    settings.router_flavor = RouterFlavor::traditional_compatible;
  } else {
    return wrong_value(value,
                       "traditional or traditional_compatible (expressions are not run here)");
  }
  return {};
}

struct TokenRow {
  std::string_view name;
  std::vector<bool HeaderTokens::*> members;
};
const std::vector<TokenRow>& header_tokens() {
  using T = HeaderTokens;
  static const std::vector<TokenRow> rows{
      {"server_tokens", {&T::server, &T::via}},
      {"latency_tokens", {&T::proxy_latency, &T::response_latency, &T::upstream_latency}},
      {"Server", {&T::server}},
      {"Via", {&T::via}},
      {"X-Kong-Proxy-Latency", {&T::proxy_latency}},
      {"X-Kong-Response-Latency", {&T::response_latency}},
      {"X-Kong-Upstream-Latency", {&T::upstream_latency}},
      {"X-Kong-Upstream-Status", {&T::upstream_status}},
      {"X-Kong-Request-Id", {&T::request_id}},
      {"X-Kong-Admin-Latency", {}},
  };
  return rows;
}

Result<void> apply_headers(Settings& settings, std::string_view value) {
  HeaderTokens tokens{};
  for (const TokenRow& row : header_tokens()) {
    for (const auto member : row.members) tokens.*member = false;
  }
  tokens.request_id_upstream = settings.headers.request_id_upstream;
  for (const auto item : split_list(value)) {
    if (item == "off") continue;
    const auto row = std::ranges::find_if(header_tokens(),
                                          [&](const TokenRow& r) { return iequals(r.name, item); });
    if (row == header_tokens().end()) {
      return wrong_value(item, "off, server_tokens, latency_tokens, or one of the headers' names");
    }
    for (const auto member : row->members) tokens.*member = true;
  }
  settings.headers = tokens;
  return {};
}

Result<void> apply_headers_upstream(Settings& settings, std::string_view value) {
  if (value != "off" && !iequals(value, "X-Kong-Request-Id")) {
    return wrong_value(value, "off or X-Kong-Request-Id");
  }
  settings.headers.request_id_upstream = value != "off";
  return {};
}

Result<void> apply_real_ip_header(Settings& settings, std::string_view value) {
  if (value.empty()) return wrong_value(value, "the name of a header, or proxy_protocol");
  settings.real_ip_header = std::string(value);
  return {};
}

Result<void> apply_error_default_type(Settings& settings, std::string_view value) {
  static constexpr std::array<std::string_view, 4> kTypes{"text/plain", "text/html",
                                                          "application/json", "application/xml"};
  if (std::ranges::find(kTypes, value) == kTypes.end()) {
    return wrong_value(value, "text/plain, text/html, application/json or application/xml");
  }
  settings.error_default_type = std::string(value);
  return {};
}

Result<void> apply_port_maps(Settings& settings, std::string_view value) {
  std::map<std::uint16_t, std::uint16_t> maps;
  for (const auto item : split_list(value)) {
    const auto colon = item.find(':');
    const auto seen = parse_uint(item.substr(0, colon));
    const auto listener =
        colon == std::string_view::npos ? std::nullopt : parse_uint(item.substr(colon + 1));
    if (!seen || !listener || *seen > 65535 || *listener > 65535) {
      return wrong_value(item, "pairs such as 80:8000, 443:8443");
    }
    maps[static_cast<std::uint16_t>(*listener)] = static_cast<std::uint16_t>(*seen);
  }
  settings.port_maps = std::move(maps);
  return {};
}

constexpr std::array kSettings{
    SettingRow{"allow_debug_header", apply_switch<&Settings::allow_debug_header>},
    SettingRow{"error_default_type", apply_error_default_type},
    SettingRow{"headers", apply_headers},
    SettingRow{"headers_upstream", apply_headers_upstream},
    SettingRow{"port_maps", apply_port_maps},
    SettingRow{"real_ip_header", apply_real_ip_header},
    SettingRow{"real_ip_recursive", apply_switch<&Settings::real_ip_recursive>},
    SettingRow{"router_flavor", apply_router_flavor},
    SettingRow{"trusted_ips", apply_trusted_ips},
    SettingRow{"version_string", apply_text<&Settings::version_string>},
};

}  // namespace

Result<void> apply_setting(Settings& settings, std::string_view name, std::string_view value) {
  const auto row = std::ranges::find(kSettings, name, &SettingRow::name);
  if (row != kSettings.end()) {
    auto applied = row->apply(settings, value);
    if (!applied) applied.error().message.insert(0, fmt::format("setting {}: ", name));
    return applied;
  }
  const auto names = setting_names();
  const auto near = nearest(name, names);
  return fail(ErrorCode::invalid,
              fmt::format("unknown setting '{}'{}", printable(name),
                          near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  names.reserve(kSettings.size());
  for (const SettingRow& row : kSettings) names.push_back(row.name);
  return names;
}

}  // namespace gw::gateway
