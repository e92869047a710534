#include "gateway/path_rewrite.h"

#include <string_view>

#include <doctest/doctest.h>

namespace gw::gateway {

TEST_CASE("the upstream path follows Kong's table for both versions, stripped and kept") {
  struct Row {
    std::string_view base, matched, path, v0_strip, v0_keep, v1_strip, v1_keep;
  };
  for (const Row& r :
       {Row{"/", "/pets", "/pets/7", "/7", "/pets/7", "/7", "/pets/7"},
        Row{"/api", "/pets", "/pets/7", "/api/7", "/api/pets/7", "/api/7", "/apipets/7"},
        Row{"/api", "/pets", "/petshop", "/api/hop", "/api/petshop", "/apihop", "/apipetshop"},
        Row{"/api/", "/pets", "/pets", "/api", "/api/pets", "/api/", "/api/pets"},
        Row{"/api/", "/pets/", "/pets/7", "/api/7", "/api/pets/7", "/api/7", "/api/pets/7"},
        Row{"/api", "/pets/", "/pets/7", "/api/7", "/api/pets/7", "/api7", "/apipets/7"}}) {
    CAPTURE(r.base);
    CAPTURE(r.path);
    Arena arena;
    const auto rewrite = [&](model::PathHandling handling, bool strip) {
      return upstream_path({handling, strip, r.base, r.path, r.matched, true}, arena);
    };
    CHECK(rewrite(model::PathHandling::v0, true) == r.v0_strip);
    CHECK(rewrite(model::PathHandling::v0, false) == r.v0_keep);
    CHECK(rewrite(model::PathHandling::v1, true) == r.v1_strip);
    CHECK(rewrite(model::PathHandling::v1, false) == r.v1_keep);
  }
}

TEST_CASE("a dot segment left by stripping does not go upstream") {
  struct Row {
    std::string_view path, upstream;
  };
  for (const Row& r : {Row{"/pets.", "/api"}, Row{"/pets..", "/api"}, Row{"/pets./x", "/api/x"},
                       Row{"/pets../x", "/api/x"}}) {
    CAPTURE(r.path);
    Arena arena;
    CHECK(upstream_path({model::PathHandling::v0, true, "/api", r.path, "/pets", true}, arena) ==
          r.upstream);
  }
}

TEST_CASE("a route without paths strips nothing") {
  Arena arena;
  CHECK(upstream_path({model::PathHandling::v0, true, "/api", "/x/y", "", false}, arena) ==
        "/api/x/y");
}

}  // namespace gw::gateway
