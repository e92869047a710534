#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "mesh_report/intentions.h"
#include "mesh_report/json.h"
#include "mesh_report/live.h"
#include "mesh_report/summary.h"
#include "mesh_report/table.h"

namespace gw::mesh_report {
namespace {

using Json = nlohmann::json;
using connect::IntentionAction;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<mesh::PlacedService> tutorial() {
  return {{.name = "kong",
           .spiffe_id = "spiffe:///ns/default/dc/dc1/svc/kong",
           .upstreams = {{"web", "127.0.0.1:9090"}}},
          {.name = "web",
           .spiffe_id = "spiffe:///ns/default/dc/dc1/svc/web",
           .sidecar = "127.0.0.3:20000",
           .application = "127.0.0.3:9090",
           .upstreams = {{"api", "127.0.0.3:9091"}}}};
}

TEST_CASE("cells are aligned by characters, and lines do not end in spaces") {
  CHECK(align({{"a", "bb"}, {"ccc", ""}}) == std::vector<std::string>{"a    bb", "ccc"});
  CHECK(align({{"ä", "9"}, {"bb", "10"}}, 1) == std::vector<std::string>{"ä    9", "bb  10"});
}

TEST_CASE("the ready file is the JSON that scripts rely on") {
  const Json ready = Json::parse(ready_json({.consul = "127.0.0.1:8500",
                                             .services = tutorial(),
                                             .hosts_file = "/tmp/x/hosts",
                                             .pid = 7}));
  CHECK(ready == Json::parse(R"({"consul": "127.0.0.1:8500", "services": {
      "kong": {"sidecar": null, "app": null, "upstreams": {"web": "127.0.0.1:9090"}},
      "web": {"sidecar": "127.0.0.3:20000", "app": "127.0.0.3:9090",
              "upstreams": {"api": "127.0.0.3:9091"}}},
      "hosts": "/tmp/x/hosts", "pid": 7})"));
}

TEST_CASE("the summary shows where everything listens, and three commands that work there") {
  Summary summary{.consul = "127.0.0.1:8500",
                  .trust_domain = "x.consul",
                  .hosts_file = "/tmp/x/hosts",
                  .agent = {},
                  .services = tutorial()};
  const std::string text = summary_text(summary);
  CHECK(contains(text, "http://127.0.0.1:8500"));
  CHECK(contains(text, "dns_hostsfile=/tmp/x/hosts"));
  CHECK(contains(text, "web      spiffe:///ns/default/dc/dc1/svc/web   127.0.0.3:20000"));
  CHECK(contains(text, "api at 127.0.0.3:9091\n"));
  CHECK(contains(text, "\n  curl http://127.0.0.1:9090/"));
  CHECK(contains(text, "\n  gatewayctl mesh intention create --deny kong web "));
  CHECK(contains(text, "\n  gatewayctl certs fetch --service kong "));
  CHECK_FALSE(contains(text, "export"));
  summary.consul = "127.0.0.1:18500";
  summary.services[0].name = "it's";
  CHECK(contains(summary_text(summary), "\n  export CONSUL_HTTP_ADDR=127.0.0.1:18500\n"));
  CHECK(contains(summary_text(summary), "--deny 'it'\\''s' web"));
}

TEST_CASE("the live status is redrawn over what stood there, and only when it has changed") {
  mesh::MeshStatus status;
  status.roots = 1;
  status.services.push_back({.name = "web", .sidecar = {}});
  LiveView view;
  const std::string first = view.update(live_lines(status, false, 80));
  CHECK(first.starts_with("agent: 0 answers, 0 waiting, 1 root\nintentions: none\nSERVICE  OPEN"));
  CHECK_FALSE(contains(first, "\x1b"));
  CHECK(view.update(live_lines(status, false, 80)).empty());
  status.services[0].sidecar.denied = 1;
  status.agent_down = true;
  const std::string second = view.update(live_lines(status, true, 80));
  CHECK(second.starts_with("\x1b[4A\r\x1b[J\x1b[31magent: "));
  CHECK(contains(second, "DOWN"));
  CHECK(contains(second, "\x1b[33mweb"));
}

TEST_CASE("no live line is wider than the terminal, and nothing in it controls the terminal") {
  mesh::MeshStatus status;
  status.intentions.assign(100, "ä\x1b[31m => web (deny)");
  for (const std::string& line : live_lines(status, false, 20)) {
    CAPTURE(line);
    CHECK(line.size() <= 24);
    CHECK_FALSE(contains(line, "\x1b"));
  }
  CHECK(contains(live_lines(status, false, 500).at(1), "and 96 more"));
}

TEST_CASE("intentions are listed in columns, or as JSON") {
  CHECK(intentions_text({}) == "There are no intentions.\n");
  CHECK(Json::parse(intentions_json({})) == Json::array());
  const std::vector<consul::ListedIntention> list{
      {.id = "1",
       .what = {.source = "kong", .destination = "web", .action = IntentionAction::deny},
       .description = "why",
       .precedence = 9},
      {.what = {.source = "*", .destination = "api", .action = IntentionAction::deny},
       .precedence = 8,
       .has_permissions = true}};
  CHECK(intentions_text(list) ==
        "ID  Source  Action       Destination  Precedence\n"
        "1   kong    deny         web          9\n"
        "    *       permissions  api          8\n");
  CHECK(Json::parse(intentions_json(list)) == Json::parse(R"([
      {"id": "1", "source": "kong", "destination": "web", "action": "deny", "precedence": 9,
       "description": "why"},
      {"id": "", "source": "*", "destination": "api", "action": "permissions", "precedence": 8,
       "description": ""}])"));
}

}  // namespace
}  // namespace gw::mesh_report
