#include "gateway/settings_server.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/settings_values.h"

namespace gw::gateway {
namespace {

using Notes = std::vector<std::string>;
using S = ServerSettings;
using Apply = Result<void> (*)(S&, std::string_view, ValueRange, Notes&);

struct Row {
  std::string_view name;
  Apply apply;
  ValueRange range = {};
};

// The member at the end of a path of members.
template <auto First, auto... Rest>
auto& at(auto& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return at<Rest...>(object.*First);
  }
}

template <class Target, class Value>
Result<void> store(Target& target, const Result<Value>& value) {
  if (!value) return std::unexpected(value.error());
  if constexpr (requires { typename Target::value_type; }) {
    target = static_cast<typename Target::value_type>(*value);
  } else {
    target = static_cast<Target>(*value);
  }
  return {};
}

template <auto... Path>
Result<void> count(S& s, std::string_view value, ValueRange range, Notes& /*notes*/) {
  return store(at<Path...>(s), read_count(value, range));
}
template <auto... Path>
Result<void> size(S& s, std::string_view value, ValueRange range, Notes& /*notes*/) {
  return store(at<Path...>(s), read_size(value, range));
}
template <auto... Path>
Result<void> flag(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  return store(at<Path...>(s), read_switch(value));
}
template <auto... Path>
Result<void> text(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  at<Path...>(s) = std::string(value);
  return {};
}
// nginx's keepalive_timeout may have a second value, for a header that we do not send.
template <auto... Path>
Result<void> span(S& s, std::string_view value, ValueRange range, Notes& /*notes*/) {
  const auto words = words_of(value);
  if (words.empty()) return wrong_value(value, "a time such as 60s");
  return store(at<Path...>(s), read_span(words.front(), range));
}
// A list of texts or secrets; an Error never quotes one.
template <auto... Path>
Result<void> texts(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  auto& list = at<Path...>(s);
  list.clear();
  for (const std::string_view item : split_list(value)) list.emplace_back(std::string(item));
  return {};
}
template <Apply Otherwise, auto... Path>
Result<void> automatic(S& s, std::string_view value, ValueRange range, Notes& notes) {
  if (value != "auto") return Otherwise(s, value, range, notes);
  at<Path...>(s).reset();
  return {};
}
template <auto Member>
Result<void> listeners(S& s, std::string_view value, ValueRange /*range*/, Notes& notes) {
  auto list = parse_listeners(value, notes);
  if (!list) return std::unexpected(list.error());
  s.*Member = std::move(*list);
  return {};
}

struct LevelName {
  std::string_view name;
  LogLevel level;
};
constexpr std::array kLevels{
    LevelName{"debug", LogLevel::debug},   LevelName{"info", LogLevel::info},
    LevelName{"notice", LogLevel::notice}, LevelName{"warn", LogLevel::warn},
    LevelName{"error", LogLevel::error},   LevelName{"crit", LogLevel::crit},
    LevelName{"alert", LogLevel::alert},   LevelName{"emerg", LogLevel::emerg}};

Result<void> level(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  const auto row = std::ranges::find(kLevels, value, &LevelName::name);
  if (row == kLevels.end()) {
    return wrong_value(value, "debug, info, notice, warn, error, crit, alert or emerg");
  }
  s.log.level = row->level;
  return {};
}

struct FormatName {
  std::string_view name;
  AccessLogFormat format;
};
constexpr std::array kFormats{FormatName{"combined", AccessLogFormat::combined},
                              FormatName{"json", AccessLogFormat::json}};

Result<void> format(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  const auto row = std::ranges::find(kFormats, value, &FormatName::name);
  if (row == kFormats.end()) return wrong_value(value, "combined or json");
  s.log.access_format = row->format;
  return {};
}

// "PATH [FORMAT]", "off", "-".
template <std::string LogSettings::* Member>
Result<void> log_place(S& s, std::string_view value, ValueRange range, Notes& notes) {
  const auto words = words_of(value);
  if (words.empty() || words.size() > 2 || words.front().starts_with("syslog:")) {
    return wrong_value(value, "off, - for standard output, or a path and maybe a format");
  }
  if (words.size() == 2) {
    if (const auto named = format(s, words[1], range, notes); !named) return named;
  }
  const bool standard = words.front() == "/dev/stdout";
  s.log.*Member = words.front() == "off" ? "" : std::string(standard ? "-" : words.front());
  return {};
}

std::optional<NameServer> parse_server(std::string_view item) {
  if (const auto address = IpAddress::parse(item)) return NameServer{*address};
  const std::size_t colon = item.rfind(':');
  std::string_view host = item.substr(0, colon);
  const auto port = colon == std::string_view::npos ? std::optional<std::uint64_t>{53}
                                                    : parse_uint(item.substr(colon + 1));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  if (!address || !port || *port == 0 || *port > 65535) return std::nullopt;
  return NameServer{*address, static_cast<std::uint16_t>(*port)};
}

Result<void> name_servers(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  std::vector<NameServer> servers;
  for (const std::string_view item : split_list(value)) {
    const auto server = parse_server(item);
    if (!server) return wrong_value(item, "an IP address, with a port where it is not 53");
    servers.push_back(*server);
  }
  s.dns.servers = std::move(servers);
  return {};
}

struct RecordName {
  std::string_view name;
  DnsRecord record;
};
constexpr std::array kRecords{RecordName{"last", DnsRecord::last},
                              RecordName{"srv", DnsRecord::srv}, RecordName{"a", DnsRecord::a},
                              RecordName{"aaaa", DnsRecord::aaaa},
                              RecordName{"cname", DnsRecord::cname}};

Result<void> dns_order(S& s, std::string_view value, ValueRange /*range*/, Notes& /*notes*/) {
  std::vector<DnsRecord> order;
  for (const std::string_view item : split_list(value)) {
    const auto row = std::ranges::find(kRecords, lower(item), &RecordName::name);
    if (row == kRecords.end()) return wrong_value(item, "LAST, SRV, A, AAAA and CNAME");
    order.push_back(row->record);
  }
  if (order.empty()) return wrong_value(value, "a list of LAST, SRV, A, AAAA and CNAME");
  s.dns.order = std::move(order);
  return {};
}

// nginx: "4 8k", the number of buffers and the size of each; a line fits into one buffer.
Result<void> header_buffers(S& s, std::string_view value, ValueRange range, Notes& /*notes*/) {
  const auto words = words_of(value);
  if (words.size() != 2) return wrong_value(value, "a number and a size, such as 4 8k");
  const auto number = read_count(words[0], {1, 64});
  if (!number) return std::unexpected(number.error());
  const auto line = read_size(words[1], range);
  if (!line) return std::unexpected(line.error());
  s.client.request_line_bytes = s.client.header_line_bytes = *line;
  s.client.header_bytes = *number * *line;
  return {};
}

using Tls = TlsSettings;
using Cert = CertificateSetting;
using Log = LogSettings;
using Dns = DnsSettings;
using Up = UpstreamSettings;
using Client = ClientSettings;
using Limits = NodeLimits;

constexpr std::uint64_t kDay = 24ULL * 3600 * 1000;
constexpr ValueRange kTimer{1, kDay};  // a timer that cannot be switched off
constexpr ValueRange kTimerOrOff{0, kDay};
constexpr ValueRange kTtl{0, 365 * kDay};
constexpr ValueRange kMany{0, 1'000'000'000};
constexpr ValueRange kLine{1 << 10, 1 << 20};        // bytes
constexpr ValueRange kHead{1 << 10, 16 << 20};       // bytes
constexpr ValueRange kWindow{4 << 10, 64 << 20};     // bytes
constexpr ValueRange kBody{0, 1ULL << 50};           // bytes
constexpr ValueRange kMemory{16 << 20, 1ULL << 50};  // bytes

constexpr Apply kBodyBytes = size<&S::client, &Client::body_bytes>;
constexpr Apply kBodyBuffer = size<&S::client, &Client::body_buffer_bytes>;
constexpr Apply kHeadTimer = span<&S::client, &Client::head>;
constexpr Apply kWorkers =
    automatic<count<&S::limits, &Limits::workers>, &S::limits, &Limits::workers>;

constexpr std::array kRows{
    Row{"access_log_format", format},
    Row{"access_log_query", texts<&S::log, &Log::access_query>},
    Row{"admin_access_log", log_place<&Log::admin_access>},
    Row{"admin_listen", listeners<&S::admin_listen>},
    Row{"admin_ssl_cert", texts<&S::tls, &Tls::admin, &Cert::certificates>},
    Row{"admin_ssl_cert_key", texts<&S::tls, &Tls::admin, &Cert::keys>},
    Row{"body_min_rate", size<&S::client, &Client::body_min_rate>, {0, 1ULL << 30}},
    Row{"body_rate_grace", span<&S::client, &Client::body_rate_grace>, kTimer},
    Row{"client_body_buffer_size", kBodyBuffer, kWindow},
    Row{"client_max_body_size", kBodyBytes, kBody},
    Row{"client_ssl", flag<&S::tls, &Tls::client>},
    Row{"client_ssl_cert", texts<&S::tls, &Tls::client_certificate, &Cert::certificates>},
    Row{"client_ssl_cert_key", texts<&S::tls, &Tls::client_certificate, &Cert::keys>},
    Row{"declarative_config", text<&S::declarative_config>},
    Row{"dns_error_ttl", span<&S::dns, &Dns::error_ttl>, kTtl},
    Row{"dns_hostsfile", text<&S::dns, &Dns::hosts_file>},
    Row{"dns_not_found_ttl", span<&S::dns, &Dns::not_found_ttl>, kTtl},
    Row{"dns_order", dns_order},
    Row{"dns_resolver", name_servers},
    Row{"dns_stale_ttl", span<&S::dns, &Dns::stale_ttl>, kTtl},
    Row{"dns_valid_ttl", span<&S::dns, &Dns::valid_ttl>, kTtl},
    Row{"drain_timeout", span<&S::limits, &Limits::drain>, kTimerOrOff},
    Row{"first_byte_timeout", span<&S::client, &Client::first_byte>, kTimer},
    Row{"header_timeout", kHeadTimer, kTimer},
    Row{"lingering_bytes", size<&S::client, &Client::lingering_bytes>, {0, 16 << 20}},
    Row{"log_level", level},
    Row{"lua_ssl_trusted_certificate", texts<&S::tls, &Tls::trusted>},
    Row{"lua_ssl_verify_depth", count<&S::tls, &Tls::verify_depth>, {0, 100}},
    Row{"max_connections",
        automatic<count<&S::limits, &Limits::connections>, &S::limits, &Limits::connections>,
        {1, 10'000'000}},
    Row{"max_handshakes", count<&S::limits, &Limits::handshakes>, {1, 1'000'000}},
    Row{"max_header_bytes", size<&S::client, &Client::header_bytes>, kHead},
    Row{"max_header_count", count<&S::client, &Client::header_count>, {1, 10'000}},
    Row{"max_header_line", size<&S::client, &Client::header_line_bytes>, kLine},
    Row{"max_memory",
        automatic<size<&S::limits, &Limits::memory_bytes>, &S::limits, &Limits::memory_bytes>,
        kMemory},
    Row{"max_request_line", size<&S::client, &Client::request_line_bytes>, kLine},
    Row{"nginx_admin_client_max_body_size", size<&S::client, &Client::admin_body_bytes>, kBody},
    Row{"nginx_events_worker_connections",
        automatic<count<&S::limits, &Limits::worker_connections>, &S::limits,
                  &Limits::worker_connections>,
        {16, 10'000'000}},
    Row{"nginx_http_client_body_buffer_size", kBodyBuffer, kWindow},
    Row{"nginx_http_client_header_timeout", kHeadTimer, kTimer},
    Row{"nginx_http_client_max_body_size", kBodyBytes, kBody},
    Row{"nginx_http_keepalive_requests", count<&S::client, &Client::requests_per_connection>,
        kMany},
    Row{"nginx_http_keepalive_time", span<&S::client, &Client::lifetime>, {0, 365 * kDay}},
    Row{"nginx_http_keepalive_timeout", span<&S::client, &Client::keepalive_idle>, kTimerOrOff},
    Row{"nginx_http_large_client_header_buffers", header_buffers, kLine},
    Row{"nginx_http_lingering_timeout", span<&S::client, &Client::lingering>, kTimerOrOff},
    Row{"nginx_http_send_timeout", span<&S::client, &Client::write_stall>, kTimer},
    Row{"nginx_main_worker_processes", kWorkers, {1, 1024}},
    Row{"nginx_main_worker_rlimit_nofile",
        automatic<count<&S::limits, &Limits::open_files>, &S::limits, &Limits::open_files>,
        {64, 1 << 30}},
    Row{"nginx_worker_processes", kWorkers, {1, 1024}},
    Row{"prefix", text<&S::prefix>},
    Row{"proxy_access_log", log_place<&Log::access>},
    Row{"proxy_error_log", log_place<&Log::error>},
    Row{"proxy_listen", listeners<&S::proxy_listen>},
    Row{"ssl_cert", texts<&S::tls, &Tls::proxy, &Cert::certificates>},
    Row{"ssl_cert_key", texts<&S::tls, &Tls::proxy, &Cert::keys>},
    Row{"upstream_keepalive_idle_timeout", span<&S::upstream, &Up::idle_timeout>, kTimerOrOff},
    Row{"upstream_keepalive_max_requests", count<&S::upstream, &Up::max_requests>, kMany},
    Row{"upstream_keepalive_pool_size", count<&S::upstream, &Up::pool_size>, {0, 1'000'000}},
};

// A directive of the proxy's server block counts as one of the http block around it.
const Row* find_row(std::string_view name) {
  static constexpr std::string_view kProxy = "nginx_proxy_";
  const std::string wanted = name.starts_with(kProxy)
                                 ? "nginx_http_" + std::string(name.substr(kProxy.size()))
                                 : std::string(name);
  const auto row = std::ranges::find(kRows, wanted, &Row::name);
  return row == kRows.end() ? nullptr : &*row;
}

// From `since` on this is Kong's default; the last patch release of each minor counts.
struct DefaultsRow {
  model::Level since;
  std::size_t pool_size;
  std::uint64_t max_requests;
  std::chrono::seconds stale_ttl;
};
constexpr std::array kDefaults{DefaultsRow{{3, 6}, 512, 10'000, std::chrono::seconds{3600}},
                               DefaultsRow{{3, 4}, 512, 1'000, std::chrono::seconds{4}},
                               DefaultsRow{{2, 0}, 60, 100, std::chrono::seconds{4}}};

}  // namespace

Result<void> apply_server_setting(ServerSettings& settings, std::string_view name,
                                  std::string_view value, std::vector<std::string>& ignored) {
  const Row* row = find_row(name);
  if (row == nullptr) {
    return fail(ErrorCode::invalid, fmt::format("unknown setting '{}'", printable(name)));
  }
  auto applied = row->apply(settings, value, row->range, ignored);
  if (!applied) applied.error().message.insert(0, fmt::format("setting {}: ", name));
  return applied;
}

bool is_server_setting(std::string_view name) {
  return find_row(name) != nullptr;
}

std::vector<std::string_view> server_setting_names() {
  std::vector<std::string_view> names;
  names.reserve(kRows.size());
  for (const Row& row : kRows) names.push_back(row.name);
  return names;
}

void complete(ServerSettings& settings, model::Level level_meant) {
  const auto row = std::ranges::find_if(
      kDefaults, [&](const DefaultsRow& candidate) { return level_meant >= candidate.since; });
  if (row == kDefaults.end()) return;
  auto& [pool_size, max_requests, idle_timeout] = settings.upstream;
  if (!pool_size) pool_size = row->pool_size;
  if (!max_requests) max_requests = row->max_requests;
  if (!settings.dns.stale_ttl) settings.dns.stale_ttl = row->stale_ttl;
}

std::string_view log_level_name(LogLevel level_meant) {
  const auto row = std::ranges::find(kLevels, level_meant, &LevelName::level);
  return row == kLevels.end() ? "emerg" : row->name;
}

}  // namespace gw::gateway
