#include "consul/intentions.h"

#include <string>

#include <doctest/doctest.h>

#include "scripted_agent.h"

namespace gw::consul {
namespace {

using connect::Intention;
using connect::IntentionAction;

// As Consul 1.8.7 writes one.
const std::string kListed = R"([
    {
        "ID": "cc534ae4-b38f-914e-8335-662f1c23fd40",
        "Description": "while web moves",
        "SourceNS": "default",
        "SourceName": "kong",
        "DestinationNS": "default",
        "DestinationName": "web",
        "SourceType": "consul",
        "Action": "deny",
        "DefaultAddr": "",
        "DefaultPort": 0,
        "Meta": {},
        "Precedence": 9,
        "CreatedAt": "2026-11-28T23:54:09.306275448Z",
        "UpdatedAt": "2026-11-28T23:54:09.306275448Z",
        "Hash": "qo/upa5eDzB+kbACZeeFy+9X51UjYucZyKe4S30Xop0=",
        "CreateIndex": 20,
        "ModifyIndex": 20
    }
]
)";
const std::string kById = "/v1/connect/intentions/cc534ae4-b38f-914e-8335-662f1c23fd40 ";
const Intention kDenied{.source = "kong", .destination = "web", .action = IntentionAction::deny};

TEST_CASE("an intention is created by the form that every Consul takes") {
  const ScriptedAgent agent(std::vector<Said>{{.body = R"({"ID":"x"})"}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  REQUIRE(IntentionClient(client).create({.what = kDenied, .description = "say \"no\""}));
  const std::string asked = agent.asked().front();
  CHECK(asked.starts_with("POST /v1/connect/intentions HTTP/1.1\r\n"));
  CHECK(asked.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(asked.find("Expect:") == std::string::npos);
  CHECK(
      asked.ends_with("\r\n\r\n"
                      R"({"SourceName":"kong","DestinationName":"web",)"
                      R"("SourceType":"consul","Action":"deny","Description":"say \"no\""})"));
}

TEST_CASE("what Consul refuses is told in its own words, on one line") {
  const ScriptedAgent agent(
      {{.status = 500, .body = "1 error occurred:\n\t* SourceName must be set\n\n"},
       {.status = 403, .body = "Permission denied"},
       {.status = 500, .body = "No cluster leader"}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  IntentionClient intentions(client);
  const auto first = intentions.create({.what = kDenied});
  REQUIRE_FALSE(first);
  CHECK(first.error().code == ErrorCode::invalid);
  CHECK(first.error().message ==
        "Unexpected response code: 500 (1 error occurred: * SourceName must be set)");
  const auto second = intentions.create({.what = kDenied});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::unreachable);
  CHECK(second.error().message.find("intentions:write") != std::string::npos);
  const auto third = intentions.create({.what = kDenied});
  REQUIRE_FALSE(third);
  CHECK(third.error().code == ErrorCode::unreachable);
}

TEST_CASE("a description may hold any character") {
  std::string body = kListed;
  const std::string text = "while web moves";
  body.replace(body.find(text), text.size(), R"(a\u0000b\u001bc\td\u007f)");
  const ScriptedAgent agent(std::vector<Said>{{.body = body}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  const auto listed = IntentionClient(client).list();
  REQUIRE(listed);
  using namespace std::string_literals;
  CHECK(listed->front().description == "a\0b\x1b"s + "c\td\x7f");
}

TEST_CASE("an intention is found by its names, replaced and deleted by its id") {
  const ScriptedAgent agent(
      {{.body = kListed}, {.body = R"({"ID":"x"})"}, {.body = "true"}, {.body = kListed}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  IntentionClient intentions(client);
  const auto found = intentions.find("kong", "web");
  REQUIRE(found);
  CHECK(found->what == kDenied);
  CHECK(found->precedence == 9);
  CHECK(found->description == "while web moves");
  CHECK_FALSE(found->has_permissions);
  REQUIRE(intentions.update(*found, {.what = kDenied}));
  REQUIRE(intentions.remove(*found));
  const auto none = intentions.find("web", "kong");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::missing);
  CHECK(none.error().message ==
        "Intention with source \"web\" and destination \"kong\" not found.");
  const auto asked = agent.asked();
  CHECK(asked.at(0).starts_with("GET /v1/connect/intentions "));
  CHECK(asked.at(1).starts_with("PUT " + kById));
  CHECK(asked.at(2).starts_with("DELETE " + kById));
  CHECK(asked.at(2).ends_with("\r\n\r\n"));
}

TEST_CASE("one without an id, as Consul 1.9 and later write them, is told by its names") {
  const ScriptedAgent agent({{.body = R"([{"SourceName":"a b","DestinationName":"web"}])"},
                             {.body = "true"},
                             {.body = "true"}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  IntentionClient intentions(client);
  const auto found = intentions.find("a b", "web");
  REQUIRE(found);
  CHECK(found->has_permissions);
  REQUIRE(intentions.update(*found, {.what = found->what}));
  REQUIRE(intentions.remove(*found));
  const std::string exact = "/v1/connect/intentions/exact?source=a%20b&destination=web ";
  CHECK(agent.asked().at(1).starts_with("PUT " + exact));
  CHECK(agent.asked().at(2).starts_with("DELETE " + exact));
}

TEST_CASE("whether a connection would be let in is asked of Consul, and only an answer is one") {
  const ScriptedAgent agent(
      {{.body = R"({"Allowed":false})"}, {.body = R"({"Allowed":true})"}, {.body = "<html>"}});
  const SystemClock clock;
  Client client(agent.settings(), clock);
  IntentionClient intentions(client);
  CHECK(intentions.check("kong", "web") == false);
  CHECK(intentions.check("kong", "web") == true);
  CHECK_FALSE(intentions.check("kong", "web"));
}

TEST_CASE("a change carries the fields that were asked for, and its body may be empty") {
  const ScriptedAgent agent(std::vector<Said>{{.status = 404}});
  const SystemClock clock;
  Settings settings = agent.settings();
  settings.token = Secret("a-token");
  Client client(settings, clock);
  const auto answer = client.send(
      {.method = Method::put, .path = "/v1/x?delay=2s", .fields = {"X-Gatewayctl: mesh"}});
  REQUIRE(answer);
  CHECK(answer->status == 404);
  const std::string asked = agent.asked().front();
  CHECK(asked.starts_with("PUT /v1/x?delay=2s HTTP/1.1\r\n"));
  CHECK(asked.find("X-Gatewayctl: mesh\r\n") != std::string::npos);
  CHECK(asked.find("X-Consul-Token: a-token\r\n") != std::string::npos);
  CHECK(asked.find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("names with a slash, a control or nothing in them are no services") {
  for (const char* good : {"web", "*", "my service", "web-v1.2"}) CHECK(check_intention_name(good));
  for (const char* bad : {"", "ns/web", "a\nb"}) CHECK_FALSE(check_intention_name(bad));
}

}  // namespace
}  // namespace gw::consul
