#include "mesh/leaves.h"

#include <string>

#include <doctest/doctest.h>

#include "ca_world.h"

namespace gw::mesh {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct World : testing::VirtualLoop {
  explicit World(LeafPolicy policy = {}) {
    auto made = Authority::create("dc1", whole_seconds(clock.now().wall));
    REQUIRE(made);
    authority = std::move(*made);
    leaves = std::make_unique<Leaves>(loop, changes, *authority, policy);
  }
  ~World() { loop.end(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Leaves::Found get(const std::string& service, bool waits = false, const std::string& token = "") {
    const auto found = leaves->get(service, token, waits);
    REQUIRE_MESSAGE(found, found.error().message);
    return *found;
  }
  std::string serial(const std::string& service, bool waits = false,
                     const std::string& token = "") {
    return get(service, waits, token).entry->leaf.serial;
  }
  void rotate() {
    REQUIRE(authority->rotate(whole_seconds(clock.now().wall)));
    authority->stamp(changes.advance());
    leaves->on_rotation();
  }

  Changes changes{loop};
  std::unique_ptr<Authority> authority;
  std::unique_ptr<Leaves> leaves;
};

}  // namespace

TEST_CASE("a leaf is kept for its service and token") {
  World world;
  const auto first = world.get("web");
  CHECK_FALSE(first.was_cached);
  CHECK(first.entry->create_index == 11);
  CHECK(first.entry->modify_index == 11);
  const std::string serial = first.entry->leaf.serial;
  const auto again = world.get("web");
  CHECK(again.was_cached);
  CHECK(again.entry->leaf.serial == serial);
  CHECK(world.serial("web", false, "another") != serial);
  CHECK(world.serial("api") != serial);
  CHECK(world.changes.index() == 13);
  CHECK_FALSE(world.leaves->get("", "", false));
  CHECK_FALSE(world.leaves->get("a/b", "", true));
  CHECK(world.leaves->size() == 3);
}

TEST_CASE("who does not wait keeps an old leaf, in 1.8 even one that has ended") {
  World world;
  const std::string serial = world.serial("web");
  world.rotate();
  CHECK(world.serial("web") == serial);
  world.pass(hours(100));
  const auto found = world.get("web");
  CHECK(found.was_cached);
  CHECK(found.entry->leaf.serial == serial);
  CHECK(found.entry->leaf.not_after < whole_seconds(world.clock.now().wall));
}

TEST_CASE(
    "from 1.11 on who does not wait is given a new one after a rotation or in the last tenth") {
  World world({.renews_unasked = true});
  const std::string first = world.serial("web");
  world.rotate();
  const auto second = world.get("web");
  CHECK_FALSE(second.was_cached);
  const std::string serial = second.entry->leaf.serial;
  CHECK(serial != first);
  world.pass(hours(60));
  CHECK(world.serial("web") == serial);
  world.pass(hours(5));
  CHECK(world.serial("web") != serial);
}

TEST_CASE("for who waits a leaf is renewed between 60 and 90 % of its lifetime") {
  World world;
  for (int i = 0; i < 20; ++i) world.serial("web" + std::to_string(i), true);
  const std::uint64_t index = world.changes.index();
  world.pass(hours(43));
  CHECK(world.changes.index() == index);
  world.pass(hours(7));
  const std::uint64_t by_then = world.changes.index();
  CHECK(by_then > index);
  CHECK(by_then < index + 20);
  world.pass(hours(15));
  CHECK(world.changes.index() >= index + 20);
  for (int i = 0; i < 20; ++i) {
    const auto found = world.get("web" + std::to_string(i));
    CHECK(found.was_cached);
    CHECK(found.entry->modify_index > index);
    CHECK(found.entry->modify_index == found.entry->create_index);
  }
}

TEST_CASE("who comes late to wait is given a new leaf at once") {
  World world;
  const std::string serial = world.serial("web");
  world.pass(hours(70));
  CHECK(world.serial("web") == serial);
  world.serial("web", true);
  world.pass(seconds(0));
  CHECK(world.serial("web") != serial);
}

TEST_CASE("short lifetimes are renewed in their time, and never in a circle") {
  World world({.ttl = minutes(3)});
  world.serial("web", true);
  std::uint64_t index = world.changes.index();
  world.pass(seconds(47));
  CHECK(world.changes.index() == index);
  world.pass(seconds(60));
  CHECK(world.changes.index() > index);

  World ended({.ttl = seconds(30)});
  ended.serial("web", true);
  index = ended.changes.index();
  for (int i = 0; i < 100; ++i) {
    ended.serial("web", true);
    ended.pass(milliseconds(100));
  }
  CHECK(ended.changes.index() - index >= 9);
  CHECK(ended.changes.index() - index <= 11);
}

TEST_CASE("a rotation renews the leaves that somebody waits for") {
  World world;
  const std::string watched = world.serial("web", true);
  const std::string unwatched = world.serial("api");
  world.rotate();
  const auto renewed = world.get("web");
  CHECK(renewed.entry->leaf.serial != watched);
  CHECK(renewed.entry->leaf.signing_key_id == world.authority->active().signing_key_id);
  CHECK(world.serial("api") == unwatched);
  const std::uint64_t index = world.changes.index();
  world.pass(minutes(1));
  CHECK(world.changes.index() == index);  // once
  // Whoever begins to wait after it is served as well.
  CHECK(world.serial("api", true) != unwatched);
}

TEST_CASE("a rotation is spread over the time that the policy names") {
  World world({.rotation_spread = seconds(30)});
  std::vector<std::string> serials;
  for (int i = 0; i < 20; ++i) serials.push_back(world.serial("web" + std::to_string(i), true));
  const auto renewed = [&] {
    int count = 0;
    for (std::size_t i = 0; i < serials.size(); ++i) {
      if (world.serial("web" + std::to_string(i), true) != serials[i]) ++count;
    }
    return count;
  };
  world.rotate();
  CHECK(renewed() < 20);
  world.pass(seconds(15));
  CHECK(renewed() > 0);
  CHECK(renewed() < 20);
  world.pass(seconds(15));
  CHECK(renewed() == 20);
}

TEST_CASE("who has not waited for long is forgotten by a rotation") {
  World world;
  const std::string serial = world.serial("web", true);
  world.pass(minutes(12));
  world.rotate();
  world.pass(minutes(1));
  CHECK(world.serial("web") == serial);
  CHECK(world.serial("web", true) != serial);
}

TEST_CASE("two rotations while renewals are due leave one leaf of the last root") {
  World world({.rotation_spread = seconds(30)});
  world.serial("web", true);
  world.rotate();
  world.rotate();
  const std::uint64_t index = world.changes.index();
  world.pass(seconds(30));
  CHECK(world.changes.index() == index + 1);
  CHECK(world.get("web").entry->leaf.signing_key_id == world.authority->active().signing_key_id);
}

TEST_CASE("a new TTL counts for new leaves only") {
  World world;
  world.serial("web");
  world.leaves->set_ttl(hours(1));
  const auto lifetime = [&](const std::string& service) {
    const auto found = world.get(service);
    return found.entry->leaf.not_after - found.entry->leaf.not_before;
  };
  CHECK(lifetime("web") == hours(72));
  CHECK(lifetime("api") == hours(1));
}

TEST_CASE("a leaf that is made to end is one for its time, for every token, and comes back") {
  World world;
  world.serial("web", true);
  world.serial("web", false, "token");
  const std::string other = world.serial("web2");
  const auto ended = [&](const std::string& token = "") {
    return world.get("web", true, token).entry->leaf.not_after <
           whole_seconds(world.clock.now().wall);
  };
  const std::uint64_t index = world.changes.index();
  REQUIRE(world.leaves->expire("web", seconds(10)));
  CHECK(world.changes.index() == index + 1);
  CHECK(ended());
  CHECK(ended("token"));
  CHECK(ended("new"));
  CHECK(world.serial("web2") == other);
  world.rotate();
  world.pass(seconds(9));
  CHECK(ended());
  const std::uint64_t before = world.changes.index();
  world.pass(seconds(1));
  CHECK(world.changes.index() == before + 1);
  CHECK_FALSE(ended());
  CHECK_FALSE(ended("token"));
  CHECK_FALSE(ended("new"));
  CHECK(world.get("web").entry->leaf.signing_key_id == world.authority->active().signing_key_id);
}

TEST_CASE("a service without a leaf gets one that has ended; a second fault prolongs the first") {
  World world;
  REQUIRE(world.leaves->expire("web", seconds(10)));
  CHECK(world.get("web").was_cached);
  world.pass(seconds(8));
  REQUIRE(world.leaves->expire("web", seconds(10)));
  world.pass(seconds(8));
  CHECK(world.get("web").entry->leaf.not_after < whole_seconds(world.clock.now().wall));
  world.pass(seconds(2));
  CHECK(world.get("web").entry->leaf.not_after > whole_seconds(world.clock.now().wall));
  CHECK_FALSE(world.leaves->expire("a/b", seconds(1)));
  CHECK_FALSE(world.leaves->expire("", seconds(1)));
}

TEST_CASE("beyond the bound the oldest leaf goes that nobody waits for") {
  World world;
  const std::string watched = world.serial("watched", true);
  const std::string oldest = world.serial("oldest");
  const std::string used = world.serial("used");
  CHECK(world.serial("oldest") == oldest);
  CHECK(world.serial("used") == used);
  for (std::size_t i = 3; i <= kMaxLeaves; ++i) world.serial("s" + std::to_string(i));
  CHECK(world.leaves->size() == kMaxLeaves);
  CHECK(world.get("watched").was_cached);
  CHECK(world.get("used").was_cached);
  CHECK_FALSE(world.get("oldest").was_cached);
}

}  // namespace gw::mesh
