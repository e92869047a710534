#include "net/redis_protocol.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

namespace gw::net {
namespace {

using Type = RedisReply::Type;

constexpr std::string_view kAnswer = "*3\r\n:42\r\n$-1\r\n*2\r\n$2\r\nab\r\n+OK\r\n-ERR no\r\n";

void check_answer(RedisReader& reader) {
  const auto list = reader.next();
  REQUIRE(list.has_value());
  REQUIRE(list->type == Type::array);
  REQUIRE(list->items.size() == 3);
  CHECK(list->items[0].type == Type::integer);
  CHECK(list->items[0].integer == 42);
  CHECK(list->items[1].type == Type::nil);
  REQUIRE(list->items[2].items.size() == 2);
  CHECK(list->items[2].items[0].text == "ab");
  CHECK(list->items[2].items[1].type == Type::status);
  const auto error = reader.next();
  REQUIRE(error.has_value());
  CHECK(error->type == Type::error);
  CHECK(error->text == "ERR no");
  CHECK_FALSE(reader.next().has_value());
  CHECK(reader.failure().empty());
}

// What the reader says of bytes that no Redis sends.
std::string failure_of(std::string_view bytes) {
  RedisReader reader;
  reader.feed(bytes);
  while (reader.next()) {
  }
  return reader.failure();
}

}  // namespace

TEST_CASE("replies are the same wherever the bytes are split") {
  for (std::size_t at = 0; at <= kAnswer.size(); ++at) {
    CAPTURE(at);
    RedisReader reader;
    reader.feed(kAnswer.substr(0, at));
    reader.feed(kAnswer.substr(at));
    check_answer(reader);
  }
}

TEST_CASE(
    "a list that announces more than any answer has breaks the reader, at once and for good") {
  RedisReader reader;
  reader.feed("*1000000000\r\n");
  CHECK_FALSE(reader.next().has_value());
  CHECK_FALSE(reader.failure().empty());
  reader.feed(":1\r\n");
  CHECK_FALSE(reader.next().has_value());
}

TEST_CASE("what is no RESP breaks the reader") {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n", "$-2\r\n", "*-2\r\n", ":12x\r\n", "\r\n", "@1\r\n"}) {
    CAPTURE(bytes);
    CHECK_FALSE(failure_of(bytes).empty());
  }
}

TEST_CASE("lists are not followed for ever, side by side or into each other") {
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += "*1\r\n";
  CHECK_FALSE(failure_of(deep).empty());
  std::string wide = "*50000\r\n";
  for (int i = 0; i < 3; ++i) wide += "*49999\r\n";
  CHECK_FALSE(failure_of(wide).empty());
}

TEST_CASE("a text that never ends is given up") {
  RedisReader reader;
  reader.feed("$2000000000\r\n");
  const std::string some(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 8 && reader.failure().empty(); ++i) {
    reader.feed(some);
    CHECK_FALSE(reader.next().has_value());
  }
  CHECK_FALSE(reader.failure().empty());
}

TEST_CASE("a command carries its words by length, whatever they hold") {
  std::string out = "before";
  append_command(out, std::array<std::string_view, 2>{"GET", "a\r\nb"});
  CHECK(out == "before*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n");
}

}  // namespace gw::net
