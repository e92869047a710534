#include "admin/form.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "admin/json.h"
#include "admin/violations.h"
#include "config/codes.h"

using namespace gw;
using namespace gw::admin;

TEST_CASE("names of form arguments build records and lists") {
  struct Row {
    std::string_view form;
    std::string_view json;
  };
  constexpr Row kRows[]{
      {"a=1", R"({"a":"1"})"},
      {"a.b.c=1", R"({"a":{"b":{"c":"1"}}})"},
      {"a[]=1&a[]=2", R"({"a":["1","2"]})"},
      {"a=1&a=2&a=3", R"({"a":["1","2","3"]})"},
      {"a[1]=x&a[2]=y", R"({"a":["x","y"]})"},
      {"a[2]=x", R"({"a":{"2":"x"}})"},
      {"a[0]=x", R"({"a":{"0":"x"}})"},
      {"a[k]=x", R"({"a":{"k":"x"}})"},
      {"a.b[1].c=x&a.b[1].d=y", R"({"a":{"b":[{"c":"x","d":"y"}]}})"},
      {"a.h[1]=x", R"({"a":{"h":["x"]}})"},
      {"a+b=c%2Fd+e", R"({"a b":"c\/d e"})"},
      {"a", R"({"a":true})"},
      {"a=", R"({"a":""})"},
      {"a=%zz&&b=1", R"({"a":"%zz","b":"1"})"},
      {"a[=1", R"({"a[":"1"})"},
      {"a=1&a.b=2", R"({"a":{"b":"2"}})"},
      {"", "{}"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.form);
    CHECK(write_json(nest(parse_arguments(row.form, 100))) == row.json);
  }
}

TEST_CASE("a name with thousands of steps is one name") {
  std::string deep = "a";
  for (int i = 0; i < 5000; ++i) deep += ".a";
  CHECK(nest(parse_arguments(deep + "=1", 10)).members.size() == 1);
  CHECK(nest(parse_arguments(deep + "=1", 10)).members.front().key == deep);
}

TEST_CASE("multipart parts are read by name, the last of equal names counts") {
  const std::string part = "Content-Disposition: form-data; name=";
  const std::string body = "--b\r\n" + part + "\"a\"\r\n\r\n1\n\r\n--b\r\n" + part +
                           "x; filename=f\r\n\r\nfile\r\n--b\r\n" + part +
                           "\"a\"\r\n\r\n2\r\n--b--\r\n";
  const auto parts = parse_multipart(body, "multipart/form-data; boundary=\"b\"", 10);
  REQUIRE(parts);
  CHECK(find_argument(*parts, "a") == "2");
  CHECK(find_argument(*parts, "x") == "file");
  CHECK(parts->size() == 2);
  CHECK_FALSE(parse_multipart(body, "multipart/form-data; boundary=b", 1));
}

TEST_CASE("a multipart body cut anywhere is read without harm") {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    CAPTURE(cut);
    const auto parts = parse_multipart(body.substr(0, cut), "multipart/form-data; boundary=b", 10);
    REQUIRE(parts);
    CHECK(parts->size() == (cut + 4 >= body.size() ? 1 : 0));
  }
  for (std::string_view type :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=c",
        "multipart/form-data; boundary=\""}) {
    CAPTURE(type);
    CHECK(parse_multipart(body, type, 10)->empty());
  }
}

TEST_CASE("an error tree is written as Lua writes a table") {
  config::Diagnostics found;
  const auto add = [&](std::string_view path, std::string_view message) {
    auto d = config::make_diagnostic("GW1203", {}, std::string(message));
    d.path = path;
    found.add(std::move(d));
  };
  add("services[1].plugins[0].config.minute", "m");
  add("services[1]", "whole entity");
  add("services[1].tags[0]", "t");
  add("consumers[0].host-name", "say \"h\"");
  const auto tree = error_tree(found);
  CHECK(write_json(tree) ==
        R"({"services":[null,{"plugins":[{"config":{"minute":"m"}}],"@entity":["whole entity"],)"
        R"("tags":["t"]}],"consumers":[{"host-name":"say \"h\""}]})");
  CHECK(lua_table(tree) ==
        R"({services={[2]={plugins={{config={minute="m"}}},["@entity"]={"whole entity"},)"
        R"(tags={"t"}}},consumers={{["host-name"]="say \"h\""}}})");
}
