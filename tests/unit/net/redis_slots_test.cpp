#include "net/redis_slots.h"

#include <doctest/doctest.h>

namespace gw::net {
namespace {

using Type = RedisReply::Type;

RedisReply number(std::int64_t value) {
  return {.type = Type::integer, .integer = value, .text = {}, .items = {}};
}
RedisReply range(std::int64_t first, std::int64_t last, std::string host, std::int64_t port) {
  RedisReply node{.type = Type::array, .integer = 0, .text = {}, .items = {}};
  node.items = {{.type = Type::text, .integer = 0, .text = std::move(host), .items = {}},
                number(port)};
  return {
      .type = Type::array, .integer = 0, .text = {}, .items = {number(first), number(last), node}};
}
RedisReply slots(std::vector<RedisReply> ranges) {
  return {.type = Type::array, .integer = 0, .text = {}, .items = std::move(ranges)};
}

}  // namespace

TEST_CASE("keys fall into the slots that the specification gives them") {
  CHECK(redis_slot("123456789") == 0x31C3);
  CHECK(redis_slot("foo{bar}baz") == redis_slot("bar"));
  CHECK(redis_slot("{user1000}.following") == redis_slot("{user1000}.followers"));
  CHECK(redis_slot("foo{}{bar}") != redis_slot("bar"));
  CHECK(redis_slot("foo{{bar}}zap") == redis_slot("{bar"));
  CHECK(redis_slot("foo{bar}{zap}") == redis_slot("bar"));
}

TEST_CASE("a slot is found where CLUSTER SLOTS or a redirection put it") {
  RedisSlotMap map;
  CHECK(map.node(5) == nullptr);
  REQUIRE(map.read(slots({range(0, 8000, "a", 1), range(8001, 16383, "", 2)})));
  CHECK(*map.node(8000) == RedisNode{"a", 1});
  CHECK(*map.node(8001) == RedisNode{"", 2});
  map.set(8000, {"b", 3});
  CHECK(*map.node(8000) == RedisNode{"b", 3});
  CHECK(*map.node(7999) == RedisNode{"a", 1});
  map.forget({"a", 1});
  CHECK(map.node(7999) == nullptr);
  CHECK(map.node(8000) != nullptr);
}

TEST_CASE("what is no list of slots changes nothing") {
  RedisSlotMap map;
  REQUIRE(map.read(slots({range(0, 16383, "a", 1)})));
  CHECK_FALSE(map.read(number(1)));
  CHECK_FALSE(map.read(slots({range(0, 16384, "b", 1)})));
  CHECK_FALSE(map.read(slots({range(-1, 5, "b", 1)})));
  CHECK_FALSE(map.read(slots({range(0, 5, "b", 70000)})));
  CHECK(*map.node(0) == RedisNode{"a", 1});
}

TEST_CASE("redirections name a slot and a node, IPv6 and empty hosts included") {
  const auto moved = read_redirection("MOVED 3999 127.0.0.1:6381");
  REQUIRE(moved.has_value());
  CHECK(moved->slot == 3999);
  CHECK(moved->node == RedisNode{"127.0.0.1", 6381});
  CHECK(read_redirection("ASK 1 ::1:6381")->node == RedisNode{"::1", 6381});
  CHECK(read_redirection("MOVED 1 :6381")->node == RedisNode{"", 6381});
  for (const std::string_view text : {"MOVED", "MOVED 1", "MOVED 16384 a:1", "MOVED x a:1",
                                      "MOVED 1 a", "MOVED 1 a:0", "MOVED 1 a:65536", "ERR 1 a:1"}) {
    CAPTURE(text);
    CHECK_FALSE(read_redirection(text).has_value());
  }
}

}  // namespace gw::net
