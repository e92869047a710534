#include <string>

#include <doctest/doctest.h>

#include "mesh/go_values.h"
#include "mesh/reply_json.h"

namespace gw::mesh {
namespace {

std::string fault(std::string_view text) {
  const auto value = read_json(text);
  return value ? "none: " + go_json(*value, false) : value.error().message;
}

}  // namespace

TEST_CASE("JSON is written as Go writes it") {
  const Json value{{"b", "a<b>&c\xE2\x80\xA8\x01\"\\\n"},
                   {"a", {1, -2, 2.5, 0.00001, 1e-7, 1e21, true, nullptr}},
                   {"empty", Json::object()},
                   {"none", Json::array()}};
  CHECK(
      go_json(value, false) ==
      R"({"b":"a\u003cb\u003e\u0026c\u2028\u0001\"\\\n","a":[1,-2,2.5,0.00001,1e-7,1e+21,true,null],)"
      R"("empty":{},"none":[]})");
  CHECK(go_json(Json{{"a", {1}}}, true) == "{\n    \"a\": [\n        1\n    ]\n}\n");
  CHECK(go_json(Json::array(), true) == "[]\n");
  CHECK(go_json("\xFF\xC3\xA9\xED\xA0\x80", false) == "\"\\ufffd\xC3\xA9\\ufffd\\ufffd\\ufffd\"");
}

TEST_CASE("mistakes in JSON are worded as Go's, as Consul 1.8.7 was seen to answer") {
  CHECK(fault("") == "EOF");
  CHECK(fault(" \n") == "EOF");
  CHECK(fault("{") == "unexpected EOF");
  CHECK(fault(R"({"SourceName":"a)") == "unexpected EOF");
  CHECK(fault("x") == "invalid character 'x' looking for beginning of value");
  CHECK(fault("{a}") == "invalid character 'a' looking for beginning of object key string");
  CHECK(fault(R"({"a" 1})") == "invalid character '1' after object key");
  CHECK(fault(R"({"a":1,})") == "invalid character '}' looking for beginning of object key string");
  CHECK(fault(R"({"a":tru})") == "invalid character '}' in literal true (expecting 'e')");
  CHECK(fault(R"({"a":"a\q"})") == "invalid character 'q' in string escape code");
  CHECK(fault(R"({"a":01})") == "invalid character '1' after object key:value pair");
  CHECK(fault("[1 2]") == "invalid character '2' after array element");
  CHECK(fault("[-]") == "invalid character ']' in numeric literal");
  CHECK(fault("\"a\nb\"") == "invalid character '\\n' in string literal");
  CHECK(fault(std::string(200, '[')) == "exceeded max depth");
}

TEST_CASE("JSON is read: the first value, of equal keys the last") {
  CHECK(fault(R"({"a":1,"b":{},"a":[true,null]} trailing)") == R"(none: {"a":[true,null],"b":{}})");
  CHECK(fault(R"("\u00e9\ud83d\ude00\ud83dx\n")") ==
        "none: \"\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBDx\\n\"");
  CHECK(fault("\"a\xFFz\"") == "none: \"a\xEF\xBF\xBDz\"");
  CHECK(fault("18446744073709551615") == "none: 18446744073709551615");
  CHECK(fault("-1.5e2") == "none: -150");
}

TEST_CASE("durations are read as Go reads them") {
  using std::chrono::nanoseconds;
  const auto nanos = [](std::string_view text) {
    const auto span = parse_go_duration(text);
    return span ? span->count() : -1;
  };
  CHECK(nanos("10s") == 10'000'000'000);
  CHECK(nanos("1m30s") == 90'000'000'000);
  CHECK(nanos("250ms") == 250'000'000);
  CHECK(nanos("1.5h") == 5'400'000'000'000);
  CHECK(nanos(".5s") == 500'000'000);
  CHECK(nanos("60000ms") == 60'000'000'000);
  CHECK(nanos("1\xC2\xB5s") == 1000);
  CHECK(nanos("0") == 0);
  CHECK(nanos("-2ns") == -2);
  CHECK(nanos("1." + std::string(400, '0') + "s") == 1'000'000'000);
  for (const char* wrong : {"", "10", "s", "1d", "1s5", ".s", "+", "1 s", "9999999999h"}) {
    CHECK_MESSAGE(!parse_go_duration(wrong), wrong);
  }
  CHECK(go_quote("a\"b\\<\n\x01") == R"("a\"b\\<\n\x01")");
}

}  // namespace gw::mesh
