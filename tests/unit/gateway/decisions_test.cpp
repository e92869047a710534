#include <vector>

#include <doctest/doctest.h>

#include "gateway/client_address.h"
#include "gateway/instance_table.h"
#include "gateway/plugins/body_key.h"
#include "gateway/plugins/header_lookup.h"
#include "gateway/settings.h"

namespace gw::gateway {

TEST_CASE("the most specific instance wins, in Kong's order of eight scopes") {
  const std::vector<PluginScope> scopes{{1, 2, 3},   {1, {}, 3},  {{}, 2, 3},  {1, 2, {}},
                                        {{}, {}, 3}, {1, {}, {}}, {{}, 2, {}}, {{}, {}, {}}};
  for (std::size_t best = 0; best < scopes.size(); ++best) {
    CAPTURE(best);
    InstanceTable table;
    for (std::size_t i = best; i < scopes.size(); ++i) {
      table.add(scopes[i], static_cast<std::uint32_t>(i));
    }
    CHECK(table.pick(1, 2, 3) == best);
  }
}

TEST_CASE("an instance for another route, service or consumer does not apply") {
  InstanceTable table;
  table.add({1, 2, {}}, 0);
  table.add({{}, {}, 3}, 1);
  CHECK_FALSE(table.pick(1, 9, {}).has_value());
  CHECK_FALSE(table.pick(1, {}, 4).has_value());
  CHECK(table.pick(1, 9, 3) == 1);
}

TEST_CASE("a header in front of the socket's peer counts only from a trusted one") {
  Settings settings;
  const std::vector<http::Field> fields{{"X-Real-IP", "203.0.113.9"}};
  const auto peer = *IpAddress::parse("10.0.0.1");
  CHECK(client_address(peer, fields, settings).ip == peer);
  REQUIRE(apply_setting(settings, "trusted_ips", "10.0.0.0/8").has_value());
  CHECK(client_address(peer, fields, settings).ip.str() == "203.0.113.9");
}

TEST_CASE("a chain of proxies is read from the right, through trusted ones when recursive") {
  Settings settings;
  REQUIRE(apply_setting(settings, "trusted_ips", "10.0.0.0/8,192.0.2.0/24").has_value());
  REQUIRE(apply_setting(settings, "real_ip_header", "X-Forwarded-For").has_value());
  const std::vector<http::Field> fields{{"X-Forwarded-For", "203.0.113.9, 192.0.2.1"}};
  const auto peer = *IpAddress::parse("10.0.0.1");
  CHECK(client_address(peer, fields, settings).ip.str() == "192.0.2.1");
  REQUIRE(apply_setting(settings, "real_ip_recursive", "on").has_value());
  CHECK(client_address(peer, fields, settings).ip.str() == "203.0.113.9");
  const std::vector<http::Field> junk{{"X-Forwarded-For", "unknown"}};
  CHECK(client_address(peer, junk, settings).ip == peer);
}

TEST_CASE("a misspelled setting names the nearest one") {
  Settings settings;
  const auto applied = apply_setting(settings, "trusted_ip", "10.0.0.0/8");
  REQUIRE_FALSE(applied.has_value());
  CHECK(applied.error().message.find("trusted_ips") != std::string::npos);
  CHECK(is_setting_without_effect("nginx_worker_processes"));
  CHECK_FALSE(apply_setting(settings, "trusted_ips", "10.0.0.0/99").has_value());
}

TEST_CASE("a configured underscore finds a dash, and a configured dash no underscore") {
  const std::vector<http::Field> dash{{"X-Tier", "gold"}};
  const std::vector<http::Field> underscore{{"x_tier", "gold"}};
  CHECK(look_up_header(dash, "x_tier").first == "gold");
  CHECK(look_up_header(underscore, "x_tier").first == "gold");
  CHECK(look_up_header(underscore, "x-tier").count == 0);
}

TEST_CASE("an API key is found in forms, JSON and multipart, and taken out again") {
  using Found = http::Argument::Found;
  struct Row {
    std::string_view type, body, without;
  };
  constexpr std::string_view kMultipart = "multipart/form-data; boundary=X";
  for (const Row& r :
       {Row{"application/x-www-form-urlencoded", "z=1&apikey=k1", "z=1"},
        Row{"application/json; charset=utf-8", R"({"z":1,"apikey":"k1"})", R"({"z":1})"},
        Row{kMultipart,
            "--X\r\nContent-Disposition: form-data; name=\"apikey\"\r\n\r\nk1\r\n--X\r\n"
            "Content-Disposition: form-data; name=\"z\"\r\n\r\n1\r\n--X--\r\n",
            "--X\r\nContent-Disposition: form-data; name=\"z\"\r\n\r\n1\r\n--X--\r\n"}}) {
    CAPTURE(r.type);
    Arena arena;
    const BodyKey key = find_body_key(r.type, r.body, "apikey", arena);
    CHECK(key.argument.found == Found::value);
    CHECK(key.argument.value == "k1");
    CHECK(without_body_key(r.type, r.body, "apikey", arena) == r.without);
  }
}

TEST_CASE("a body that is not what it says is unreadable, not a crash") {
  Arena arena;
  for (const std::string_view body : {"{bad", "[1]", "5", ""}) {
    CAPTURE(body);
    CHECK_FALSE(find_body_key("application/json", body, "apikey", arena).readable);
  }
  const std::string deep = std::string(100'000, '[');
  CHECK_FALSE(find_body_key("application/json", deep, "apikey", arena).readable);
  CHECK_FALSE(find_body_key("multipart/form-data", "--X\r\n", "apikey", arena).readable);
  CHECK_FALSE(find_body_key("multipart/form-data; boundary=X", "--X", "apikey", arena).readable);
  CHECK_FALSE(find_body_key("text/plain", "apikey=k1", "apikey", arena).readable);
}

}  // namespace gw::gateway
