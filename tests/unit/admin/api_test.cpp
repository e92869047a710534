#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "fake_node.h"

using namespace gw;
using namespace gw::admin;
using namespace gw::admin::testing;

namespace {

std::string names(const Response& response) {
  std::string out;
  for (const auto& [name, value] : response.fields) out += name + " ";
  return out;
}

}  // namespace

TEST_CASE("header fields stand in Kong's order and by its level") {
  FakeNode node("2.8", kShop);
  CHECK(names(get(node, "/services")) ==
        "Content-Type Access-Control-Allow-Origin X-Kong-Admin-Latency Server ");
  FakeNode newest("3.9", kShop);
  const Response response = get(newest, "/services");
  CHECK(names(response) ==
        "Content-Type Access-Control-Allow-Origin Access-Control-Allow-Credentials "
        "X-Kong-Admin-Latency Server ");
  CHECK(field(response, "Server") == "kong/3.9.1");
  CHECK(field(response, "Access-Control-Allow-Origin") == "*");
  CHECK(field(response, "X-Kong-Admin-Latency") == "0");
}

TEST_CASE("HEAD answers as GET does, without the body") {
  FakeNode node("3.9", kShop);
  for (std::string_view target : {"/services", "/services/none"}) {
    CAPTURE(target);
    const Response with = get(node, target);
    const Response without = ask(node, {.method = "HEAD", .target = target});
    CHECK(without.status == with.status);
    CHECK(without.body.empty());
    CHECK(without.length == with.body.size());
  }
  FakeNode old("2.0", kShop);
  const Response response = ask(old, {.method = "HEAD", .target = "/services/none"});
  CHECK(response.status == 200);
  CHECK(field(response, "Server") == "openresty");
  CHECK_FALSE(response.length);
  CHECK(ask(old, {.method = "HEAD", .target = "/none"}).status == 404);
}

TEST_CASE("OPTIONS lists the verbs of the endpoint, and at old levels always the same") {
  struct Row {
    std::string_view level;
    std::string_view target;
    int status;
    std::string_view verbs;
  };
  constexpr Row kRows[]{
      {"3.9", "/services", 204, "GET, HEAD, OPTIONS, POST"},
      {"3.9", "/services/any", 204, "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
      {"2.8", "/routes/r/service", 204, "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
      {"2.8", "/status", 204, "GET, HEAD, OPTIONS"},
      {"3.9", "/none", 404, ""},
      {"2.0", "/none", 204, "GET, HEAD, PUT, PATCH, POST, DELETE"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.level);
    CAPTURE(row.target);
    FakeNode node(row.level, kShop);
    const Response response = ask(node, {.method = "OPTIONS", .target = row.target});
    CHECK(response.status == row.status);
    CHECK(field(response, "Access-Control-Allow-Methods") == row.verbs);
    const bool old = row.level[0] == '2' && row.level[2] == '0';
    CHECK(field(response, "Allow") == (old ? "" : row.verbs));
  }
  FakeNode node("3.9");
  const Response asked = ask(node, {.method = "OPTIONS",
                                    .target = "/services",
                                    .fields = {{"Access-Control-Request-Headers", "X-A, X-B"}}});
  CHECK(field(asked, "Access-Control-Allow-Headers") == "X-A, X-B");
}

TEST_CASE("requests that a web page may have caused are refused before anything is done") {
  struct Row {
    std::string_view name;
    std::string_view value;
    int status;
  };
  constexpr Row kRows[]{
      {"Host", "localhost", 200},
      {"Host", "LOCALHOST:8001", 200},
      {"Host", "127.0.0.1:8001", 200},
      {"Host", "[::1]:8001", 200},
      {"Host", "10.1.2.3:8001", 200},
      {"Host", "admin.test:8001", 200},
      {"Host", "evil.test", 403},
      {"Host", "127.0.0.1.evil.test", 403},
      {"Host", "localhost.evil.test:8001", 403},
      {"Origin", "https://manager.test", 200},
      {"Origin", "https://evil.test", 403},
      {"Origin", "null", 403},
      {"Sec-Fetch-Site", "cross-site", 403},
      {"Sec-Fetch-Site", "same-site", 403},
      {"Sec-Fetch-Site", "same-origin", 200},
      {"Sec-Fetch-Site", "none", 200},
  };
  FakeNode node("3.9", kShop);
  node.node_info.allowed_hosts = {"admin.test"};
  node.node_info.allowed_origins = {"https://manager.test"};
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CAPTURE(row.value);
    const Fields fields{{std::string(row.name), std::string(row.value)}};
    const Response response = ask(node, {.target = "/services", .fields = fields});
    CHECK(response.status == row.status);
    CHECK(field(response, "Access-Control-Allow-Origin").empty() == (row.status == 403));
    const Response write = ask(node, {.method = "POST",
                                      .target = "/config",
                                      .type = "text/yaml",
                                      .body = "_format_version: \"3.0\"\n",
                                      .fields = fields});
    CHECK(write.status == (row.status == 403 ? 403 : 201));
  }
}

TEST_CASE("an allowed origin is repeated from 3.4 on") {
  for (const auto& [level, shown] : {std::pair{"2.8", "*"}, std::pair{"3.9", "https://m.test"}}) {
    CAPTURE(level);
    FakeNode node(level, kShop);
    node.node_info.allowed_origins = {"*"};
    const Response response =
        ask(node, {.target = "/services", .fields = {{"Origin", "https://m.test"}}});
    CHECK(response.status == 200);
    CHECK(field(response, "Access-Control-Allow-Origin") == shown);
  }
}

TEST_CASE("what nginx refuses in front of Kong has its page") {
  FakeNode node("3.9", kShop);
  const Response trace = ask(node, {.method = "TRACE", .target = "/services"});
  CHECK(trace.status == 405);
  CHECK(trace.body.size() == 122);
  CHECK(ask(node, {.method = "OPTIONS", .target = "*"}).status == 400);
}

TEST_CASE("hostile names come back as text that is still JSON") {
  FakeNode node("3.9", kShop);
  for (std::string_view target :
       {"/services/%22%0A%00", "/tags/%FF%FE", "/schemas/%FF%22", "/services?offset=%FF",
        "/services/%FF/routes", "/consumers?custom_id=%FF"}) {
    CAPTURE(target);
    const Response response = get(node, target);
    CHECK(response.status < 500);
    for (const char c : response.body) CHECK(static_cast<unsigned char>(c) >= 0x20);
    for (const char c : response.body) CHECK(static_cast<unsigned char>(c) < 0x80);
  }
}

TEST_CASE("what never became a request is refused in the same form") {
  FakeNode node("3.9", kShop);
  Api api(node);
  const Response response = api.refuse(413, "request body is too large");
  CHECK(response.status == 413);
  CHECK(response.body == R"({"message":"request body is too large"})");
  CHECK(response.length == response.body.size());
}
