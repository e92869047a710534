#include "gateway/settings_server.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "gateway/settings.h"

using namespace gw::gateway;
using gw::IpAddress;
using std::chrono::milliseconds;

namespace {

gw::Result<std::vector<Listener>> listen(std::string_view value) {
  std::vector<std::string> ignored;
  return parse_listeners(value, ignored);
}

// The settings after one line of kong.conf.
gw::Result<ServerSettings> with(std::string_view name, std::string_view value) {
  ServerSettings settings;
  std::vector<std::string> ignored;
  const auto applied = apply_server_setting(settings, name, value, ignored);
  if (!applied) return std::unexpected(applied.error());
  return settings;
}

}  // namespace

TEST_CASE("a list of listeners is read as Kong writes it") {
  const auto list = listen(
      "0.0.0.0:8000 reuseport backlog=511, [::1]:8443 http2 ssl proxy_protocol ipv6only=off, "
      "localhost:0");
  REQUIRE(list.has_value());
  REQUIRE(list->size() == 3);
  CHECK((*list)[0].address == *IpAddress::parse("0.0.0.0"));
  CHECK((*list)[0].port == 8000);
  CHECK((*list)[0].backlog == 511);
  CHECK_FALSE((*list)[0].tls);
  CHECK((*list)[1].address == *IpAddress::parse("::1"));
  CHECK((*list)[1].tls);
  CHECK((*list)[1].proxy_protocol);
  CHECK_FALSE((*list)[1].ipv6_only);
  CHECK((*list)[2].address == IpAddress::loopback());
  CHECK((*list)[2].port == 0);
  CHECK(address_text((*list)[1].address, 8443) == "[::1]:8443");
  CHECK(address_text((*list)[2].address, 80) == "127.0.0.1:80");
}

TEST_CASE("a listener that is none is refused with the form that is expected") {
  for (const std::string_view value :
       {"", " , ", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8000",
        "[127.0.0.1:80", "example.com:80", "127.0.0.1:80 sssl", "127.0.0.1:80 ssl=on",
        "127.0.0.1:80 backlog", "127.0.0.1:80 backlog=0", "127.0.0.1:80 ipv6only=maybe",
        "127.0.0.1:80, off", "127.0.0.1:80, 127.0.0.1:80 ssl"}) {
    CAPTURE(value);
    const auto list = listen(value);
    REQUIRE_FALSE(list.has_value());
    CHECK(list.error().message.find("expected") != std::string::npos);
  }
}

TEST_CASE("off listens nowhere, and port 0 may be asked for twice") {
  REQUIRE(listen("off").has_value());
  CHECK(listen("off")->empty());
  CHECK(listen("127.0.0.1:0, 127.0.0.1:0").has_value());
}

TEST_CASE("suffixes of Kong's that mean nothing here are told, and no more than that") {
  std::vector<std::string> ignored;
  const auto list = parse_listeners(
      "0.0.0.0:8443 http2 ssl reuseport backlog=16384 deferred bind so_keepalive=30m::10", ignored);
  REQUIRE(list.has_value());
  CHECK((*list)[0].tls);
  REQUIRE(ignored.size() == 4);
  CHECK(ignored[0].find("HTTP/2") != std::string::npos);
}

TEST_CASE("sizes and times are nginx's") {
  CHECK(with("nginx_http_client_max_body_size", "10m")->client.body_bytes == 10U << 20);
  CHECK(with("client_max_body_size", "0")->client.body_bytes == 0);
  CHECK(with("client_body_buffer_size", "16K")->client.body_buffer_bytes == 16U << 10);
  CHECK(with("nginx_http_keepalive_timeout", "75s 60s")->client.keepalive_idle ==
        milliseconds{75'000});
  CHECK(with("nginx_proxy_keepalive_timeout", "1m")->client.keepalive_idle == milliseconds{60'000});
  CHECK(with("upstream_keepalive_idle_timeout", "60")->upstream.idle_timeout ==
        milliseconds{60'000});
  CHECK(with("dns_error_ttl", "0.5")->dns.error_ttl == milliseconds{500});
  CHECK(with("drain_timeout", "1500ms")->limits.drain == milliseconds{1500});
  const auto buffers = with("nginx_http_large_client_header_buffers", "4 8k");
  REQUIRE(buffers.has_value());
  CHECK(buffers->client.request_line_bytes == 8U << 10);
  CHECK(buffers->client.header_line_bytes == 8U << 10);
  CHECK(buffers->client.header_bytes == 32U << 10);
}

TEST_CASE("a value of the wrong form is an error that names the setting and what is expected") {
  struct Line {
    std::string_view name;
    std::string_view value;
  };
  for (const Line& line : {
           Line{"proxy_listen", "nowhere"},
           Line{"nginx_worker_processes", "0"},
           Line{"nginx_worker_processes", "many"},
           Line{"client_max_body_size", "10x"},
           Line{"client_max_body_size", "-1"},
           Line{"client_max_body_size", "99999999999999999999g"},
           Line{"client_max_body_size", "18446744073709551615g"},
           Line{"max_header_bytes", "0"},
           Line{"max_memory", "1m"},
           Line{"header_timeout", "0"},
           Line{"header_timeout", "-3s"},
           Line{"header_timeout", ""},
           Line{"header_timeout", "3d"},
           Line{"nginx_http_large_client_header_buffers", "8k"},
           Line{"dns_order", "A,MX"},
           Line{"dns_order", ""},
           Line{"dns_resolver", "ns1.example.com"},
           Line{"dns_resolver", "127.0.0.1:0"},
           Line{"log_level", "loud"},
           Line{"access_log_format", "xml"},
           Line{"proxy_access_log", ""},
           Line{"proxy_access_log", "logs/access.log basic"},
           Line{"proxy_access_log", "syslog:server=10.0.0.1"},
           Line{"client_ssl", "maybe"},
       }) {
    CAPTURE(line.name);
    CAPTURE(line.value);
    const auto applied = with(line.name, line.value);
    REQUIRE_FALSE(applied.has_value());
    CHECK(applied.error().message.starts_with("setting " + std::string(line.name) + ": "));
    CHECK(applied.error().message.find("expected") != std::string::npos);
  }
}

TEST_CASE("logs go to a path, to standard output or nowhere") {
  CHECK(ServerSettings{}.log.access == "-");
  CHECK(with("proxy_access_log", "off")->log.access.empty());
  CHECK(with("proxy_access_log", "/dev/stdout")->log.access == "-");
  const auto json = with("proxy_access_log", "logs/access.log json");
  REQUIRE(json.has_value());
  CHECK(json->log.access == "logs/access.log");
  CHECK(json->log.access_format == AccessLogFormat::json);
  CHECK(with("log_level", "warn")->log.level == LogLevel::warn);
  CHECK(log_level_name(LogLevel::warn) == "warn");
}

TEST_CASE("name servers have a port of their own when they are given one") {
  const auto settings = with("dns_resolver", "10.0.0.53, 10.0.0.54:5353, [2001:db8::1]:54, ::1");
  REQUIRE(settings.has_value());
  CHECK(settings->dns.servers == std::vector<NameServer>{{*IpAddress::parse("10.0.0.53"), 53},
                                                         {*IpAddress::parse("10.0.0.54"), 5353},
                                                         {*IpAddress::parse("2001:db8::1"), 54},
                                                         {*IpAddress::parse("::1"), 53}});
  CHECK(with("dns_order", "last,SRV,aaaa")->dns.order ==
        std::vector<DnsRecord>{DnsRecord::last, DnsRecord::srv, DnsRecord::aaaa});
}

TEST_CASE("what is not set follows from the Kong that is imitated") {
  struct Row {
    gw::model::Level level;
    std::size_t pool_size;
    std::uint64_t max_requests;
    milliseconds stale_ttl;
  };
  for (const Row& row :
       {Row{{2, 0}, 60, 100, milliseconds{4'000}}, Row{{3, 3}, 60, 100, milliseconds{4'000}},
        Row{{3, 4}, 512, 1'000, milliseconds{4'000}},
        Row{{3, 9}, 512, 10'000, milliseconds{3'600'000}}}) {
    CAPTURE(row.level.str());
    ServerSettings settings;
    complete(settings, row.level);
    CHECK(settings.upstream.pool_size == row.pool_size);
    CHECK(settings.upstream.max_requests == row.max_requests);
    CHECK(settings.dns.stale_ttl == row.stale_ttl);
  }
  auto settings = *with("upstream_keepalive_pool_size", "7");
  complete(settings, {3, 9});
  CHECK(settings.upstream.pool_size == 7);
}

TEST_CASE("auto leaves a number to the machine") {
  CHECK(with("nginx_worker_processes", "3")->limits.workers == 3);
  CHECK_FALSE(with("nginx_worker_processes", "auto")->limits.workers.has_value());
  CHECK(with("nginx_events_worker_connections", "1024")->limits.worker_connections == 1024);
}

TEST_CASE("certificates and keys are lists, and an error quotes none of them") {
  const auto settings = with("ssl_cert_key", "/etc/a.key, /etc/b.key");
  REQUIRE(settings.has_value());
  REQUIRE(settings->tls.proxy.keys.size() == 2);
  CHECK(settings->tls.proxy.keys[1].reveal() == "/etc/b.key");
}

TEST_CASE("what only a server minds is no mistake elsewhere, and changes no decision") {
  Settings decisions;
  for (const std::string_view name : server_setting_names()) {
    CAPTURE(name);
    CHECK(is_setting_without_effect(name));
    CHECK_FALSE(apply_setting(decisions, name, "1").has_value());
  }
  CHECK(is_setting_without_effect("pg_host"));
  CHECK_FALSE(is_setting_without_effect("pg"));
  CHECK_FALSE(is_setting_without_effect(""));
  CHECK_FALSE(is_setting_without_effect("pg_host pg_password"));
}
