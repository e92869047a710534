#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "kubernetes_fixture.h"

using gw::config::test::ingress_v1;
using gw::config::test::service;
using gw::config::test::translate;
using gw::config::test::Translated;

namespace {

constexpr std::string_view kRoute = "default.shop.web.shop.example.com.80";

std::string plugin(std::string_view name, std::string_view more = "config: {minute: 3}",
                   std::string_view kind = "KongPlugin", std::string_view meta = "") {
  return "---\napiVersion: configuration.konghq.com/v1\nkind: " + std::string{kind} +
         "\nmetadata: {name: " + std::string{name} + std::string{meta} +
         "}\nplugin: rate-limiting\n" + std::string{more} + "\n";
}

std::string consumer(std::string_view name, std::string_view more = "",
                     std::string_view annotations = "") {
  return "---\napiVersion: configuration.konghq.com/v1\nkind: KongConsumer\nmetadata:\n  name: " +
         std::string{name} + "\n  annotations: {kubernetes.io/ingress.class: kong" +
         std::string{annotations} + "}\nusername: " + std::string{name} + "\n" + std::string{more} +
         "\n";
}

std::string secret(std::string_view name, std::string_view body,
                   std::string_view labels = "konghq.com/credential: key-auth") {
  return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + std::string{name} +
         ", labels: {" + std::string{labels} + "}}\n" + std::string{body} + "\n";
}

// What each plugin is bound to: "route=R consumer=C; ...".
std::string bindings(const Translated& t) {
  std::string out;
  for (std::size_t i = 0; i < t.count("plugins"); ++i) {
    if (i > 0) out += "; ";
    std::string one;
    for (const std::string_view field : {"route", "service", "consumer"}) {
      const auto value = t.value("plugins/" + std::to_string(i) + "/" + std::string{field});
      if (value != "none") one += (one.empty() ? "" : " ") + std::string{field} + "=" + value;
    }
    out += one.empty() ? "global" : one;
  }
  return out;
}

}  // namespace

TEST_CASE("a KongPlugin takes effect where annotations name it") {
  struct Row {
    std::string_view why;
    std::string_view on_ingress;
    std::string on_service;
    std::string_view on_consumer;
    std::string expected;
  };
  const std::string in_service = "  annotations: {konghq.com/plugins: rl}";
  const std::string route = "route=" + std::string{kRoute};
  for (const Row& row : {
           Row{"nowhere", "", "", "", ""},
           Row{"Ingress", "konghq.com/plugins: rl", "", "", route},
           Row{"Service", "", in_service, "", "service=default.web.80"},
           Row{"Ingress and Service are not combined", "konghq.com/plugins: rl", in_service, "",
               route + "; service=default.web.80"},
           Row{"consumer", "", "", ", konghq.com/plugins: rl", "consumer=alice"},
           Row{"consumer and Ingress", "konghq.com/plugins: rl", "", ", konghq.com/plugins: rl",
               route + " consumer=alice"},
           Row{"all three", "konghq.com/plugins: rl", in_service, ", konghq.com/plugins: rl",
               route + " consumer=alice; service=default.web.80 consumer=alice"},
           Row{"named twice", "konghq.com/plugins: 'rl, rl'", "", "", route},
       }) {
    CAPTURE(row.why);
    const auto t = translate(ingress_v1(row.on_ingress) + service("web", row.on_service) +
                                 consumer("alice", "", row.on_consumer) + plugin("rl"),
                             "3.9");
    CAPTURE(t.all_findings());
    CHECK(bindings(t) == row.expected);
  }
}

TEST_CASE("a KongPlugin that nothing names is told, without failing") {
  const auto t = translate(plugin("rl"), "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.config);
  CHECK(t.finding("GW1610").starts_with("4:18 nothing refers to KongPlugin default/rl"));
  CHECK(t.diagnostics.warnings() == 0);
}

TEST_CASE("mistakes in a KongPlugin that nothing names are found all the same") {
  const auto t = translate(plugin("rl", "config: {minute: -3}"));
  CAPTURE(t.all_findings());
  CHECK(!t.config);
  CHECK(t.diagnostics.errors() == 1);
  CHECK(t.all_findings().find(" 6:18 ") != std::string::npos);
}

TEST_CASE("a missing plugin is told in the controller's words, at the annotation") {
  const auto t =
      translate(ingress_v1("konghq.com/plugins: rk") + service("web") + plugin("rl"), "3.9");
  CHECK(!t.config);
  CHECK(t.finding("GW1604") ==
        "6:37 referenced KongPlugin or KongClusterPlugin \"rk\" does not exist");
  CHECK(t.suggestion("GW1604") == "rl");
}

TEST_CASE("a KongClusterPlugin stands in where the name space has no KongPlugin of that name") {
  const std::string cluster = plugin("rl", "config: {minute: 9}", "KongClusterPlugin");
  const std::string base = ingress_v1("konghq.com/plugins: rl") + service("web") + cluster;
  CHECK(translate(base, "3.9").value("plugins/0/config/minute") == "9");
  CHECK(translate(base + plugin("rl"), "3.9").value("plugins/0/config/minute") == "3");
}

TEST_CASE("a global KongClusterPlugin has to be of the gateway's class") {
  const std::string_view label = ", labels: {global: \"true\"}";
  const std::string_view both =
      ", labels: {global: \"true\"}, annotations: {kubernetes.io/ingress.class: kong}";
  CHECK(bindings(translate(plugin("rl", "", "KongClusterPlugin", both), "3.9")) == "global");
  CHECK(bindings(translate(plugin("rl", "", "KongClusterPlugin", label), "2.0")) == "global");
  const auto t = translate(plugin("rl", "", "KongClusterPlugin", label), "3.9");
  CHECK(bindings(t).empty());
  CHECK(t.finding("GW1610").find("global but not of ingress class kong") != std::string::npos);
}

TEST_CASE("another name space's plugin is named with a colon at 3.x") {
  const auto t = translate(ingress_v1("konghq.com/plugins: 'ops:rl'") + service("web") +
                               plugin("rl", "", "KongPlugin", ", namespace: ops"),
                           "3.9");
  CHECK(bindings(t) == "route=" + std::string{kRoute});
}

TEST_CASE("a KongPlugin's own fields reach the plugin") {
  const auto t = translate(ingress_v1("konghq.com/plugins: rl") + service("web") +
                               plugin("rl",
                                      "disabled: true\nprotocols: [http]\n"
                                      "instance_name: mine"),
                           "3.9");
  CHECK(t.value("plugins/0/enabled") == "false");
  CHECK(t.value("plugins/0/protocols") == "[http]");
  CHECK(t.value("plugins/0/instance_name") == "mine");
}

TEST_CASE("instances of one KongPlugin get instance names of their own") {
  const auto t = translate(ingress_v1("konghq.com/plugins: rl") +
                               service("web", "  annotations: {konghq.com/plugins: rl}") +
                               plugin("rl", "instance_name: mine"),
                           "3.9");
  REQUIRE(t.count("plugins") == 2);
  CHECK(t.value("plugins/0/instance_name").starts_with("mine-"));
  CHECK(t.value("plugins/0/instance_name") != t.value("plugins/1/instance_name"));
}

TEST_CASE("a plugin's config may stand in a Secret, as YAML or JSON") {
  const std::string base = ingress_v1("konghq.com/plugins: rl") + service("web") +
                           plugin("rl", "configFrom: {secretKeyRef: {name: conf, key: c}}");
  const auto plain = translate(base + secret("conf", "stringData: {c: 'minute: 5'}", ""), "3.9");
  CAPTURE(plain.all_findings());
  CHECK(plain.value("plugins/0/config") == "{minute: 5}");
  CHECK(plain.place("plugins/0/config/minute") == "34:17");
  // {"minute": 6}
  const auto coded = translate(base + secret("conf", "data: {c: eyJtaW51dGUiOiA2fQ==}", ""), "3.9");
  CHECK(coded.value("plugins/0/config") == "{minute: 6}");
  CHECK(translate(base, "3.9").finding("GW1604") == "29:35 Secret default/conf does not exist");
  const auto list = translate(base + secret("conf", "stringData: {c: '[1]'}", ""), "3.9");
  CHECK(list.finding("GW1606") == "34:17 a plugin's config has to be one mapping");
}

TEST_CASE("config and configFrom together are an error") {
  const auto t =
      translate(ingress_v1("konghq.com/plugins: rl") + service("web") +
                    plugin("rl", "config: {}\nconfigFrom: {secretKeyRef: {name: conf, key: c}}"),
                "3.9");
  CHECK(!t.config);
  CHECK(t.finding("GW1601") == "30:1 KongPlugin default/rl has both config and configFrom");
}

TEST_CASE("a rewrite becomes a request-transformer on the route") {
  const auto t = translate(ingress_v1("konghq.com/rewrite: /to/$1") + service("web"), "3.9");
  CHECK(t.value("plugins/0/name") == "request-transformer");
  CHECK(t.value("plugins/0/config/replace/uri") == "/to/$(uri_captures[1])");
}

TEST_CASE("a KongConsumer has the credentials of its Secrets") {
  struct Row {
    std::string_view why;
    std::string secret;
  };
  for (const Row& row : {
           Row{"base64", secret("k", "data: {key: YWxpY2Uta2V5, ttl: NjA=}")},
           Row{"plain", secret("k", "stringData: {key: alice-key, ttl: '60'}")},
           Row{"plain wins",
               secret("k", "data: {key: eA==}\nstringData: {key: alice-key, ttl: '60'}")},
           Row{"the older field", secret("k",
                                         "kongCredType: key-auth\n"
                                         "stringData: {key: alice-key, ttl: '60'}",
                                         "")},
           Row{"the older value", secret("k",
                                         "stringData: {kongCredType: key-auth, "
                                         "key: alice-key, ttl: '60'}",
                                         "")},
       }) {
    CAPTURE(row.why);
    const auto t = translate(consumer("alice", "custom_id: c1\ncredentials: [k]") + row.secret);
    CAPTURE(t.all_findings());
    CHECK(t.value("consumers") == "[{username: alice, custom_id: c1}]");
    CHECK(t.value("keyauth_credentials") == "[{consumer: alice, key: alice-key, ttl: 60}]");
    CHECK(t.diagnostics.all().empty());
  }
}

TEST_CASE("a consumer without a username is referred to by an id") {
  std::string text =
      consumer("x", "custom_id: c1\ncredentials: [k]") + secret("k", "stringData: {key: a}");
  text.erase(text.find("username: x\n"), 12);
  const auto t = translate(text);
  CAPTURE(t.all_findings());
  CHECK(t.value("consumers/0/id") != "none");
  CHECK(t.value("consumers/0/id") == t.value("keyauth_credentials/0/consumer"));
}

TEST_CASE("mistakes in credentials are errors at their place") {
  struct Row {
    std::string_view why;
    std::string text;
    std::string_view code;
    std::string_view finding;
  };
  const std::string alice = consumer("alice", "credentials: [k]");
  for (const Row& row : {
           Row{"no secret", alice, "GW1604", "8:15 Secret default/k does not exist"},
           Row{"no type", alice + secret("k", "stringData: {key: a}", ""), "GW1606",
               "12:18 Secret default/k does not say which kind of credential it is"},
           Row{"unknown type",
               alice + secret("k", "stringData: {key: a}", "konghq.com/credential: key-aut"),
               "GW1606", "12:53 unknown kind of credential 'key-aut'"},
           Row{"no key", alice + secret("k", "data: {}"), "GW1606",
               "12:18 Secret default/k has no key"},
           Row{"no base64", alice + secret("k", "data: {key: alice-key}"), "GW1606",
               "13:13 Secret default/k: the value of key is not base64"},
           Row{"the same key twice",
               alice + consumer("bob", "credentials: [l]") + secret("k", "stringData: {key: a}") +
                   secret("l", "data: {key: YQ==}"),
               "GW1606", "26:13 another credential has the same key"},
       }) {
    CAPTURE(row.why);
    const auto t = translate(row.text);
    CAPTURE(t.all_findings());
    CHECK(!t.config);
    CHECK(t.finding(row.code) == row.finding);
  }
}

TEST_CASE("a key with a line break at its end is a warning") {
  const auto t =
      translate(consumer("alice", "credentials: [k]") + secret("k", "data: {key: YWxpY2UK}"));
  CHECK(t.config);
  CHECK(t.finding("GW1606").find("ends with a line break") != std::string::npos);
}

TEST_CASE("credentials of other plugins are told and left out") {
  const auto t =
      translate(consumer("alice", "credentials: [k]") +
                secret("k", "stringData: {username: a}", "konghq.com/credential: basic-auth"));
  CHECK(t.config);
  CHECK(t.value("keyauth_credentials") == "none");
  CHECK(t.finding("GW1612").find("basic-auth") != std::string::npos);
}
