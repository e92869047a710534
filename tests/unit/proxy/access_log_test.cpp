#include "proxy/access_log.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "base/time.h"
#include "log_fixture.h"

using namespace gw::proxy;
using namespace std::chrono_literals;
using gw::IpAddress;
using gw::gateway::AccessLogFormat;
using gw::proxy::testing::TemporaryLog;

namespace {

AccessEntry entry() {
  return {.time = gw::parse_rfc3339("2026-11-21T10:00:00.007Z").value(),
          .client = *IpAddress::parse("192.0.2.7"),
          .method = "GET",
          .target = "/web/items?page=2&apikey=s3cret",
          .version = "HTTP/1.1",
          .status = 200,
          .body_bytes = 1234,
          .duration = 15'042us,
          .upstream_latency = 9us,
          .upstream = "10.0.0.1:9090",
          .route = "web",
          .service = "web-service",
          .consumer = "alice",
          .request_id = "38e6d17822756ec533a0bf47ae57997b",
          .user_agent = "curl/7.88",
          .referer = "https://user:pw@shop.example/cart?token=t#top"};
}

std::string line(const AccessEntry& e, AccessLogFormat format,
                 std::vector<std::string> query = {}) {
  std::string out;
  AccessLine(format, std::move(query)).write(e, out);
  return out;
}

}  // namespace

TEST_CASE("combined is nginx's, with the consumer as the user") {
  CHECK(line(entry(), AccessLogFormat::combined) ==
        "192.0.2.7 - alice [21/Nov/2026:10:00:00 +0000] \"GET /web/items HTTP/1.1\" 200 1234 "
        "\"https://shop.example/cart\" \"curl/7.88\"\n");
}

TEST_CASE("json has every field, with durations in milliseconds") {
  CHECK(line(entry(), AccessLogFormat::json) ==
        "{\"time\":\"2026-11-21T10:00:00.007Z\",\"client_ip\":\"192.0.2.7\",\"method\":\"GET\","
        "\"path\":\"/web/items\",\"version\":\"HTTP/1.1\",\"status\":200,\"bytes\":1234,"
        "\"request_ms\":15.042,\"upstream_ms\":0.009,\"upstream\":\"10.0.0.1:9090\","
        "\"route\":\"web\",\"service\":\"web-service\",\"consumer\":\"alice\","
        "\"request_id\":\"38e6d17822756ec533a0bf47ae57997b\",\"user_agent\":\"curl/7.88\","
        "\"referer\":\"https://shop.example/cart\"}\n");
}

TEST_CASE("what did not apply is a dash, or null") {
  AccessEntry e{.time = entry().time, .client = IpAddress::loopback(), .status = 400};
  CHECK(line(e, AccessLogFormat::combined) ==
        "127.0.0.1 - - [21/Nov/2026:10:00:00 +0000] \"-\" 400 0 \"-\" \"-\"\n");
  CHECK(line(e, AccessLogFormat::json) ==
        "{\"time\":\"2026-11-21T10:00:00.007Z\",\"client_ip\":\"127.0.0.1\",\"method\":null,"
        "\"path\":\"\",\"version\":null,\"status\":400,\"bytes\":0,\"request_ms\":0.000,"
        "\"upstream_ms\":null,\"upstream\":null,\"route\":null,\"service\":null,"
        "\"consumer\":null,\"request_id\":null,\"user_agent\":null,\"referer\":null}\n");
}

TEST_CASE("of the query only parameters that were named are logged") {
  struct Row {
    std::string_view target;
    std::string_view logged;
  };
  for (const Row& row : {
           Row{"/a?page=2&apikey=s", "/a?page=2"},
           Row{"/a?apikey=s&page=2&sort=x&page=3", "/a?page=2&sort=x&page=3"},
           Row{"/a?sort", "/a?sort"},
           Row{"/a?pages=1&xpage=2", "/a"},
           Row{"/a?", "/a"},
           Row{"/a?&&page=1&", "/a?page=1"},
           Row{"/a//b@c?apikey=s", "/a//b@c"},
           Row{"http://me:pw@host/a?apikey=s&page=1", "http://host/a?page=1"},
           Row{"*", "*"},
       }) {
    CAPTURE(row.target);
    AccessEntry e = entry();
    e.target = row.target;
    const std::string text = line(e, AccessLogFormat::combined, {"page", "sort"});
    CHECK(text.find("\"GET " + std::string(row.logged) + " HTTP/1.1\"") != std::string::npos);
  }
}

TEST_CASE("no octet of a request breaks its line, in any place and either form") {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  AccessEntry e = entry();
  e.method = e.target = e.version = e.consumer = e.user_agent = e.referer = all;
  e.upstream = e.route = e.service = e.request_id = all;
  for (const auto format : {AccessLogFormat::combined, AccessLogFormat::json}) {
    const std::string text = line(e, format);
    CAPTURE(text);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(std::ranges::all_of(text.substr(0, text.size() - 1),
                              [](char c) { return c >= ' ' && c < 0x7F; }));
  }
  e = entry();
  e.user_agent = "a\"b\\c\xC3\xA9\n";
  CHECK(line(e, AccessLogFormat::combined).ends_with("\"a\\x22b\\x5Cc\\xC3\\xA9\\x0A\"\n"));
  CHECK(line(e, AccessLogFormat::json).find("\"a\\u0022b\\u005Cc\\u00C3\\u00A9\\u000A\"") !=
        std::string::npos);
}

TEST_CASE("a user with a space stays one word") {
  AccessEntry e = entry();
  e.consumer = "alice cooper ";
  CHECK(line(e, AccessLogFormat::combined).starts_with("192.0.2.7 - alice\\x20cooper\\x20 ["));
}

TEST_CASE("the time moves on from line to line") {
  AccessLine writer(AccessLogFormat::combined, {});
  AccessEntry e = entry();
  std::string out;
  writer.write(e, out);
  e.time += 999ms;
  writer.write(e, out);
  CHECK(out.find("10:00:00 ") != std::string::npos);
  CHECK(out.find("10:00:01 ") != std::string::npos);
}

TEST_CASE("each worker's lines reach the file whole") {
  const TemporaryLog file;
  const gw::VirtualClock clock(entry().time);
  {
    auto log = Log::open(clock, LogLevel::debug, "");
    REQUIRE(log.has_value());
    auto access = AccessLog::open({.path = file.path(), .workers = 2}, **log);
    REQUIRE(access.has_value());
    for (int i = 0; i < 10; ++i) {
      (*access)->write(0, entry());
      (*access)->write(1, entry());
    }
  }
  std::string wanted;
  for (int i = 0; i < 20; ++i) wanted += line(entry(), AccessLogFormat::combined);
  CHECK(file.text() == wanted);
}
