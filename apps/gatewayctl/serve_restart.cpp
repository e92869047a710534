#include "serve_restart.h"

#include <array>

namespace gw::app {
namespace {

using S = gateway::ServerSettings;
using Log = gateway::LogSettings;
using Dns = gateway::DnsSettings;
using Up = gateway::UpstreamSettings;
using Client = gateway::ClientSettings;
using Limits = gateway::NodeLimits;

// The member at the end of a path of members.
template <auto First, auto... Rest>
const auto& at(const auto& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return at<Rest...>(object.*First);
  }
}

template <auto... Path>
bool same(const S& a, const S& b) {
  return at<Path...>(a) == at<Path...>(b);
}

struct Row {
  std::string_view name;
  bool (*same)(const S&, const S&);
};
constexpr std::array kRows{
    Row{"proxy_listen", same<&S::proxy_listen>},
    Row{"admin_listen", same<&S::admin_listen>},
    Row{"proxy_access_log", same<&S::log, &Log::access>},
    Row{"access_log_format", same<&S::log, &Log::access_format>},
    Row{"access_log_query", same<&S::log, &Log::access_query>},
    Row{"admin_access_log", same<&S::log, &Log::admin_access>},
    Row{"proxy_error_log", same<&S::log, &Log::error>},
    Row{"log_level", same<&S::log, &Log::level>},
    Row{"dns_resolver", same<&S::dns, &Dns::servers>},
    Row{"dns_hostsfile", same<&S::dns, &Dns::hosts_file>},
    Row{"dns_order", same<&S::dns, &Dns::order>},
    Row{"dns_valid_ttl", same<&S::dns, &Dns::valid_ttl>},
    Row{"dns_stale_ttl", same<&S::dns, &Dns::stale_ttl>},
    Row{"dns_not_found_ttl", same<&S::dns, &Dns::not_found_ttl>},
    Row{"dns_error_ttl", same<&S::dns, &Dns::error_ttl>},
    Row{"upstream_keepalive_pool_size", same<&S::upstream, &Up::pool_size>},
    Row{"upstream_keepalive_max_requests", same<&S::upstream, &Up::max_requests>},
    Row{"upstream_keepalive_idle_timeout", same<&S::upstream, &Up::idle_timeout>},
    Row{"max_request_line", same<&S::client, &Client::request_line_bytes>},
    Row{"max_header_line", same<&S::client, &Client::header_line_bytes>},
    Row{"max_header_bytes", same<&S::client, &Client::header_bytes>},
    Row{"max_header_count", same<&S::client, &Client::header_count>},
    Row{"client_max_body_size", same<&S::client, &Client::body_bytes>},
    Row{"client_body_buffer_size", same<&S::client, &Client::body_buffer_bytes>},
    Row{"nginx_admin_client_max_body_size", same<&S::client, &Client::admin_body_bytes>},
    Row{"first_byte_timeout", same<&S::client, &Client::first_byte>},
    Row{"header_timeout", same<&S::client, &Client::head>},
    Row{"body_min_rate", same<&S::client, &Client::body_min_rate>},
    Row{"body_rate_grace", same<&S::client, &Client::body_rate_grace>},
    Row{"nginx_http_keepalive_timeout", same<&S::client, &Client::keepalive_idle>},
    Row{"nginx_http_keepalive_requests", same<&S::client, &Client::requests_per_connection>},
    Row{"nginx_http_keepalive_time", same<&S::client, &Client::lifetime>},
    Row{"nginx_http_send_timeout", same<&S::client, &Client::write_stall>},
    Row{"nginx_http_lingering_timeout", same<&S::client, &Client::lingering>},
    Row{"lingering_bytes", same<&S::client, &Client::lingering_bytes>},
    Row{"nginx_worker_processes", same<&S::limits, &Limits::workers>},
    Row{"nginx_events_worker_connections", same<&S::limits, &Limits::worker_connections>},
    Row{"nginx_main_worker_rlimit_nofile", same<&S::limits, &Limits::open_files>},
    Row{"max_connections", same<&S::limits, &Limits::connections>},
    Row{"max_memory", same<&S::limits, &Limits::memory_bytes>},
    Row{"max_handshakes", same<&S::limits, &Limits::handshakes>},
    Row{"drain_timeout", same<&S::limits, &Limits::drain>},
};

}  // namespace

std::vector<std::string_view> restart_needed(const S& running, const S& wanted) {
  std::vector<std::string_view> names;
  for (const Row& row : kRows) {
    if (!row.same(running, wanted)) names.push_back(row.name);
  }
  return names;
}

}  // namespace gw::app
