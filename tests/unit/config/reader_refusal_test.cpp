#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "base/files.h"
#include "config/codes.h"
#include "reading.h"

namespace {

using gw::config::testing::place;
using gw::config::testing::places;
using gw::config::testing::read;

struct Row {
  std::string_view why;
  std::string_view text;
  std::string_view found;  // code and place of every finding
};

void check(const Row& row, const std::string& name) {
  CAPTURE(row.why);
  const auto got = read(row.text, name);
  CHECK(places(got.found) == row.found);
  CHECK(got.found.errors() > 0);
  for (const auto& d : got.found.all()) CHECK(gw::config::find_code(d.code) != nullptr);
}

std::string repeat(std::string_view part, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += part;
  return out;
}

TEST_CASE("a mistake in YAML is told at its exact place") {
  for (const Row& row : {
           Row{"tab indentation", "a:\n\tb: 1\n", "GW1005 2:1-2:2"},
           Row{"tab behind spaces", "a:\n  b: 1\n  \tc: 2\n", "GW1005 3:3-3:4"},
           Row{"open list", "a: [1, 2\nb: 3\n", "GW1004 2:2-2:3"},
           Row{"open mapping", "a: {b: 1\n", "GW1004 2:1-2:1"},
           Row{"open list at the root", "[a, [b, c\n", "GW1004 1:5-1:6"},
           Row{"open double quote", "a: \"xyz\nb: 3\n", "GW1004 1:4-1:5"},
           Row{"open single quote", "a: 'it''s\n", "GW1004 1:4-1:5"},
           Row{"two values on a line", "a: b: c\n", "GW1004 1:5-1:6"},
           Row{"wrong indentation", "a:\n  - x\n b: 1\n", "GW1004 3:2-3:4"},
           Row{"closing bracket alone", "a: ]\n", "GW1004 1:4-1:5"},
           Row{"reserved character", "a: @x\n", "GW1004 1:4-1:6"},
           Row{"unknown escape", "a: \"\\q\"\n", "GW1004 1:7-1:8"},
           Row{"unknown anchor", "a: *nope\n", "GW1004 1:4-1:9"},
           Row{"what follows a whole document", "- a\nb: 1\n", "GW1004 2:1-2:2"},
           Row{"characters count, not bytes", "\"\xC3\xA9\xE2\x82\xAC\": @\n", "GW1004 1:7-1:8"},
           Row{"a byte order mark is no column", "\xEF\xBB\xBF@\n", "GW1004 1:1-1:2"},
           Row{"lines may end with CRLF", "a: 1\r\nb: @\r\n", "GW1004 2:4-2:5"},
       }) {
    check(row, "a.yml");
  }
}

TEST_CASE("what YAML allows and a config must not have is refused at its place") {
  for (const Row& row : {
           Row{"duplicate", "a: 1\nb: 2\na: 3\n", "GW1009 3:1-3:2"},
           Row{"duplicate, quoted", "a: 1\n\"a\": 3\n", "GW1009 2:1-2:4"},
           Row{"duplicate in flow", "{a: 1, b: {c: 1, c: 2}}", "GW1009 1:18-1:19"},
           Row{"three times", "a: 1\na: 2\na: 3\n", "GW1009 2:1-2:2\nGW1009 3:1-3:2"},
           Row{"list as key", "? [a]\n: b\n", "GW1010 1:3-1:4"},
           Row{"mapping as key", "{a: 1}: b\n", "GW1010 1:1-1:2"},
           Row{"no key", ": x\n", "GW1010 1:1-1:2"},
           Row{"null key", "~: x\n", "GW1010 1:1-1:2"},
           Row{"merge of a number", "<<: 3\n", "GW1011 1:5-1:6"},
           Row{"merge of a list of words", "<<: [a]\n", "GW1011 1:5-1:8"},
           Row{"two merges", "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", "GW1009 4:3-4:5"},
           Row{"unknown tag", "a: !foo bar\n", "GW1012 1:9-1:12"},
           Row{"binary", "a: !!binary aGk=\n", "GW1012 1:13-1:17"},
           Row{"tag that does not fit", "a: !!int x\n", "GW1012 1:10-1:11"},
           Row{"fraction as int", "a: !!int 1.5\n", "GW1012 1:10-1:13"},
           Row{"tag of a mapping on a list", "a: !!map [x]\n", "GW1012 1:10-1:11"},
           Row{"infinity", "a: .inf\n", "GW1013 1:4-1:8"},
           Row{"not a number", "a: .NaN\n", "GW1013 1:4-1:8"},
           Row{"too large a number", "a: -1e999\n", "GW1013 1:4-1:10"},
           Row{"too large hex", "a: 0x1ffffffffffffffff\n", "GW1013 1:4-1:23"},
           Row{"NUL by escape", "a: \"x\\0y\"\n", "GW1003 1:4-1:10"},
           Row{"control in a key by escape", "\"\\e\": 1\n", "GW1003 1:1-1:5"},
           Row{"self reference", "&x [*x]\n", "GW1008 1:5-1:7"},
           Row{"reference to an ancestor", "a: &x\n  b: {c: *x}\n", "GW1008 2:10-2:12"},
       }) {
    check(row, "a.yml");
  }
}

TEST_CASE("a mistake in JSON is told at its exact place") {
  for (const Row& row : {
           Row{"empty", "", "GW1004 1:1-1:1"},
           Row{"trailing text", "{\"a\": 1}\nx", "GW1004 2:1-2:2"},
           Row{"second document", "[1] [2]", "GW1004 1:5-1:6"},
           Row{"no colon", "{\"a\" 1}", "GW1004 1:6-1:7"},
           Row{"empty item", "[1,,2]", "GW1004 1:4-1:5"},
           Row{"trailing comma", "[1,\n]", "GW1004 2:1-2:2"},
           Row{"unclosed", "[1,", "GW1004 1:4-1:4"},
           Row{"misspelt literal", "{\"a\": tru}", "GW1004 1:7-1:10"},
           Row{"single quotes", "{'a': 1}", "GW1004 1:2-1:5"},
           Row{"line end in a string", "{\"a\":\n \"x\ny\"}", "GW1004 2:4-3:1"},
           Row{"lone surrogate", R"({"a": "\ud800"})", "GW1004 1:14-1:15"},
           Row{"low surrogate first", R"(["\udc00\ud800"])", "GW1004 1:8-1:9"},
           Row{"NUL by escape", R"({"s": "x\u0000y"})", "GW1003 1:7-1:17"},
           Row{"control by escape", R"(["\u001b"])", "GW1003 1:2-1:10"},
           Row{"overflow", "{\"n\": 1e999}", "GW1013 1:7-1:12"},
           Row{"leading zero", "[01]", "GW1004 1:3-1:4"},
           Row{"comment", "{} // x", "GW1004 1:4-1:6"},
           Row{"duplicate", "{\"a\": 1, \"b\": {\"c\": 1,\n \"c\": 2}, \"a\": 3}",
               "GW1009 2:2-2:5\nGW1009 2:11-2:14"},
           Row{"duplicate by escape", R"({"a": 1, "\u0061": 2})", "GW1009 1:10-1:18"},
       }) {
    check(row, "a.json");
  }
}

TEST_CASE("a text that is not text is refused before any parser sees it") {
  using namespace std::string_view_literals;
  for (const Row& row : {
           Row{"stray byte", "a: 1\nb: x\xFF\n", "GW1002 2:5-2:6"},
           Row{"overlong", "\xC0\xAF", "GW1002 1:1-1:2"},
           Row{"surrogate", "a: \xED\xA0\x80", "GW1002 1:4-1:5"},
           Row{"cut off", "a: \xE2\x82", "GW1002 1:4-1:5"},
           Row{"UTF-16", "\xFF\xFE\x61\x00"sv, "GW1002 1:1-1:2"},
           Row{"NUL", "a: \xC3\xA9\0\n"sv, "GW1003 1:5-1:6"},
           Row{"escape character", "a:\n  \x1b[0m", "GW1003 2:3-2:4"},
           Row{"DEL", "a: \x7F", "GW1003 1:4-1:5"},
           Row{"a picture", "\x89PNG\r\n\x1a\n\0\0"sv, "GW1002 1:1-1:2"},
       }) {
    check(row, "a.yml");
    check(row, "a.json");
  }
}

TEST_CASE("a text above 64 MiB is refused at once") {
  const std::string text(gw::kMaxFileBytes + 1, ' ');
  CHECK(places(read(text).found) == "GW1001 1:1-1:1");
}

TEST_CASE("nesting beyond 64 levels is told where it passes, however deep it goes") {
  std::string stairs;
  for (std::size_t i = 0; i < 3000; ++i) stairs += std::string(i, ' ') + "a:\n";
  struct Deep {
    std::string_view why;
    std::string text;
    std::string name;
    std::string_view found;
  };
  for (const Deep& row : {
           Deep{"JSON arrays", repeat("[", 200'000), "a.json", "GW1006 1:65-1:66"},
           Deep{"JSON objects", repeat("{\"a\":", 200'000), "a.json", "GW1006 1:321-1:322"},
           Deep{"flow lists", repeat("[", 200'000), "a.yml", "GW1006 1:65-1:66"},
           Deep{"flow lists that close", repeat("[", 5'000) + repeat("]", 5'000), "a.yml",
                "GW1006 1:65-1:66"},
           Deep{"flow mappings", repeat("{a: ", 200'000), "a.yml", "GW1006 1:257-1:258"},
           Deep{"flow inside a block", "x: [1,\n" + repeat("[", 200'000), "a.yml",
                "GW1006 2:63-2:64"},
           Deep{"block lists", repeat("- ", 200'000), "a.yml", "GW1006 1:129-1:129"},
           Deep{"block mappings", stairs, "a.yml", "GW1006 65:65-65:65"},
       }) {
    CAPTURE(row.why);
    CHECK(places(read(row.text, row.name).found) == row.found);
  }
}

TEST_CASE("64 levels are read") {
  const std::string text = repeat("[", 64) + repeat("]", 64);
  CHECK(read(text, "a.json").documents.size() == 1);
  CHECK(read("# YAML\n" + text).documents.size() == 1);
  CHECK(places(read("# YAML\n[" + text + "]").found) == "GW1006 2:65-2:66");
}

TEST_CASE("an alias bomb is refused by the values it would make") {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    text += std::string(1, c) + ": &" + c + " [" +
            repeat(std::string("*") + static_cast<char>(c - 1) + ',', 9) + "]\n";
  }
  CHECK(places(read(text).found).starts_with("GW1007 6:"));
}

TEST_CASE("a bomb in many documents is one bomb") {
  // Each of them makes 7,381 values, and is fine by itself.
  std::string one = "a: &a x\n";
  for (char c = 'b'; c <= 'e'; ++c) {
    one += std::string(1, c) + ": &" + c + " [" +
           repeat(std::string("*") + static_cast<char>(c - 1) + ',', 9) + "]\n";
  }
  CHECK(read(one).found.errors() == 0);
  const auto many = read(repeat(one + "---\n", 50));
  CHECK(places(many.found).starts_with("GW1007 "));
  CHECK(many.documents.size() <= gw::config::kMaxAliasVisits / 7381);
}

TEST_CASE("a long string that aliases repeat counts as several values") {
  const auto fan = [](std::size_t n) { return "[" + repeat("*b,", n) + "]"; };
  const std::string text =
      "a: &a " + std::string(64'000, 'x') + "\nb: &b [" + repeat("*a,", 10) + "]\nc: ";
  CHECK(read(text + fan(8) + "\n").found.errors() == 0);
  CHECK(places(read(text + fan(10) + "\n").found).starts_with("GW1007 3:"));
}

TEST_CASE("a path has the beginning of a key that is long, and ends with a character") {
  const auto got =
      read(std::string(255, 'k') + "\u00e9" + std::string(600, 'k') + ":\n  a: 1\n  a: 2\n");
  REQUIRE(got.found.all().size() == 1);
  CHECK(got.found.all().front().path == std::string(255, 'k') + "....a");
}

TEST_CASE("a hundred aliases are read and one more is refused") {
  CHECK(read("a: &a 1\nb: [" + repeat("*a,", 100) + "]\n").found.errors() == 0);
  CHECK(places(read("a: &a 1\nb: [" + repeat("*a,", 101) + "]\n").found) == "GW1007 2:305-2:307");
}

TEST_CASE("one value that never ends is given up without keeping all its tokens") {
  const std::string tokens = repeat("a,", 5'000'000);
  CHECK(places(read("\n[" + tokens).found) == "GW1004 2:1-2:2");
  CHECK(places(read("# \n[" + tokens + "]").found) == "GW1017 2:1-2:2");
}

TEST_CASE("a duplicate key tells both places and its path") {
  const auto got = read("services:\n- name: a\n  port: 80\n  port: 81\n");
  REQUIRE(got.found.all().size() == 1);
  const auto& d = got.found.all().front();
  CHECK(d.path == "services[0].port");
  CHECK(d.message == "the key \"port\" stands twice");
  REQUIRE(d.related.size() == 1);
  CHECK(place(d.related.front().where) == "3:3-3:7");
}

TEST_CASE("a document with an error is left out and its neighbours stay") {
  const auto got = read("a: 1\n---\nb: 1\nb: 2\n---\nc: 3\n");
  CHECK(places(got.found) == "GW1009 4:1-4:2");
  REQUIRE(got.documents.size() == 2);
  CHECK(got.documents[0].member("a") != nullptr);
  CHECK(got.documents[1].member("c") != nullptr);
}

TEST_CASE("flow YAML that is not JSON is judged as what its name says") {
  CHECK(places(read("{\"a\": 1,, }", "a.yml").found) == "GW1010 1:9-1:10");
  CHECK(places(read("{\"a\": 1,, }", "--patch").found) == "GW1004 1:9-1:10");
  CHECK(read("{a: 1}", "--patch").documents.size() == 1);
}

}  // namespace
