#include "config/tree.h"

#include <doctest/doctest.h>

#include "reading.h"

namespace {

using gw::config::Kind;
using gw::config::Node;
using gw::config::testing::read;
using gw::config::testing::shape;

Node json(std::string_view text) {
  return read(text, "a.json").documents.at(0);
}

TEST_CASE("merge patches do what RFC 7396 appendix A lists") {
  struct Row {
    std::string_view target, patch, result;
  };
  for (const Row& row : {
           Row{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
           Row{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
           Row{R"({"a":"b"})", R"({"a":null})", R"({})"},
           Row{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
           Row{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
           Row{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
           Row{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
           Row{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
           Row{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
           Row{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
           Row{R"({"a":"foo"})", R"(null)", R"(null)"},
           Row{R"({"a":"foo"})", R"("bar")", R"("bar")"},
           Row{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
           Row{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
           Row{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
       }) {
    CAPTURE(row.target);
    CAPTURE(row.patch);
    Node target = json(row.target);
    merge_patch(target, json(row.patch));
    CHECK(shape(target) == shape(json(row.result)));
  }
}

TEST_CASE("members are found in mappings only") {
  const Node root = json(R"({"a": {"b": 1}, "l": [1]})");
  REQUIRE(root.find("a") != nullptr);
  CHECK(root.find("a")->find("b")->number == 1);
  CHECK(root.find("c") == nullptr);
  CHECK(root.find("l")->find("0") == nullptr);
  CHECK(root.member("a")->key == "a");
}

TEST_CASE("setting a key replaces its value or adds it at the end") {
  Node root = json(R"({"a": 1, "b": 2})");
  set(root, "a", gw::config::make_string("x"));
  set(root, "c", gw::config::make_boolean(true));
  CHECK(shape(root) == "{a:\"x\",b:2i,c:true}");
}

TEST_CASE("a number that the program makes is spelt as Kong prints it") {
  CHECK(gw::config::make_number(3).text == "3");
  CHECK(gw::config::make_number(3).integer);
  CHECK(gw::config::make_number(2.5).text == "2.5");
  CHECK_FALSE(gw::config::make_number(2.5).integer);
}

}  // namespace
