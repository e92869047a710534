#include "mesh/intentions.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ca_world.h"

namespace gw::mesh {
namespace {

using connect::IntentionAction;

struct World : testing::VirtualLoop {
  ~World() { loop.end(); }
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::string create(const char* source, const char* destination,
                     IntentionAction action = IntentionAction::deny) {
    const auto id = intentions.create({.what = {source, destination, action}}, clock.now().wall);
    return id ? *id : id.error().message;
  }
  std::vector<std::string> order() const {
    std::vector<std::string> names;
    for (const auto& each : intentions.all()) {
      names.push_back(each.what.source + ">" + each.what.destination);
    }
    return names;
  }

  Changes changes{loop};
  Intentions intentions{changes, true};
};
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("intentions are kept in the order of evaluation") {
  World world;
  for (const auto& [source, destination] :
       {std::pair{"*", "*"}, std::pair{"kong", "*"}, std::pair{"*", "web"}, std::pair{"web", "api"},
        std::pair{"kong", "web"}, std::pair{"kong", "api"}}) {
    world.create(source, destination);
  }
  CHECK(world.order() == Names{"kong>api", "kong>web", "web>api", "*>web", "kong>*", "*>*"});
  CHECK(world.intentions.index() == 16);
}

TEST_CASE("the more exact intention decides, and the default where there is none") {
  World world;
  CHECK(world.intentions.decide("kong", "web").allowed);
  CHECK(world.intentions.decide("kong", "web").by == nullptr);
  world.create("kong", "*", IntentionAction::deny);
  CHECK_FALSE(world.intentions.decide("kong", "web").allowed);
  world.create("*", "web", IntentionAction::allow);
  CHECK(world.intentions.decide("kong", "web").allowed);
  world.create("kong", "web", IntentionAction::deny);
  const Decision decision = world.intentions.decide("kong", "web");
  CHECK_FALSE(decision.allowed);
  REQUIRE(decision.by);
  CHECK(decision.by->str() ==
        "DENY default/kong => default/web (ID: " + decision.by->id + ", Precedence: 9)");
  CHECK(world.intentions.decide("other", "api").allowed);
}

TEST_CASE("an intention may be renamed, but not onto another") {
  World world;
  const std::string id = world.create("kong", "web");
  const std::string other = world.create("web", "api");
  CHECK(world.create("kong", "web") ==
        "duplicate intention found: DENY default/kong => "
        "default/web (ID: " +
            id + ", Precedence: 9)");
  world.clock.advance(std::chrono::seconds(5));
  const auto onto = world.intentions.update(id, {.what = {"web", "api"}}, world.clock.now().wall);
  REQUIRE_FALSE(onto);
  CHECK(onto.error().message.starts_with("duplicate intention found: "));
  REQUIRE(world.intentions.update(id, {.what = {"*", "web", IntentionAction::allow}},
                                  world.clock.now().wall));
  CHECK(world.order() == Names{"web>api", "*>web"});
  const StoredIntention* const renamed = world.intentions.find(id);
  REQUIRE(renamed);
  CHECK(renamed->create_index == 11);
  CHECK(renamed->modify_index == 13);
  CHECK(renamed->updated - renamed->created == std::chrono::seconds(5));
  CHECK(world.intentions.find("kong", "web") == nullptr);
  CHECK(world.intentions.find("*", "web") == renamed);
  CHECK(world.intentions.remove(id));
  CHECK_FALSE(world.intentions.remove(id));
  CHECK(world.intentions.remove("web", "api"));
  CHECK_FALSE(world.intentions.remove("web", "api"));
  CHECK(world.intentions.all().empty());
  CHECK(world.intentions.index() == 15);
}

TEST_CASE("upsert keeps the identity and the meta of what is there") {
  World world;
  REQUIRE(world.intentions.upsert({.what = {"a", "b"}, .meta = {{"k", "v"}}}, {}));
  const std::string id = world.intentions.find("a", "b")->id;
  REQUIRE(world.intentions.upsert({.what = {"a", "b", IntentionAction::allow}}, {}));
  CHECK(world.intentions.all().size() == 1);
  CHECK(world.intentions.find("a", "b")->id == id);
  CHECK(world.intentions.find("a", "b")->meta.size() == 1);
  CHECK(world.intentions.decide("a", "b").allowed);
}

TEST_CASE("there is a most that is kept") {
  World world;
  for (std::size_t i = 0; i < Intentions::kMost; ++i) {
    world.create(("s" + std::to_string(i)).c_str(), "web");
  }
  CHECK(world.intentions.all().size() == Intentions::kMost);
  CHECK(world.create("one", "more").starts_with("there are 4096 intentions already"));
}

}  // namespace gw::mesh
