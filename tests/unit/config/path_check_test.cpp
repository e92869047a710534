#include <string>

#include <doctest/doctest.h>

#include "config/check_path.h"
#include "loading.h"

using namespace gw::config;
using gw::model::Level;

TEST_CASE("route paths are checked as each Kong does") {
  struct Row {
    const char* path;
    Level level;
    const char* complaint;  // how it begins; "" when it is fine
  };
  for (const Row& row : {
           Row{"/a", {2, 0}, ""},
           Row{"/a//b", {2, 8}, "must not have empty segments"},
           Row{"/a//b", {3, 0}, "must not have empty segments"},
           Row{"/a/../b", {3, 9}, "non-normalized path, consider use '/b' instead"},
           Row{"/%41", {3, 9}, "non-normalized path, consider use '/A' instead"},
           Row{"/%zz", {3, 9}, "invalid url-encoded value: '%zz'"},
           Row{"/%zz", {2, 8}, "invalid url-encoded value: '%zz'"},
           Row{"~/a(b", {3, 9}, "invalid regex: '/a(b' (PCRE returned: pcre2_compile() failed: "},
           Row{"/a(b", {2, 8}, "invalid regex: '/a(b' (PCRE returned: "},
           Row{"~a", {3, 9}, "should start with: / (fixed path) or ~/ (regex path)"},
           Row{"a", {2, 8}, "should start with: /"},
           Row{"~/a$", {3, 9}, ""},
       }) {
    CAPTURE(row.path);
    CAPTURE(row.level.str());
    const auto complaint = check_route_path(row.path, row.level).value_or("");
    CHECK(complaint.starts_with(row.complaint));
    CHECK(complaint.empty() == std::string(row.complaint).empty());
  }
}

TEST_CASE("paths of older files become what Kong 3 makes of them") {
  struct Row {
    const char* old_path;
    const char* new_path;
  };
  for (const Row& row : {Row{"/a", "/a"}, Row{"/a//b/../c", "/a/c"}, Row{R"(/u/\d+)", R"(~/u/\d+)"},
                         Row{"/a(b)%2Ec", R"(~/a(b)\.c)"}, Row{"/%41", "/A"}}) {
    CAPTURE(row.old_path);
    CHECK(migrate_path(row.old_path) == row.new_path);
  }
}

TEST_CASE("the router of Kong 3 knows no look-around and no back-references") {
  for (const char* pattern :
       {"/a(?=b)", "/a(?!b)", "/(?<=a)b", "/(?<!a)b", R"(/(a)\1)", R"(/\k<x>)"}) {
    CAPTURE(pattern);
    CHECK(router_objection(pattern).has_value());
  }
  for (const char* pattern :
       {"/a", R"(/\d+)", "/(?<name>x)", "/(?:a|b)", R"(/[(?=]\\1)", "/a(?i)b"}) {
    CAPTURE(pattern);
    CHECK_FALSE(router_objection(pattern).has_value());
  }
}

TEST_CASE("a 2.1 file at level 3 is migrated, a 3.0 file with such a path is warned about") {
  const auto old_file = testing::load_text(R"({"_format_version": "2.1", "services": [{"name": "s",
    "host": "h", "routes": [{"paths": ["/u/\\d+", "/p"]}]}]})",
                                           "3.9");
  REQUIRE_MESSAGE(old_file.loaded, old_file.all());
  CHECK(old_file.config().routes.at(0).paths == std::vector<std::string>{R"(~/u/\d+)", "/p"});

  const auto new_file = testing::load_at("3.9", "routes: [{paths: ['/u/\\d+']}]\n");
  REQUIRE(new_file.loaded);
  CHECK(new_file.config().routes.at(0).paths.at(0) == R"(/u/\d+)");
  REQUIRE(new_file.find("GW1504") != nullptr);
  CHECK(new_file.find("GW1504")->suggestion == R"(~/u/\d+)");
}
