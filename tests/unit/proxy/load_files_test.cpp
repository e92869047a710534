#include "proxy/load_files.h"

#include <string>

#include <doctest/doctest.h>

#include "base/files.h"
#include "base/text.h"
#include "log_fixture.h"
#include "net/key_pair.h"
#include "proxy/tls_material.h"

using gw::Secret;
using gw::gateway::ServerSettings;
using gw::proxy::load_files;
using gw::proxy::make_tls_material;
using gw::proxy::testing::TemporaryLog;

namespace {

constexpr gw::WallSeconds kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};

ServerSettings with_pair(std::string certificate, std::string key) {
  ServerSettings settings;
  settings.tls.proxy.certificates = {std::move(certificate)};
  settings.tls.proxy.keys = {Secret(std::move(key))};
  return settings;
}

}  // namespace

TEST_CASE("a certificate is a path, a text, or a text in base64") {
  const auto made = gw::net::make_self_signed("localhost", kNow);
  REQUIRE(made.has_value());
  const std::string key(made->key.reveal());
  const TemporaryLog certificate_file;
  const TemporaryLog key_file;
  REQUIRE(gw::write_file(certificate_file.path(), made->certificate).has_value());
  REQUIRE(gw::write_file(key_file.path(), key).has_value());
  for (ServerSettings settings :
       {with_pair(certificate_file.path(), key_file.path()), with_pair(made->certificate, key),
        with_pair(gw::base64_encode(made->certificate), gw::base64_encode(key))}) {
    const auto loaded = load_files(settings);
    REQUIRE(loaded.has_value());
    CHECK(settings.tls.proxy.certificates[0] == made->certificate);
    CHECK(settings.tls.proxy.keys[0].reveal() == key);
  }
}

TEST_CASE("a pair that does not fit is refused by the setting's name, without its text") {
  const auto one = gw::net::make_self_signed("localhost", kNow);
  const auto other = gw::net::make_self_signed("localhost", kNow);
  REQUIRE(one.has_value());
  REQUIRE(other.has_value());
  struct Row {
    std::string_view why;
    ServerSettings settings;
    gw::ErrorCode code;
  };
  const std::string key(other->key.reveal());
  auto single = with_pair(one->certificate, key);
  single.tls.proxy.keys.clear();
  for (Row row : {Row{"another key", with_pair(one->certificate, key), gw::ErrorCode::invalid},
                  Row{"no key", single, gw::ErrorCode::invalid},
                  Row{"no file", with_pair("/nonexistent.pem", key), gw::ErrorCode::missing},
                  Row{"a key for a certificate", with_pair(key, key), gw::ErrorCode::invalid}}) {
    CAPTURE(row.why);
    const auto loaded = load_files(row.settings);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == row.code);
    CHECK(loaded.error().message.starts_with("setting ssl_cert: "));
    CHECK(loaded.error().message.find("PRIVATE KEY") == std::string::npos);
  }
}

TEST_CASE("logs stand below the prefix, but for standard output and error") {
  ServerSettings settings;
  settings.prefix = "/srv/kong";
  settings.log.access = "logs/access.log";
  settings.log.admin_access = "/var/log/admin.log";
  REQUIRE(load_files(settings).has_value());
  CHECK(settings.log.access == "/srv/kong/logs/access.log");
  CHECK(settings.log.admin_access == "/var/log/admin.log");
  CHECK(settings.log.error == "/dev/stderr");
  settings.log.access = "-";
  REQUIRE(load_files(settings).has_value());
  CHECK(settings.log.access == "-");
}

TEST_CASE("trusted certificates that are none are refused, and a hosts file has to be there") {
  ServerSettings settings;
  settings.tls.trusted = {"/nonexistent/ca.pem"};
  CHECK(load_files(settings).error().code == gw::ErrorCode::missing);
  const TemporaryLog file;
  REQUIRE(gw::write_file(file.path(), "no certificate\n").has_value());
  settings.tls.trusted = {file.path()};
  CHECK(load_files(settings).error().message.starts_with("setting lua_ssl_trusted_certificate: "));
  settings.tls.trusted = {"system"};
  CHECK(load_files(settings).has_value());
  settings.dns.hosts_file = "/nonexistent/hosts";
  CHECK(load_files(settings).error().code == gw::ErrorCode::missing);
}

TEST_CASE("a TLS listener without a certificate gets one, and keeps it over reloads") {
  ServerSettings settings;
  const auto plain = make_tls_material(settings, nullptr, kNow);
  REQUIRE(plain.has_value());
  CHECK(plain->fallback == nullptr);
  settings.proxy_listen.push_back({.port = 8443, .tls = true});
  const auto first = make_tls_material(settings, nullptr, kNow);
  REQUIRE(first.has_value());
  CHECK(first->fallback != nullptr);
  const auto second = make_tls_material(settings, &*first, kNow);
  REQUIRE(second.has_value());
  CHECK(second->fallback == first->fallback);
  CHECK(second->tickets == first->tickets);
}
