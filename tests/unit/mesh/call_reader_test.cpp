#include "mesh/call_reader.h"

#include <string>

#include <doctest/doctest.h>

#include "call_bench.h"
#include "mesh/reply_writer.h"

namespace gw::mesh {
namespace {

struct World : testing::CallBench {
  explicit World(AgentSettings settings = {}) : CallBench(std::move(settings)) {
    add_status_endpoints(endpoints, *state);
    add_intention_endpoints(endpoints, *state);
    const auto echo = [](const Call& call) { return refuse(200, call.method + call.rest); };
    endpoints.add("/v1/kv/", {"GET", "PUT", "DELETE"}, echo);
    endpoints.add("/v1/agent/connect/ca/leaf/", {"GET"}, echo);
  }
  std::string field(const Reply& reply, std::string_view name) {
    for (const auto& [key, value] : reply.fields) {
      if (key == name) return value;
    }
    return "none";
  }
};

AgentSettings with_token() {
  AgentSettings settings;
  settings.acl.enabled = true;
  settings.acl.tokens.push_back({Secret("root"), "r", true, {}});
  return settings;
}

}  // namespace

TEST_CASE("paths are found as Go's multiplexer finds them") {
  World world;
  CHECK(world.get("/v1/nope") == "404 ");
  CHECK(world.get("/favicon.ico") == "404 ");
  CHECK(world.get("/v1/kv/a/b") == "200 GETa/b");
  CHECK(world.get("/v1/kv/a%2Fb%20c") == "200 GETa/b c");
  CHECK(world.get("/v1/kv/%zz") == "400 400 Bad Request");
  CHECK(world.get("/v1/connect/intentions/match").starts_with("500 required query"));
  CHECK(world.get("/v1/connect/intentions/match/").starts_with("400 Bad request: failed"));
  CHECK(world.get("/") == "301 <a href=\"/ui/\">Moved Permanently</a>.\n\n");
  CHECK(world.field(world.reply("GET", "/v1/kv"), "Location") == "/v1/kv/");
  CHECK(world.field(world.reply("GET", "//v1/kv/a//b?x=1"), "Location") == "/v1/kv/a/b?x=1");
  CHECK(world.field(world.reply("GET", "/v1/./status/leader"), "Location") == "/v1/status/leader");
  CHECK(world.field(world.reply("GET", "/v1/nope"), "Vary") == "none");
}

TEST_CASE("a path with a character that cannot be printed is refused before it is looked up") {
  World world;
  for (const char* path : {"/v1/kv/a%0Ab", "/v1/kv/a%00", "/v1/kv/%7F", "/v1/kv/%C2%A0",
                           "/v1/kv/%C2%85", "/v1/nope%01"}) {
    CAPTURE(path);
    CHECK(world.get(path) == "400 ");
  }
  CHECK(world.field(world.reply("GET", "/v1/kv/a%0Ab"), "Vary") == "none");
  CHECK(world.get("/v1/kv/%C3%A4%C2") == "200 GET\xC3\xA4\xC2");
}

TEST_CASE("methods that an endpoint does not know are refused with those that it does") {
  World world;
  const Reply reply = world.reply("POST", "/v1/status/leader");
  CHECK(reply.status == 405);
  CHECK(reply.body == "method POST not allowed");
  CHECK(world.field(reply, "Allow") == "OPTIONS,GET");
  CHECK(world.field(reply, "Vary") == "Accept-Encoding");
  CHECK(world.reply("HEAD", "/v1/status/leader").status == 405);
  const Reply options = world.reply("OPTIONS", "/v1/kv/a");
  CHECK(options.status == 200);
  CHECK(options.body.empty());
  CHECK(world.field(options, "Allow") == "OPTIONS,GET,PUT,DELETE");
}

TEST_CASE("shared parameters are checked with Consul's words") {
  World world;
  const std::string list = "/v1/connect/intentions";
  CHECK(world.get(list + "?stale&consistent") ==
        "400 Cannot specify ?stale with ?consistent, conflicting semantics.");
  CHECK(world.get(list + "?cached&consistent") ==
        "400 Cannot specify ?cached with ?consistent, conflicting semantics.");
  CHECK(world.get(list + "?max_stale=%22x%3C") == "400 Invalid max_stale value \"\\\"x<\"");
  for (const char* index : {"x", "-1", "%2B5", "99999999999999999999"}) {
    CHECK(world.get(list + "?index=" + index) == "400 Invalid index");
  }
  CHECK(world.get(list + "?wait=10") == "400 Invalid wait time");
  CHECK(world.get(list + "?dc=x") == "500 No path to datacenter");
  CHECK(world.get(list + "?dc=dc1;index=x") == "400 Invalid index");
  CHECK(world.get(list + "?%zz=1") == "500 ");
  CHECK(world.get(list + "?ns=default").starts_with("200 []"));
  CHECK(world.get("/v1/kv/a?ns=default") ==
        "400 Bad request: Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise "
        "feature");
  CHECK(world.get("/v1/agent/self?dc=x").starts_with("200 {"));
  CHECK(world.get("/v1/agent/connect/ca/leaf/web?dc=x") == "500 No path to datacenter");
}

TEST_CASE("how long to wait is bounded, and only reads wait") {
  World world;
  world.get("/v1/connect/intentions?index=7&wait=1m30s");
  CHECK(world.last.wish.index == 7);
  CHECK(world.last.wish.wait == std::chrono::seconds(90));
  CHECK(world.last.call.waits);
  world.get("/v1/connect/intentions?index=7&wait=60000ms&stale=");
  CHECK(world.last.wish.wait == std::chrono::minutes(1));
  world.get("/v1/connect/intentions?index=7");
  CHECK(world.last.wish.wait == std::chrono::minutes(5));
  world.get("/v1/connect/intentions?index=7&wait=3h");
  CHECK(world.last.wish.wait == std::chrono::minutes(10));
  world.get("/v1/connect/intentions?index=0&hash=");
  CHECK_FALSE(world.last.wish.blocks());
  world.ask("PUT", "/v1/kv/a?index=7", "x");
  CHECK_FALSE(world.last.wish.blocks());
  CHECK(world.ask("PUT", "/v1/kv/a?index=x", "x") == "400 Invalid index");
}

TEST_CASE("a value that is too large for the store is refused before it gets there") {
  World world;
  CHECK(world.ask("PUT", "/v1/kv/big", std::string(600000, 'x')) ==
        "413 Request body(600000 bytes) too large, max size: 524288 bytes. See "
        "https://www.consul.io/docs/agent/options.html#kv_max_value_size.");
  CHECK(world.ask("PUT", "/v1/kv/big", std::string(524288, 'x')) == "200 PUTbig");
}

TEST_CASE("tokens come by query, field or Authorization, and unknown ones are refused") {
  World world(with_token());
  CHECK(world.get("/v1/agent/self", "bogus") == "403 ACL not found");
  CHECK(world.get("/v1/status/leader", "bogus").starts_with("200 "));
  CHECK(world.get("/v1/agent/self", "root").starts_with("200 "));
  CHECK(world.get("/v1/agent/self?token=bogus", "root") == "403 ACL not found");
  for (const char* value : {"Bearer root", "bearer root", "Bearer  root", "Bearer root x"}) {
    CHECK(world.reply("GET", "/v1/agent/self", {}, {}, {{"Authorization", value}}).status == 200);
    CHECK(world.last.call.token == "root");
  }
  for (const char* value : {"Basic root", "Bearer", "root"}) {
    world.reply("GET", "/v1/agent/self", {}, {}, {{"Authorization", value}});
    CHECK(world.last.call.token.empty());
  }
}

TEST_CASE("answers carry Consul's fields") {
  Call call;
  const auto fields = [&](Reply reply) {
    std::string all;
    const auto response = write_reply(std::move(reply), call, "");
    for (const auto& [name, value] : response.fields) all.append(name + ": " + value + "\n");
    return all;
  };
  CHECK(fields({.index = 0, .known_leader = false}) ==
        "Content-Type: application/json\nX-Consul-Index: 1\nX-Consul-Knownleader: false\n"
        "X-Consul-Lastcontact: 0\n");
  CHECK(fields({.index = 7, .has_contact = false, .cache = CacheNews::hit, .age = 3}) ==
        "Age: 3\nContent-Type: application/json\nX-Cache: HIT\nX-Consul-Index: 7\n");
  CHECK(fields({.index = 7, .has_contact = false, .cache = CacheNews::miss, .age = 3}) ==
        "Content-Type: application/json\nX-Cache: MISS\nX-Consul-Index: 7\n");
  call.query.emplace_back("consistent", "");
  CHECK(fields({.content_type = "", .index = 7, .has_contact = false, .has_consistency = true}) ==
        "X-Consul-Effective-Consistency: consistent\nX-Consul-Index: 7\n");
  call.query.front().first = "stale";
  CHECK(fields({.content_type = "", .index = 7, .has_consistency = true, .hash = "ab"}) ==
        "X-Consul-Contenthash: ab\nX-Consul-Effective-Consistency: stale\nX-Consul-Index: 7\n"
        "X-Consul-Knownleader: true\nX-Consul-Lastcontact: 0\n");
}

TEST_CASE("gzip is for who names it") {
  CHECK(takes_gzip("gzip"));
  CHECK(takes_gzip("deflate, GZIP;q=0.5"));
  CHECK_FALSE(takes_gzip(""));
  CHECK_FALSE(takes_gzip("*"));
  CHECK_FALSE(takes_gzip("gzip;q=0"));
  CHECK_FALSE(takes_gzip("gzip;q=x"));
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{100000}}) {
    const std::string packed = gzip(std::string(size, 'x'));
    CHECK(packed.starts_with("\x1F\x8B"));
    CHECK(packed.size() < size + 40);
  }
  const auto empty = write_reply({.content_type = "", .body = ""}, {}, "gzip");
  CHECK(empty.fields.empty());
}

}  // namespace gw::mesh
