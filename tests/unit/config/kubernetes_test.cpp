#include "config/kubernetes.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "config/codes.h"
#include "config/kubernetes_paths.h"
#include "kubernetes_fixture.h"

using gw::config::test::ingress_v1;
using gw::config::test::service;
using gw::config::test::translate;

namespace {

// The manifests of the tutorial, as they stand there.
constexpr std::string_view kTutorial = R"(apiVersion: extensions/v1beta1
kind: Ingress
metadata:
  name: web
  namespace: default
  annotations:
    konghq.com/strip-path: "true"
spec:
  rules:
  - http:
      paths:
        - path: /web
          backend:
            serviceName: localhost
            servicePort: 9090
---
apiVersion: v1
kind: Service
metadata:
  name: localhost
  namespace: default
spec:
  externalName: localhost
  ports:
  - port: 9090
    protocol: TCP
  type: ExternalName
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: rl-by-minute
config:
  minute: 3
  policy: local
plugin: rate-limiting
)";

std::string beta(std::string_view rules, std::string_view annotations = "") {
  return "apiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata:\n  name: web\n"
         "  annotations: {" +
         std::string{annotations} + "}\nspec:\n  rules:\n" + std::string{rules};
}

std::string beta_path(std::string_view path) {
  return beta("  - http: {paths: [{path: " + std::string{path} +
              ", backend: {serviceName: web, servicePort: 80}}]}\n");
}

}  // namespace

TEST_CASE("the tutorial's Ingress becomes route default.web.00 to target localhost:9090") {
  const auto t = translate(kTutorial);
  CAPTURE(t.all_findings());
  CHECK(t.value("_format_version") == "1.1");
  CHECK(t.count("services") == 1);
  CHECK(t.value("services/0/name") == "default.localhost.9090");
  CHECK(t.value("services/0/host") == "localhost.default.9090.svc");
  CHECK(t.value("services/0/port") == "80");
  CHECK(t.value("services/0/protocol") == "http");
  CHECK(t.value("services/0/path") == "/");
  CHECK(t.value("services/0/retries") == "5");
  CHECK(t.value("services/0/read_timeout") == "60000");
  CHECK(t.value("services/0/routes") ==
        "[{name: default.web.00, protocols: [http, https], paths: [/web], strip_path: true, "
        "preserve_host: true, regex_priority: 0}]");
  CHECK(t.value("upstreams") ==
        "[{name: localhost.default.9090.svc, targets: [{target: localhost:9090, weight: 100}]}]");
  CHECK(t.value("plugins") == "none");
  CHECK(t.diagnostics.errors() == 0);
  CHECK(t.diagnostics.warnings() == 0);
}

TEST_CASE("values stand at the manifest text that they are made of") {
  const auto t = translate(kTutorial, "2.0",
                           {{"ingress", "web",
                             R"({"metadata":{"annotations":)"
                             R"({"plugins.konghq.com":"rl-by-minute"}}})"}});
  CHECK(t.place("services/0/routes/0/paths/0") == "12:17");
  CHECK(t.place("services/0/routes/0/strip_path") == "7:28");
  CHECK(t.place("services/0/name") == "14:26");
  CHECK(t.place("upstreams/0/targets/0/target") == "23:17");
  CHECK(t.place("plugins/0/name") == "36:9");
  CHECK(t.place("plugins/0/config/minute") == "34:11");
  CHECK(t.place("plugins/0/route") == "1:50");
}

TEST_CASE("the tutorial's patch puts the plugin on the route") {
  const auto t = translate(kTutorial, "2.0",
                           {{"Ingress", "web",
                             R"({"metadata":{"annotations":)"
                             R"({"plugins.konghq.com":"rl-by-minute"}}})"}});
  CHECK(t.value("plugins") ==
        "[{name: rate-limiting, config: {minute: 3, policy: local}, route: default.web.00}]");
  CHECK(t.value("services/0/routes/0/strip_path") == "true");
}

TEST_CASE("a patch for an unknown object names the nearest one") {
  const auto t = translate(kTutorial, "2.0", {{"ingress", "wbe", R"({"metadata":{}})"}});
  CHECK(!t.config);
  CHECK(t.finding("GW1611").starts_with("1:1 the patch is for ingress/wbe"));
  CHECK(t.suggestion("GW1611") == "ingress/web");
}

TEST_CASE("the format version suits the level") {
  struct Row {
    std::string_view level;
    std::string_view format;
  };
  for (const Row& row : {Row{"2.0", "1.1"}, Row{"2.1", "2.1"}, Row{"2.8", "2.1"}, Row{"3.0", "3.0"},
                         Row{"3.9", "3.0"}}) {
    CAPTURE(row.level);
    CHECK(translate(ingress_v1() + service("web"), row.level).value("_format_version") ==
          row.format);
  }
}

TEST_CASE("controller 0.9 numbers routes by rule and path") {
  const auto t = translate(beta(R"(  - http:
      paths: [{backend: {serviceName: web, servicePort: http}}]
  - host: a.test
    http:
      paths:
      - {path: /a, backend: {serviceName: web, servicePort: 80}}
      - {path: /b, backend: {serviceName: web, servicePort: 80}}
)") + service("web"));
  CAPTURE(t.all_findings());
  CHECK(t.value("services/0/name") == "default.web.http");
  CHECK(t.value("services/0/host") == "web.default.http.svc");
  CHECK(t.value("services/0/routes/0/name") == "default.web.00");
  CHECK(t.value("services/0/routes/0/paths") == "[/]");
  CHECK(t.value("services/0/routes/0/hosts") == "none");
  CHECK(t.value("services/1/routes/0/name") == "default.web.10");
  CHECK(t.value("services/1/routes/0/hosts") == "[a.test]");
  CHECK(t.value("services/1/routes/1/name") == "default.web.11");
}

TEST_CASE("current controllers gather the paths of an Ingress, host, service and port") {
  const auto t = translate(R"(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: ns}
spec:
  ingressClassName: kong
  rules:
  - host: "*.a.test"
    http:
      paths:
      - {path: /a, pathType: Exact, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /b, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
  - http:
      paths:
      - {path: /c, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
)" + service("web", "  namespace: ns"),
                           "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.value("services/0/name") == "ns.web.80");
  CHECK(t.value("services/0/port") == "80");
  CHECK(t.value("services/0/routes/0/name") == "ns.shop.web._.a.test.80");
  CHECK(t.value("services/0/routes/0/hosts") == "[*.a.test]");
  CHECK(t.value("services/0/routes/0/paths") == "[~/a$, /b/, ~/b$]");
  CHECK(t.value("services/0/routes/0/strip_path") == "false");
  CHECK(t.value("services/0/routes/0/preserve_host") == "true");
  CHECK(t.value("services/0/routes/0/request_buffering") == "true");
  CHECK(t.value("services/0/routes/0/protocols") == "none");
  CHECK(t.value("services/0/routes/0/tags") ==
        "[k8s-name:shop, k8s-namespace:ns, k8s-kind:Ingress, k8s-group:networking.k8s.io, "
        "k8s-version:v1]");
  CHECK(t.value("services/1/routes/0/name") == "ns.shop.web..http");
  CHECK(t.value("services/1/port") == "80");
}

TEST_CASE("a path type says what the path becomes") {
  struct Row {
    std::string_view type;
    std::string_view path;
    std::string_view prefix;
    gw::model::Level level;
    std::string_view expected;  // separated by spaces
  };
  const gw::model::Level modern{3, 9};
  const gw::model::Level old{2, 0};
  for (const Row& row : {
           Row{"Prefix", "/x", "/~", modern, "/x/ ~/x$"},
           Row{"Prefix", "/x/", "/~", modern, "/x/ ~/x$"},
           Row{"Prefix", "/x", "/~", old, "/x/ /x$"},
           Row{"Prefix", "/", "/~", modern, "/"},
           Row{"Exact", "/x", "/~", modern, "~/x$"},
           Row{"Exact", "/x", "/~", old, "/x$"},
           Row{"ImplementationSpecific", "/x", "/~", modern, "/x"},
           Row{"ImplementationSpecific", "", "/~", modern, "/"},
           Row{"ImplementationSpecific", "/~/x\\d", "/~", modern, "~/x\\d"},
           Row{"ImplementationSpecific", "/@/x\\d", "/@", modern, "~/x\\d"},
           Row{"ImplementationSpecific", "/x//y", "/~", modern, "/x/y"},
           Row{"", "/x", "/~", old, "/x"},
       }) {
    CAPTURE(row.type);
    CAPTURE(row.path);
    const auto paths = gw::config::kube::kong_paths(
        {.path = row.path, .type = row.type, .regex_prefix = row.prefix}, row.level);
    REQUIRE(paths);
    std::string joined;
    for (const auto& path : *paths) joined += (joined.empty() ? "" : " ") + path;
    CHECK(joined == row.expected);
  }
}

TEST_CASE("controller 0.9 skips a path with an empty segment") {
  const auto t = translate(beta_path("/a//b") + service("web"));
  REQUIRE(t.config);
  CHECK(t.count("services/0/routes") == 0);
  CHECK(t.finding("GW1610").starts_with("8:27 path '/a//b' has an empty segment"));
}

TEST_CASE("Ingress v1 needs a path type, and a known one") {
  const std::string head =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n"
      "spec:\n  ingressClassName: kong\n  rules:\n  - http:\n      paths:\n";
  const std::string backend = "backend: {service: {name: web, port: {number: 80}}}}\n";
  const auto none = translate(head + "      - {path: /x, " + backend + service("web"), "3.9");
  CHECK(none.finding("GW1601") == "9:9 a path of Ingress v1 needs a pathType");
  const auto wrong =
      translate(head + "      - {pathType: Prefx, path: /x, " + backend + service("web"), "3.9");
  CHECK(wrong.finding("GW1601") == "9:20 unknown pathType 'Prefx'");
  CHECK(wrong.suggestion("GW1601") == "Prefix");
}

TEST_CASE("an Ingress belongs to the gateway by its class") {
  struct Row {
    std::string_view why;
    std::string_view level;
    std::string annotations;
    bool taken;
  };
  for (const Row& row : {
           Row{"0.9 takes what has no class", "2.0", "", true},
           Row{"class kong", "2.0", "kubernetes.io/ingress.class: kong", true},
           Row{"another class", "2.0", "kubernetes.io/ingress.class: nginx", false},
           Row{"3.x does not take what has no class", "3.9", "", false},
           Row{"3.x by annotation", "3.9", "kubernetes.io/ingress.class: kong", true},
       }) {
    CAPTURE(row.why);
    const auto t = translate(
        beta("  - http: {paths: [{path: /x, backend: {serviceName: web, servicePort: 80}}]}\n",
             row.annotations) +
            service("web"),
        row.level);
    REQUIRE(t.config);
    CHECK(t.count("services") == (row.taken ? 1 : 0));
  }
}

TEST_CASE("a default IngressClass kong takes Ingresses without a class at 3.x") {
  const auto t = translate(beta_path("/x") + service("web") + R"(---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: kong
  annotations: {ingressclass.kubernetes.io/is-default-class: "true"}
)",
                           "3.9");
  CHECK(t.count("services") == 1);
}

TEST_CASE("the oldest default backend becomes a route for /") {
  const std::string ingress = R"(---
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: late, creationTimestamp: "2021-01-01T00:00:00Z"}
spec: {backend: {serviceName: web, servicePort: 80}}
---
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: early, creationTimestamp: "2020-01-01T00:00:00Z"}
spec: {backend: {serviceName: web, servicePort: 80}}
)";
  const auto t = translate(ingress + service("web"));
  CHECK(t.count("services/0/routes") == 1);
  CHECK(t.value("services/0/routes/0/name") == "default.early");
  CHECK(t.value("services/0/routes/0/paths") == "[/]");
  CHECK(t.finding("GW1610").starts_with("5:17 Ingress default/early has a default backend"));
}

TEST_CASE("items of a List are objects like any other") {
  const auto t = translate(R"(apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1beta1
  kind: Ingress
  metadata: {name: web}
  spec: {rules: [{http: {paths: [{path: /x, backend: {serviceName: web, servicePort: 80}}]}}]}
- apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {ports: [{port: 80}]}
)");
  CHECK(t.value("services/0/routes/0/paths") == "[/x]");
}

TEST_CASE("mistakes between objects are errors at their place") {
  struct Row {
    std::string_view why;
    std::string text;
    std::string_view code;
    std::string_view finding;
    std::string_view suggestion;
  };
  const std::string ingress = beta_path("/x");
  for (const Row& row : {
           Row{"no such Service", ingress + service("wab"), "GW1604",
               "8:54 Service default/web does not exist", "wab"},
           Row{"Service in another name space", ingress + service("web", "  namespace: other"),
               "GW1604", "8:54 Service default/web does not exist", ""},
           Row{"no such port",
               beta("  - http: {paths: [{backend: {serviceName: web, servicePort: 81}}]}\n") +
                   service("web"),
               "GW1605", "8:62 Service default/web has no port 81", ""},
           Row{"two objects of a name", service("web") + service("web"), "GW1603",
               "13:9 Service default/web stands here a second time", ""},
           Row{"no name", "apiVersion: v1\nkind: Service\nmetadata: {}\n", "GW1601",
               "2:7 Service has no name", ""},
           Row{"unknown version", "apiVersion: networking.k8s.io/v2\nkind: Ingress\n", "GW1601",
               "1:13 unknown version 'networking.k8s.io/v2' of kind Ingress", ""},
           Row{"the backend of another version",
               "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n"
               "  defaultBackend: {serviceName: web, servicePort: 80}\n  ingressClassName: kong\n",
               "GW1601", "5:20 serviceName is not how Ingress v1 writes a backend", ""},
           Row{"a path that is not absolute", beta_path("x") + service("web"), "GW1601",
               "8:27 path 'x' is not absolute", ""},
       }) {
    CAPTURE(row.why);
    const auto t = translate(row.text);
    CHECK(!t.config);
    CHECK(t.finding(row.code) == row.finding);
    CHECK(t.suggestion(row.code) == row.suggestion);
  }
}

TEST_CASE("what is not the gateway's is skipped with a note") {
  const auto t = translate(R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
)");
  CHECK(t.config);
  CHECK(t.diagnostics.errors() == 0);
  CHECK(t.diagnostics.warnings() == 1);
  CHECK(t.finding("GW1609") == "3:18 Deployment web is not the gateway's and is skipped");
  CHECK(t.finding("GW1612").starts_with("7:18 HTTPRoute web is not supported"));
}

TEST_CASE("a field that the kind does not have is a warning with the nearest name") {
  const auto t = translate(
      "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\n"
      "metadata: {name: p}\nplugn: key-auth\n");
  CHECK(t.finding("GW1602").starts_with("4:1 KongPlugin has no field 'plugn'"));
  CHECK(t.suggestion("GW1602") == "plugin");
}

TEST_CASE("every code of the translation stands in the table of codes") {
  for (int i = 1601; i <= 1613; ++i) {
    const std::string code = "GW" + std::to_string(i);
    CAPTURE(code);
    CHECK(gw::config::find_code(code) != nullptr);
  }
}
