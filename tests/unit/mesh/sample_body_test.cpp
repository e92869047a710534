#include "mesh/sample_body.h"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "mesh/sample_reader.h"
#include "mesh/upstream_uri.h"

using namespace gw;
using namespace gw::mesh;
using namespace std::chrono_literals;

namespace {

SampleAnswer tutorial_web() {
  SampleAnswer web;
  web.name = "web";
  web.uri = "/";
  web.type = "HTTP";
  web.ip_addresses = {"192.168.74.44"};
  return web;
}

}  // namespace

TEST_CASE("the tutorial's answer of web that has called api has its 623 bytes") {
  SampleAnswer web = tutorial_web();
  web.start_time = "2020-09-05T15:29:45.216481";
  web.end_time = "2020-09-05T15:29:45.231809";
  web.duration = go_duration(15'327'627ns);
  web.body = "Hello World";
  SampleAnswer api;
  api.name = "api-v1";
  api.uri = "http://localhost:9091";
  api.type = "HTTP";
  api.ip_addresses = {"192.168.76.226"};
  api.start_time = "2020-09-05T15:29:45.230576";
  api.end_time = "2020-09-05T15:29:45.230780";
  api.duration = go_duration(204'524ns);
  api.body = "Response from API v1";
  web.upstream_calls = {api};
  const std::string body = to_json(web);
  CHECK(body.size() == 623);
  CHECK(
      body.starts_with("{\n  \"name\": \"web\",\n  \"uri\": \"/\",\n  \"type\": \"HTTP\",\n"
                       "  \"ip_addresses\": [\n    \"192.168.74.44\"\n  ],\n"));
  CHECK(body.ends_with("      \"code\": 200\n    }\n  ],\n  \"code\": 200\n}\n"));
}

TEST_CASE("the tutorial's answer of web that was denied api has its 417 bytes") {
  SampleAnswer web = tutorial_web();
  web.start_time = "2020-09-05T15:32:58.435899";
  web.end_time = "2020-09-05T15:32:58.441107";
  web.duration = go_duration(5'208'606ns);
  web.code = 500;
  web.upstream_calls = {
      unreachable_upstream("http://localhost:9091", "http://localhost:9091/", "EOF")};
  const std::string body = to_json(web);
  CHECK(body.size() == 417);
  CHECK(body.find("      \"code\": -1,\n      \"error\": \"Error communicating with upstream "
                  "service: Get http://localhost:9091/: EOF\"\n") != std::string::npos);
}

TEST_CASE("durations are Go's to the letter") {
  struct Row {
    std::chrono::nanoseconds span;
    const char* text;
  };
  for (const Row& row :
       {Row{0ns, "0s"}, Row{1ns, "1ns"}, Row{999ns, "999ns"}, Row{1000ns, "1\u00B5s"},
        Row{1100ns, "1.1\u00B5s"}, Row{204'524ns, "204.524\u00B5s"}, Row{1ms, "1ms"},
        Row{15'327'627ns, "15.327627ms"}, Row{1500ms, "1.5s"}, Row{2s, "2s"},
        Row{62'500ms, "1m2.5s"}, Row{1min, "1m0s"}, Row{1h, "1h0m0s"},
        Row{1h + 1ns, "1h0m0.000000001s"}, Row{100h + 2min + 3s, "100h2m3s"},
        Row{-1500us, "-1.5ms"}, Row{std::chrono::nanoseconds::max(), "2562047h47m16.854775807s"},
        Row{std::chrono::nanoseconds::min(), "-2562047h47m16.854775808s"}}) {
    CHECK(go_duration(row.span) == row.text);
  }
}

TEST_CASE("times have six digits and no zone") {
  const WallTime t{std::chrono::seconds(1'599'319'785) + 231'809us};
  CHECK(sample_time(t) == "2020-09-05T15:29:45.231809");
  CHECK(sample_time(WallTime{}) == "1970-01-01T00:00:00.000000");
}

TEST_CASE("text is escaped as Go's encoder does it, safe within HTML") {
  SampleAnswer answer;
  answer.body =
      "<a href=\"x\">&\\ \n\r\t\b\x01 \u00B5 \u20AC \xE2\x80\xA8 \xFF \xED\xA0\x80 \xF0\x9F";
  CHECK(to_json(answer) ==
        "{\n  \"body\": \"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\\\ \\n\\r\\t\\u0008\\u0001 "
        "\u00B5 \u20AC \\u2028 \\ufffd \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd\",\n"
        "  \"code\": 200\n}\n");
}

TEST_CASE("what is empty is left out, but for the code") {
  SampleAnswer answer;
  answer.code = 0;
  CHECK(to_json(answer) == "{\n  \"code\": 0\n}\n");
}

TEST_CASE("an answer is read back as it was written, and other JSON as Go reads it") {
  SampleAnswer web = tutorial_web();
  web.upstream_calls = {unreachable_upstream("http://a", "http://a/", "EOF")};
  web.upstream_calls[0].upstream_calls = {tutorial_web()};
  const auto again = from_json(to_json(web));
  REQUIRE(again);
  CHECK(to_json(*again) == to_json(web));

  const auto loose = from_json(R"({"NAME":"x","more":[1],"body":null,"ip_addresses":[]})");
  REQUIRE(loose);
  CHECK(loose->name == "x");
  CHECK(loose->code == 0);
  CHECK(from_json("null"));
  CHECK_FALSE(from_json(""));
  CHECK_FALSE(from_json("Hello"));
  CHECK_FALSE(from_json("[]"));
  CHECK_FALSE(from_json(R"({"name":1})"));
  CHECK_FALSE(from_json(R"({"code":1.5})"));
  CHECK_FALSE(from_json(R"({"code":99999999999})"));
  CHECK_FALSE(from_json(R"({"upstream_calls":{}})"));
  CHECK_FALSE(from_json(std::string(1 << 20, '[')));
}

TEST_CASE("an upstream's address is read as Go reads it, and the inbound path is put behind it") {
  const UpstreamUri plain = read_upstream_uri("http://localhost:9091");
  CHECK(plain.host == "localhost");
  CHECK(plain.port == 9091);
  CHECK(plain.target("/") == "/");
  CHECK(plain.target("") == "/");
  CHECK(plain.target("/a b/\u00E9?") == "/a%20b/%C3%A9%3F");

  const UpstreamUri deep = read_upstream_uri("http://[::1]/v1?x=%20");
  CHECK(deep.authority == "[::1]");
  CHECK(deep.host == "::1");
  CHECK(deep.port == 80);
  CHECK(deep.target("/api") == "/v1/api?x=%20");

  CHECK(read_upstream_uri("https://x").problem == "unsupported protocol scheme \"https\"");
  CHECK(read_upstream_uri("localhost:9091").problem == "unsupported protocol scheme \"\"");
  CHECK_FALSE(read_upstream_uri("http://").problem.empty());
  CHECK_FALSE(read_upstream_uri("http://a:99999/").problem.empty());
}

TEST_CASE("a request's address is shown as Go shows it") {
  CHECK(go_uri("/") == "/");
  CHECK(go_uri("/a%2Fb%20c?x=1&y") == "/a%2Fb%20c?x=1&y");
  CHECK(go_uri("/a\"b|c?\"") == "/a%22b%7Cc?\"");
  CHECK(go_path("/a%2Fb%20c?x") == "/a/b c");
  CHECK(go_path("/100%") == "/100%");
}
