#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "fake_node.h"

using namespace gw;
using namespace gw::admin;
using namespace gw::admin::testing;
using Json = nlohmann::json;

namespace {

Json body_of(const Response& response) {
  return Json::parse(response.body);
}

std::string consumers(int count) {
  std::string out = "consumers:\n";
  for (int i = 0; i < count; ++i) {
    out += "- username: c" + std::to_string(i) +
           (i % 2 == 0 ? "\n  tags: [even, all]\n" : "\n  tags: [odd, all]\n");
  }
  return out;
}

}  // namespace

TEST_CASE("following next visits every entity once, in ascending order of id") {
  for (std::string_view level : {"2.0", "2.8", "3.9"}) {
    for (std::string_view start :
         {"/consumers?size=7", "/consumers", "/consumers?tags=all&size=1"}) {
      CAPTURE(level);
      CAPTURE(start);
      FakeNode node(level, consumers(120));
      std::vector<std::string> ids;
      std::string target(start);
      while (!target.empty()) {
        const Json page = body_of(get(node, target));
        for (const Json& row : page.at("data")) ids.push_back(row.at("id"));
        target = page.at("next").is_null() ? "" : page.at("next").get<std::string>();
        CHECK(page.contains("offset") == !target.empty());
      }
      CHECK(ids.size() == 120);
      CHECK(std::ranges::is_sorted(ids));
      CHECK(std::ranges::adjacent_find(ids) == ids.end());
    }
  }
}

TEST_CASE("next repeats the tags, and the size from 3.0 on only") {
  for (const auto& [level, repeats] : {std::pair{"2.8", false}, std::pair{"3.9", true}}) {
    CAPTURE(level);
    FakeNode node(level, consumers(9));
    const std::string next =
        body_of(get(node, "/consumers?size=2&tags=all/odd")).at("next").get<std::string>();
    CHECK(next.starts_with("/consumers?offset=W"));
    CHECK(next.find("&tags=all%2Fodd") != std::string::npos);
    CHECK((next.find("&size=2") != std::string::npos) == repeats);
  }
}

TEST_CASE("the token is the id of the last row, as Kong writes it") {
  FakeNode node("3.9",
                "consumers:\n- {username: a, id: 00000000-0000-4000-8000-000000000851}\n"
                "- {username: b, id: 00000000-0000-4000-8000-000000000852}\n");
  CHECK(body_of(get(node, "/consumers?size=1")).at("offset") ==
        "WyIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDA4NTEiXQ");
}

TEST_CASE("a bad size, offset or tag filter is refused in Kong's words") {
  struct Row {
    std::string_view query;
    int code;
    std::string_view message;
  };
  constexpr Row kRows[]{
      {"size=x", 9, "size must be a number"},
      {"size=", 9, "size must be a number"},
      {"size=0", 9, "size must be an integer between 1 and 1000"},
      {"size=1.5", 9, "size must be an integer between 1 and 1000"},
      {"size=1001", 9, "size must be an integer between 1 and 1000"},
      {"size=0&offset=!", 9, "size must be an integer between 1 and 1000"},
      {"offset=!", 7, "'!' is not a valid offset: bad base64 encoding"},
      {"offset=zzzz", 7, "'zzzz' is not a valid offset: bad json encoding"},
      {"tags=a,b/c", 11, "invalid option (tags: invalid filter syntax)"},
      {"tags=a,,b", 11, "invalid option (tags: invalid filter syntax)"},
      {"tags=,", 11, "invalid option (tags: invalid filter syntax)"},
      {"tags=/", 11, "invalid option (tags: invalid filter syntax)"},
      {"tags=a,b,c,d,e,f", 11, "invalid option (tags: cannot query more than 5 tags)"},
      {"tags=", 11, "invalid option (tags: cannot be null)"},
  };
  FakeNode node("3.9", kShop);
  for (const Row& row : kRows) {
    CAPTURE(row.query);
    const Response response = get(node, "/services?" + std::string(row.query));
    CHECK(response.status == 400);
    CHECK(body_of(response).at("code") == row.code);
    CHECK(body_of(response).at("message") == row.message);
  }
}

TEST_CASE("tags filter with a comma for all of them and a slash for any") {
  struct Row {
    std::string_view query;
    std::size_t found;
  };
  constexpr Row kRows[]{
      {"tags=shop", 2},           {"tags=shop,front", 1}, {"tags=shop%2Cfront", 1},
      {"tags=front/nope", 1},     {"tags=nope", 0},       {"tags=shop,", 0},
      {"tags=shop&tags=nope", 2}, {"other=1", 2},         {"size=1e2", 2}};
  FakeNode node("3.9", kShop);
  for (const Row& row : kRows) {
    CAPTURE(row.query);
    const Json page = body_of(get(node, "/services?" + std::string(row.query)));
    CHECK(page.at("data").size() == row.found);
    CHECK(page.at("next").is_null());
  }
}

TEST_CASE("an empty token leads to an empty page") {
  FakeNode node("3.9", kShop);
  CHECK(get(node, "/services?offset=W10").body == R"({"data":[],"next":null})");
}

TEST_CASE("tags are listed with who carries them") {
  FakeNode node("3.9", kShop);
  CHECK(body_of(get(node, "/tags")).at("data").size() == 4);
  const Json rows = body_of(get(node, "/tags/back")).at("data");
  REQUIRE(rows.size() == 1);
  CHECK(rows.at(0).at("entity_name") == "routes");
  CHECK(rows.at(0).at("tag") == "back");
  CHECK(get(node, "/tags/none").body == R"({"data":[],"next":null})");
  FakeNode old("2.8", kShop);
  CHECK(get(old, "/tags/none").body == R"({"data":{},"next":null})");
  CHECK(get(node, "/tags/a,b").status == 400);
}

TEST_CASE("consumers are found by their custom_id") {
  FakeNode node("3.9", kShop);
  CHECK(body_of(get(node, "/consumers?custom_id=42")).at("data").at(0).at("username") == "bob");
  CHECK(body_of(get(node, "/consumers?custom_id=43")).at("data").empty());
  CHECK(get(node, "/consumers?custom_id=").status == 400);
}
