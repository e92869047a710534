#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "reading.h"

namespace {

using gw::config::Kind;
using gw::config::Node;
using gw::config::testing::place;
using gw::config::testing::places;
using gw::config::testing::read;
using gw::config::testing::shape;

std::string one(std::string_view text, const std::string& name = "a.yml") {
  const auto got = read(text, name);
  return got.documents.size() == 1 ? shape(got.documents.front()) : places(got.found);
}

struct Row {
  std::string_view text;
  std::string_view shape;
};

TEST_CASE("plain scalars are read by YAML 1.2's core schema") {
  for (const Row& row : {
           Row{"[null, Null, NULL, ~]", "[null,null,null,null]"},
           Row{"[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]"},
           Row{"[0, 12, -3, +4]", "[0i,12i,-3i,4i]"},
           Row{"[1.5, -0.25, .5, 1., 1e3, 1.0, 2E-1]", "[1.5f,-0.25f,0.5f,1i,1000i,1i,0.2f]"},
           Row{"[0x1F, 0o17, 0xg, 0o8]", "[31i,15i,\"0xg\",\"0o8\"]"},
           Row{"[1.2.3, -, 1-2, 1e, e1, tRUE, nULL, .]",
               "[\"1.2.3\",\"-\",\"1-2\",\"1e\",\"e1\",\"tRUE\",\"nULL\",\".\"]"},
           Row{"['12', \"true\", '~', '']", "[\"12\",\"true\",\"~\",\"\"]"},
           Row{"[2020-09-05, 10s, 192.0.2.1, '*']", "[\"2020-09-05\",\"10s\",\"192.0.2.1\",\"*\"]"},
           Row{"a:\nb: ~\nc: ''", "{a:null,b:null,c:\"\"}"},
           Row{"1: a\ntrue: b\n2.50: c", "{1:\"a\",true:\"b\",2.50:\"c\"}"},
       }) {
    CAPTURE(row.text);
    CHECK(one(row.text) == row.shape);
  }
}

TEST_CASE("tags of the core schema decide") {
  for (const Row& row : {
           Row{"!!str 12", "\"12\""},
           Row{"!!str", "\"\""},
           Row{"! 12", "\"12\""},
           Row{"!!int \"12\"", "12i"},
           Row{"!!float 3", "3i"},
           Row{"!!bool 'true'", "true"},
           Row{"!!null ''", "null"},
           Row{"!!seq [a]", "[\"a\"]"},
           Row{"!!map {a: !<tag:yaml.org,2002:str> 1}", "{a:\"1\"}"},
       }) {
    CAPTURE(row.text);
    CHECK(one("- " + std::string(row.text)) == "[" + std::string(row.shape) + "]");
  }
}

TEST_CASE("a number keeps its spelling") {
  const auto got = read("_format_version: 3.0\nb: \"3.0\"\nc: 0x10\n");
  REQUIRE(got.documents.size() == 1);
  const Node& root = got.documents.front();
  CHECK(root.find("_format_version")->is(Kind::number));
  CHECK(root.find("_format_version")->text == "3.0");
  CHECK(root.find("_format_version")->integer);
  CHECK(root.find("b")->is(Kind::string));
  CHECK(root.find("b")->quoted);
  CHECK(root.find("c")->text == "0x10");
}

TEST_CASE("spellings that YAML 1.1 reads otherwise are warned of") {
  for (const Row& row : {
           Row{"yes", "GW1014"},
           Row{"Off", "GW1014"},
           Row{"NO", "GW1014"},
           Row{"0123", "GW1015"},
           Row{"-010", "GW1015"},
           Row{"1:30", "GW1015"},
           Row{"1_000", "GW1015"},
           Row{"0b11", "GW1015"},
           Row{"'yes'", ""},
           Row{"\"0123\"", ""},
           Row{"!!str 0123", ""},
           Row{"y", ""},
           Row{"nO", ""},
           Row{"0", ""},
           Row{"0.5", ""},
           Row{"12:99", ""},
           Row{"a_b", ""},
       }) {
    CAPTURE(row.text);
    const auto got = read("a: " + std::string(row.text));
    CHECK(got.documents.size() == 1);
    CHECK(got.found.errors() == 0);
    CHECK(got.found.warnings() == (row.shape.empty() ? 0 : 1));
    CHECK(places(got.found).starts_with(row.shape));
  }
}

TEST_CASE("0123 is 123 and the warning says what Kong makes of it") {
  const auto got = read("minute: 0123\n");
  CHECK(shape(got.documents.at(0)) == "{minute:123i}");
  CHECK(got.found.all().at(0).message ==
        "0123 is 123 here, but 83 to readers of YAML 1.1 such as Kong's");
}

TEST_CASE("keys are not warned of") {
  CHECK(read("on: 1\n0123: 2\n").found.all().empty());
}

TEST_CASE("merge keys are merged: explicit keys win, then the earlier mapping") {
  for (const Row& row : {
           Row{"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", "{a:{x:1i,y:2i},b:{x:1i,y:3i}}"},
           Row{"a: &a {x: 1}\nb: {y: 3, <<: *a}", "{a:{x:1i},b:{y:3i,x:1i}}"},
           Row{"b: {<<: [{x: 1}, {x: 2, y: 2}], z: 3}", "{b:{x:1i,y:2i,z:3i}}"},
           Row{"b: {<<: {}, z: 3}", "{b:{z:3i}}"},
           Row{"b: {\"<<\": {x: 1}}", "{b:{<<:{x:1i}}}"},
       }) {
    CAPTURE(row.text);
    CHECK(one(row.text) == row.shape);
  }
  CHECK(one("{\"<<\": {\"x\": 1}}", "a.json") == "{<<:{x:1i}}");
}

TEST_CASE("an alias repeats its anchor, and anchors nest") {
  CHECK(one("a: &a [1, &b {x: 2}]\nc: *a\nd: *b\n") == "{a:[1i,{x:2i}],c:[1i,{x:2i}],d:{x:2i}}");
  CHECK(one("a: &k word\n*k : 1\n") == "{a:\"word\",word:1i}");
  CHECK(one("a: &a x\nb: &a y\nc: *a\n") == "{a:\"x\",b:\"y\",c:\"y\"}");
  CHECK(one("a: &a [&b x]\nc: &c [*a, *b]\nd: *c\n") ==
        "{a:[\"x\"],c:[[\"x\"],\"x\"],d:[[\"x\"],\"x\"]}");
}

TEST_CASE("an anchor ends with its document") {
  CHECK(places(read("a: &a 1\n---\nb: *a\n").found) == "GW1004 3:4-3:6");
}

TEST_CASE("empty documents are left out") {
  for (const std::string_view text :
       {"", "\n", "# only words\n", "---\n", "---\n...\n---\n# x\n", "\xEF\xBB\xBF", "   \n\n"}) {
    CAPTURE(text);
    const auto got = read(text);
    CHECK(got.documents.empty());
    CHECK(got.found.all().empty());
  }
  CHECK(read("---\n---\na: 1\n...\n---\n---\nb: 1\n").documents.size() == 2);
}

TEST_CASE("every part of a tree has its place") {
  const auto got = read(
      "a: \"w\xC3\xA9\" # c\n"    // 1
      "\xC3\xA9: [x, {y: 12}]\n"  // 2
      "empty:\n"                  // 3
      "fold: many\n"              // 4
      "  words\n"                 // 5
      "block: |\n"                // 6
      "  l1\n"                    // 7
      "\n"                        // 8
      "list:\n"                   // 9
      "- &anchor !!str 5\n"       // 10
      "-\n"                       // 11
      "- *anchor\n"               // 12
      "- a: 1\n"                  // 13
      "  b: 'it''s'\n");          // 14
  REQUIRE(got.documents.size() == 1);
  const Node& root = got.documents.front();
  const Node& list = *root.find("list");
  CHECK(place(root.where) == "1:1-14:13");
  CHECK(place(root.find("a")->where) == "1:4-1:8");
  CHECK(place(root.members[1].key_where) == "2:1-2:2");
  CHECK(place(root.members[1].value.where) == "2:4-2:16");
  CHECK(place(root.members[1].value.items[1].where) == "2:8-2:15");
  CHECK(place(root.members[1].value.items[1].find("y")->where) == "2:12-2:14");
  CHECK(place(root.find("empty")->where) == "3:1-3:6");
  CHECK(place(root.find("fold")->where) == "4:7-5:8");
  CHECK(place(root.find("block")->where) == "6:8-7:5");
  CHECK(place(list.where) == "10:1-14:13");
  CHECK(place(list.items[0].where) == "10:17-10:18");
  CHECK(place(list.items[1].where) == "11:1-11:2");
  CHECK(place(list.items[2].where) == "12:3-12:10");
  CHECK(place(list.items[3].where) == "13:3-14:13");
  CHECK(place(list.items[3].find("b")->where) == "14:6-14:13");
}

TEST_CASE("every part of a JSON text has its place") {
  const auto got =
      read("{\n \"a\": [1.5 , -2e3,\ttrue],\n \"\xC3\xA9\\\"\": {\"b\":null}}", "a.json");
  REQUIRE(got.documents.size() == 1);
  const Node& root = got.documents.front();
  CHECK(place(root.where) == "1:1-3:20");
  CHECK(place(root.members[0].key_where) == "2:2-2:5");
  CHECK(place(root.members[0].value.where) == "2:7-2:25");
  CHECK(place(root.members[0].value.items[0].where) == "2:8-2:11");
  CHECK(place(root.members[0].value.items[1].where) == "2:14-2:18");
  CHECK(place(root.members[0].value.items[2].where) == "2:20-2:24");
  CHECK(place(root.members[1].key_where) == "3:2-3:7");
  CHECK(place(root.members[1].value.where) == "3:9-3:19");
  CHECK(place(root.members[1].value.members[0].value.where) == "3:14-3:18");
}

TEST_CASE("surrogate pairs of JSON are read under a YAML name too") {
  CHECK(one(R"({"a": "\ud83d\ude00"})", "a.yml") == "{a:\"\xF0\x9F\x98\x80\"}");
}

}  // namespace
