// Node settings by Kong's names that a server needs beside those of its decisions (settings.h):
// listeners, certificates, logs, name resolution, connections, limits and timers.
//
// Names are those of kong.conf (Kong 2.0 to 3.9), nginx directives included where Kong injects
// them (nginx_http_*, nginx_proxy_*); limits that neither has carry names of our own. Defaults are
// Kong's unless a bound on resources says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/settings_listen.h"
#include "model/level.h"

namespace gw::gateway {

enum class LogLevel : std::uint8_t { debug, info, notice, warn, error, crit, alert, emerg };
enum class AccessLogFormat : std::uint8_t { combined, json };
enum class DnsRecord : std::uint8_t { last, srv, a, aaaa, cname };

// Certificates and their keys, pairwise: a path, PEM text, or PEM text in base64.
struct CertificateSetting {
  std::vector<std::string> certificates;
  std::vector<Secret> keys;
};

struct TlsSettings {
  CertificateSetting proxy;  // none: one is generated
  CertificateSetting admin;  // none: one is generated
  bool client = false;       // client_ssl: show `client_certificate` to upstreams
  CertificateSetting client_certificate;
  std::vector<std::string> trusted{"system"};  // "system", paths or PEM texts
  unsigned verify_depth = 1;
};

// A log's place: empty is off, "-" standard output; a relative path stands below `prefix`.
struct LogSettings {
  std::string access = "-";
  AccessLogFormat access_format = AccessLogFormat::combined;
  std::vector<std::string> access_query;  // query parameters that may be logged
  std::string admin_access;
  std::string error = "/dev/stderr";
  LogLevel level = LogLevel::notice;
};

struct NameServer {
  IpAddress address;
  std::uint16_t port = 53;
  friend bool operator==(const NameServer&, const NameServer&) = default;
};

struct DnsSettings {
  std::vector<NameServer> servers;  // none: those of /etc/resolv.conf
  std::string hosts_file = "/etc/hosts";
  std::vector<DnsRecord> order{DnsRecord::last, DnsRecord::srv, DnsRecord::a, DnsRecord::cname};
  std::optional<std::chrono::milliseconds> valid_ttl;  // over the answers' own
  std::optional<std::chrono::milliseconds> stale_ttl;  // by default that of the level
  std::chrono::milliseconds not_found_ttl{30'000};
  std::chrono::milliseconds error_ttl{1'000};
};

// A worker's idle connections to upstreams. 0: pool_size keeps none; for the others no limit.
struct UpstreamSettings {
  std::optional<std::size_t> pool_size;       // by default that of the level
  std::optional<std::uint64_t> max_requests;  // by default that of the level
  std::chrono::milliseconds idle_timeout{60'000};
};

// What one client connection may send and how long it may take. Timers are absolute, counted from
// the phase's begin, but for write_stall and keepalive_idle.
struct ClientSettings {
  std::size_t request_line_bytes = std::size_t{16} << 10;
  std::size_t header_line_bytes = std::size_t{16} << 10;
  std::size_t header_bytes = std::size_t{64} << 10;  // the whole section
  std::size_t header_count = 1000;
  std::uint64_t body_bytes = 0;                           // 0: no limit
  std::size_t body_buffer_bytes = std::size_t{64} << 10;  // in flight, each way
  std::uint64_t admin_body_bytes = std::uint64_t{10} << 20;
  std::chrono::milliseconds first_byte{10'000};
  std::chrono::milliseconds head{10'000};
  std::uint64_t body_min_rate = 256;  // bytes a second, after the grace; 0: none
  std::chrono::milliseconds body_rate_grace{10'000};
  std::chrono::milliseconds keepalive_idle{60'000};  // 0: no keep-alive
  std::uint64_t requests_per_connection = 1000;      // 0: no limit
  std::chrono::milliseconds lifetime{3'600'000};     // of a connection; 0: no limit
  std::chrono::milliseconds write_stall{30'000};     // without any progress
  std::chrono::milliseconds lingering{5'000};
  std::size_t lingering_bytes = std::size_t{64} << 10;
};

// Bounds of the whole node; what is not set follows from the machine.
struct NodeLimits {
  std::optional<std::size_t> workers;             // one a core
  std::optional<std::size_t> worker_connections;  // both sides, of one worker
  std::optional<std::size_t> open_files;          // RLIMIT_NOFILE
  std::optional<std::size_t> connections;         // of clients, all workers together
  std::optional<std::uint64_t> memory_bytes;
  std::size_t handshakes = 128;  // of TLS, in flight at once
  std::chrono::milliseconds drain{30'000};
};

struct ServerSettings {
  std::vector<Listener> proxy_listen{Listener{.port = 8000}};
  std::vector<Listener> admin_listen{Listener{.port = 8001}};
  std::string prefix;              // empty: the working directory
  std::string declarative_config;  // the config's path, where none is named otherwise
  TlsSettings tls;
  LogSettings log;
  DnsSettings dns;
  UpstreamSettings upstream;
  ClientSettings client;
  NodeLimits limits;
};

// As apply_setting() of settings.h. What is accepted and means nothing here goes to `ignored`.
[[nodiscard]] Result<void> apply_server_setting(ServerSettings& settings, std::string_view name,
                                                std::string_view value,
                                                std::vector<std::string>& ignored);
[[nodiscard]] bool is_server_setting(std::string_view name);
[[nodiscard]] std::vector<std::string_view> server_setting_names();

// Fills in what was not set and depends on the Kong that is imitated.
void complete(ServerSettings& settings, model::Level level);

[[nodiscard]] std::string_view log_level_name(LogLevel level);

}  // namespace gw::gateway
