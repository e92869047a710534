#include "mesh/key_values.h"

#include <doctest/doctest.h>

#include "unit/mesh/catalog_world.h"

namespace gw::mesh {
namespace {

using testing::CatalogWorld;

struct World : CatalogWorld {
  std::string put_kv(const char* target, std::string body = "x") {
    return said(put(std::string("kv/") + target, std::move(body)));
  }
  Reply kv(const std::string& target) { return get("kv/" + target); }
  std::string drop(const std::string& target) { return said(ask("DELETE", "kv/" + target)); }
};

TEST_CASE("a key is shown as Consul shows it") {
  World world;
  CHECK(world.put_kv("a/b?flags=42") == "200 true\n");
  const Reply reply = world.kv("a/b");
  CHECK(reply.body == R"([
    {
        "LockIndex": 0,
        "Key": "a/b",
        "Flags": 42,
        "Value": "eA==",
        "CreateIndex": 11,
        "ModifyIndex": 11
    }
]
)");
  CHECK(reply.index == 11);
  CHECK_FALSE(reply.has_consistency);
  CHECK(world.put_kv("empty", "") == "200 true\n");
  CHECK(world.kv("empty").body.find("\"Value\": null") != std::string::npos);
  const Reply raw = world.kv("a/b?raw");
  CHECK(raw.body == "x");
  CHECK(raw.content_type == "text/plain");
  CHECK(raw.fields.size() == 2);
}

TEST_CASE("what is not there is 404 with an index") {
  World world;
  const Reply none = world.kv("nope");
  CHECK(none.status == 404);
  CHECK(none.body.empty());
  CHECK(none.content_type.empty());
  CHECK(none.index == 1);
  CHECK(world.put_kv("other") == "200 true\n");
  CHECK(world.kv("nope").index == 11);
  CHECK(world.kv("zz?recurse").status == 404);
  CHECK(world.kv("zz?keys").status == 404);
  CHECK(world.said(world.kv("")) == "400 Missing key name");
  CHECK(world.put_kv("") == "400 Missing key name");
  CHECK(world.drop("") == "400 Missing key name");
}

TEST_CASE("check-and-set writes only over what the writer has seen") {
  World world;
  CHECK(world.put_kv("k?cas=1") == "200 false\n");
  CHECK(world.put_kv("k?cas=0") == "200 true\n");
  CHECK(world.put_kv("k?cas=0") == "200 false\n");
  CHECK(world.put_kv("k?cas=11", "y") == "200 true\n");
  CHECK(world.put_kv("k?cas=x") == "500 strconv.ParseUint: parsing \"x\": invalid syntax");
  CHECK(world.put_kv("k?flags=18446744073709551616") ==
        "500 strconv.ParseUint: parsing \"18446744073709551616\": value out of range");
  CHECK(world.drop("k?cas=11") == "200 false\n");
  CHECK(world.drop("k?cas=12") == "200 true\n");
  CHECK(world.drop("k?cas=12") == "200 true\n");
  CHECK(world.drop("k?recurse&cas=1") == "400 Conflicting flags: cas=1&recurse=");
}

TEST_CASE("writing the same again changes nothing") {
  World world;
  CHECK(world.put_kv("k", "1") == "200 true\n");
  CHECK(world.put_kv("k", "1") == "200 true\n");
  CHECK(world.state->changes.index() == 11);
  CHECK(world.put_kv("k?flags=2", "1") == "200 true\n");
  CHECK(world.kv("k").index == 12);
}

TEST_CASE("keys and trees are listed by prefix") {
  World world;
  for (const char* key : {"a/b", "a/c", "a/d/e", "f"}) CHECK(world.put_kv(key) == "200 true\n");
  CHECK(world.kv("?keys").body == R"([
    "a/b",
    "a/c",
    "a/d/e",
    "f"
]
)");
  CHECK(world.kv("?keys&separator=/").body == "[\n    \"a/\",\n    \"f\"\n]\n");
  CHECK(world.kv("a/?keys&separator=/").body == "[\n    \"a/b\",\n    \"a/c\",\n    \"a/d/\"\n]\n");
  CHECK(world.kv("a/?keys").index == 13);
  CHECK(world.kv("a?recurse").index == 13);
  CHECK(world.kv("?recurse").index == 14);
  CHECK(world.drop("a?recurse") == "200 true\n");
  CHECK(world.kv("a?recurse").status == 404);
  CHECK(world.kv("a?recurse").index == 15);
  CHECK(world.drop("?recurse") == "200 true\n");
  CHECK(world.kv("?keys").body == "[]\n");
}

TEST_CASE("a watcher of one key sleeps on while others change") {
  World world;
  CHECK(world.put_kv("other") == "200 true\n");
  CHECK(world.put_kv("own") == "200 true\n");
  CHECK(world.kv("own?index=12").index == 12);
  CHECK(world.kv("missing?index=12").index == 12);
  CHECK(world.put_kv("other", "2") == "200 true\n");
  CHECK(world.kv("own?index=12").index == 12);
  CHECK(world.kv("missing?index=12").index == 12);
  CHECK(world.kv("mi?recurse&index=12").index == 12);
  CHECK(world.put_kv("missing", "now") == "200 true\n");
  CHECK(world.kv("missing?index=12").index == 14);
  CHECK(world.kv("mi?recurse&index=12").index == 14);
  CHECK(world.drop("missing") == "200 true\n");
  CHECK(world.kv("missing?index=14").index == 15);
  CHECK(world.kv("mi?recurse&index=14").index == 15);
  CHECK(world.kv("missing?index=99").index == 15);
}

TEST_CASE("a value may have 512 KiB") {
  World world;
  CHECK(world.put_kv("big", std::string(kMaxValueBytes, 'x')) == "200 true\n");
  CHECK(world.put_kv("big", std::string(kMaxValueBytes + 1, 'x')) ==
        "413 Request body(524289 bytes) too large, max size: 524288 bytes. See "
        "https://www.consul.io/docs/agent/options.html#kv_max_value_size.");
}

TEST_CASE("the store is bounded in keys and bytes") {
  testing::VirtualLoop loop;
  Changes changes(loop.loop);
  KeyValues kv(changes);
  for (std::size_t i = 0; i < KeyValues::kMaxKeys; ++i) {
    REQUIRE(kv.put(std::to_string(i), "", 0));
  }
  CHECK_FALSE(kv.put("more", "", 0));
  CHECK(kv.put("1", "still", 0));
  kv.remove_all("");
  CHECK(kv.put("more", "", 0));
  CHECK_FALSE(kv.put(std::string(KeyValues::kMaxKeyBytes + 1, 'k'), "", 0));
  kv.remove_all("");
  const std::string half(KeyValues::kMaxBytes / 2, 'x');
  CHECK(kv.put("a", half, 0));
  CHECK_FALSE(kv.put("b", half, 0));
  CHECK(kv.put("a", "small", 0));
  CHECK(kv.put("b", half, 0));
  loop.loop.end();
}

TEST_CASE("without sessions nobody holds a lock") {
  World world;
  CHECK(world.put_kv("k?acquire=abc") ==
        "500 failed session lookup: index error: UUID must be 36 characters");
  CHECK(world.put_kv("k?acquire=3f2e0d6e-0000-0000-0000-000000000000") ==
        "500 invalid session \"3f2e0d6e-0000-0000-0000-000000000000\"");
  CHECK(world.put_kv("k?release=abc") == "200 false\n");
}

}  // namespace
}  // namespace gw::mesh
