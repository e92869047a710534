#include "mesh/catalog.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "unit/mesh/ca_world.h"

namespace gw::mesh {
namespace {

struct World : testing::VirtualLoop {
  Changes changes{loop};
  Catalog catalog{changes};
  ~World() { loop.end(); }
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Registry& registry() const { return catalog.registry(); }
  void add_pair(const std::string& id, const std::string& name, const std::string& address,
                std::uint16_t port) {
    catalog.add({.id = id, .name = name, .address = address, .port = 9090});
    ServiceInstance proxy{.id = id + "-sidecar-proxy",
                          .name = name + "-sidecar-proxy",
                          .kind = ServiceKind::connect_proxy,
                          .address = address,
                          .port = port};
    proxy.proxy.destination_name = name;
    proxy.sidecar_of = id;
    catalog.add(std::move(proxy),
                {{.id = "listens:" + id, .name = "listens", .kind = CheckKind::ttl}});
  }
};

TEST_CASE("the agent has a node, the consul service and a passing serf check from the start") {
  World world;
  const Node* node = world.registry().find("gatewayctl-mesh");
  REQUIRE(node != nullptr);
  CHECK(node->services.at("consul").port == 8300);
  CHECK(node->checks.at("serfHealth").status == Health::passing);
  CHECK(world.registry().services_index() == 10);
  world.catalog.set_node({.name = "vm", .id = "x", .address = "10.0.0.1"});
  CHECK(world.registry().find("gatewayctl-mesh") == nullptr);
  CHECK(world.registry().find("vm")->address == "10.0.0.1");
  CHECK(world.changes.index() == 10);
}

TEST_CASE("only a service that differs is a change") {
  World world;
  world.catalog.add({.id = "web", .name = "web", .port = 1});
  CHECK(world.changes.index() == 11);
  world.catalog.add({.id = "web", .name = "web", .port = 1});
  CHECK(world.changes.index() == 11);
  world.catalog.add({.id = "web", .name = "web", .port = 2});
  CHECK(world.catalog.find("web")->create_index == 11);
  CHECK(world.catalog.find("web")->modify_index == 12);
}

TEST_CASE("a sidecar goes with its service, and its checks with it") {
  World world;
  world.add_pair("web", "web", "127.0.0.3", 20000);
  CHECK(world.catalog.services().size() == 2);
  const std::uint64_t before = world.changes.index();
  CHECK(world.catalog.remove("web"));
  CHECK(world.changes.index() == before + 1);
  CHECK(world.catalog.services().empty());
  CHECK(world.catalog.checks().empty());
  CHECK(world.registry().find("gatewayctl-mesh")->services.size() == 1);
  CHECK_FALSE(world.catalog.remove("web"));
}

TEST_CASE("sidecars that pass are picked in turn") {
  World world;
  CHECK_FALSE(world.catalog.pick_sidecar("web"));
  world.add_pair("web-1", "web", "127.0.0.3", 20000);
  world.add_pair("web-2", "web", "127.0.0.4", 20000);
  CHECK_FALSE(world.catalog.pick_sidecar("web"));
  world.catalog.report("listens:web-1", Health::passing, "");
  world.catalog.report("listens:web-2", Health::passing, "");
  std::set<std::string> seen;
  for (int i = 0; i < 2; ++i) seen.insert(world.catalog.pick_sidecar("web")->str());
  CHECK(seen == std::set<std::string>{"127.0.0.3:20000", "127.0.0.4:20000"});
  world.catalog.report("listens:web-1", Health::warning, "");
  for (int i = 0; i < 3; ++i) CHECK(world.catalog.pick_sidecar("web")->str() == "127.0.0.4:20000");
}

TEST_CASE("a sidecar without an address is at its node's") {
  World world;
  world.add_pair("web", "web", "", 21000);
  world.catalog.report("listens:web", Health::passing, "");
  CHECK(world.catalog.pick_sidecar("web")->str() == "127.0.0.1:21000");
}

TEST_CASE("a service's index moves with its checks, not with another service") {
  World world;
  world.catalog.add({.id = "web", .name = "web"},
                    {{.id = "c", .name = "c", .kind = CheckKind::ttl}});
  const auto index = [&](std::string_view name) {
    return world.registry().service_index(name, true, true);
  };
  const std::uint64_t before = index("web");
  world.catalog.add({.id = "api", .name = "api"});
  CHECK(index("web") == before);
  world.catalog.report("c", Health::passing, "fine");
  CHECK(index("web") == world.changes.index());
  CHECK(world.registry().services_index() < world.changes.index());
}

TEST_CASE(
    "a service that never was and one that is no more have the index of the last extinction") {
  World world;
  CHECK(world.registry().service_index("web", false, false) == 10);
  world.catalog.add({.id = "web", .name = "web"});
  world.catalog.remove("web");
  const std::uint64_t gone = world.changes.index();
  world.catalog.add({.id = "api", .name = "api"});
  CHECK(world.registry().service_index("web", false, false) == gone);
  CHECK(world.registry().service_index("nope", false, true) == gone);
}

TEST_CASE("a check of the node moves every service") {
  World world;
  world.catalog.add({.id = "web", .name = "web"});
  const std::uint64_t services = world.registry().services_index();
  world.catalog.put_check({.id = "n", .name = "n", .kind = CheckKind::ttl});
  CHECK(world.registry().service_index("web", true, true) == world.changes.index());
  CHECK(world.registry().services_index() == services);
  world.catalog.remove_check("n");
  CHECK(world.registry().services_index() == world.changes.index());
}

TEST_CASE("a new output alone is no change of the catalog") {
  World world;
  world.catalog.add({.id = "web", .name = "web"},
                    {{.id = "c", .name = "c", .kind = CheckKind::ttl}});
  const std::uint64_t before = world.changes.index();
  world.catalog.report("c", Health::critical, "still bad");
  CHECK(world.changes.index() == before);
  CHECK(world.catalog.find_check("c")->output == "still bad");
  world.catalog.report("c", Health::passing, std::string(5000, 'x'));
  CHECK(world.changes.index() == before + 1);
  CHECK(world.catalog.find_check("c")->output ==
        std::string(4096, 'x') + " ... (captured 4096 of 5000 bytes)");
}

TEST_CASE("an alias follows the service that it names, and aliases of it follow, too") {
  World world;
  Check alias{.id = "alias", .name = "alias", .kind = CheckKind::alias};
  alias.plan.target = "web";
  world.catalog.add({.id = "side", .name = "side"}, {alias});
  const auto output = [&](const char* id) { return world.catalog.find_check(id)->output; };
  CHECK(world.catalog.find_check("alias")->status == Health::critical);
  CHECK(output("alias") == "Service web could not be found on node ");
  world.catalog.add({.id = "web", .name = "web"});
  CHECK(world.catalog.find_check("alias")->status == Health::passing);
  CHECK(output("alias") == "No checks found.");
  Check second{.id = "second", .name = "second", .kind = CheckKind::alias};
  second.plan.target = "side";
  world.catalog.add({.id = "far", .name = "far"}, {second});
  world.catalog.put_check(
      {.id = "c", .name = "Service 'web' check", .kind = CheckKind::ttl, .service_id = "web"});
  CHECK(output("alias") == "Aliased check \"Service 'web' check\" failing: ");
  CHECK(world.catalog.find_check("second")->status == Health::critical);
  world.catalog.report("c", Health::passing, "");
  CHECK(output("alias") == "All checks passing.");
  CHECK(world.catalog.find_check("second")->status == Health::passing);
}

TEST_CASE("aliases that follow each other keep their outputs short") {
  World world;
  for (const char* id : {"a", "b"}) {
    Check alias{.id = id, .name = id, .kind = CheckKind::alias};
    alias.plan.target = "web";
    world.catalog.put_check(alias);
  }
  world.catalog.add({.id = "web", .name = "web"});
  world.catalog.put_check({.id = "t", .name = "t", .kind = CheckKind::ttl});
  for (int i = 0; i < 1000; ++i) world.catalog.report("t", Health::passing, std::to_string(i));
  for (const char* id : {"a", "b"}) CHECK(world.catalog.find_check(id)->output.size() < 4200);
}

TEST_CASE("sidecars are given the first port that is free, and keep it") {
  World world;
  CHECK(world.catalog.sidecar_port("a-sidecar-proxy") == 21000);
  world.catalog.add({.id = "a-sidecar-proxy", .name = "a", .port = 21000});
  CHECK(world.catalog.sidecar_port("a-sidecar-proxy") == 21000);
  CHECK(world.catalog.sidecar_port("b-sidecar-proxy") == 21001);
  for (std::uint16_t port = 21001; port <= 21255; ++port) {
    world.catalog.add({.id = std::to_string(port), .name = "x", .port = port});
  }
  CHECK_FALSE(world.catalog.sidecar_port("b-sidecar-proxy"));
}

TEST_CASE("a TTL check that hears nothing turns critical") {
  World world;
  world.catalog.run_checks(world.loop);
  Check check{.id = "c", .name = "c", .kind = CheckKind::ttl};
  check.plan.ttl = std::chrono::seconds(10);
  world.catalog.add({.id = "web", .name = "web"}, {check});
  world.catalog.report("c", Health::passing, "hello");
  world.pass(std::chrono::seconds(9));
  world.catalog.report("c", Health::passing, "hello");
  world.pass(std::chrono::seconds(9));
  CHECK(world.catalog.health_of("web") == Health::passing);
  world.pass(std::chrono::seconds(2));
  CHECK(world.catalog.health_of("web") == Health::critical);
  CHECK(world.catalog.find_check("c")->output ==
        "TTL expired (last output before timeout follows): hello");
}

TEST_CASE("a service whose check stays critical for too long is deregistered") {
  World world;
  world.catalog.run_checks(world.loop);
  Check check{.id = "c", .name = "c", .kind = CheckKind::ttl};
  check.plan.ttl = std::chrono::seconds(10);
  check.plan.deregister_after = std::chrono::seconds(1);  // a minute is the least
  world.catalog.add({.id = "web", .name = "web"}, {check});
  world.pass(std::chrono::seconds(30));
  world.catalog.report("c", Health::passing, "");
  world.pass(std::chrono::seconds(69));
  CHECK(world.catalog.find("web") != nullptr);
  world.pass(std::chrono::seconds(2));
  CHECK(world.catalog.find("web") == nullptr);
  CHECK(world.catalog.checks().empty());
}

}  // namespace
}  // namespace gw::mesh
