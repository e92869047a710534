#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "kubernetes_fixture.h"

using gw::config::test::ingress_v1;
using gw::config::test::service;
using gw::config::test::translate;

namespace {

constexpr std::string_view kTlsSecret = R"(---
apiVersion: v1
kind: Secret
metadata: {name: shop-tls, uid: 74ccbe96-4fb8-4131-91ed-3de6815e67a9}
data: {tls.crt: Q0VSVA==}
stringData: {tls.key: KEY}
)";

std::string with_tls(std::string_view hosts) {
  return ingress_v1() + "  tls: [{secretName: shop-tls, hosts: [" + std::string{hosts} + "]}]\n" +
         service("web");
}

}  // namespace

TEST_CASE("targets come from Endpoints, else from the Service's own name") {
  struct Row {
    std::string_view why;
    std::string_view level;
    std::string more;
    std::string_view targets;
  };
  const std::string endpoints = R"(---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets:
- addresses: [{ip: 10.0.0.1}, {ip: "fd00::1"}]
  notReadyAddresses: [{ip: 10.0.0.3}]
  ports: [{name: admin, port: 9}, {name: http, port: 8080}]
)";
  const std::string slice = R"(---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
ports: [{name: http, port: 8080}]
endpoints:
- addresses: [10.0.0.1]
- {addresses: [10.0.0.2], conditions: {ready: false}}
)";
  const std::string as_one = "  annotations: {ingress.kubernetes.io/service-upstream: \"true\"}";
  for (const Row& row : {
           Row{"no Endpoints", "3.9", service("web"),
               "[{target: web.default.svc:80, weight: 100}]"},
           Row{"Endpoints", "3.9", service("web") + endpoints,
               "[{target: 10.0.0.1:8080, weight: 100}, {target: [fd00::1]:8080, weight: 100}]"},
           Row{"a slice", "3.9", service("web") + slice, "[{target: 10.0.0.1:8080, weight: 100}]"},
           Row{"service-upstream", "3.9", service("web", as_one) + endpoints,
               "[{target: web.default.svc.cluster.local:80, weight: 100}]"},
           Row{"service-upstream of 0.9", "2.0", service("web", as_one) + endpoints,
               "[{target: web.default.svc:80, weight: 100}]"},
       }) {
    CAPTURE(row.why);
    const auto t = translate(ingress_v1() + row.more, row.level);
    CAPTURE(t.all_findings());
    CHECK(t.value("upstreams/0/targets") == row.targets);
  }
}

TEST_CASE("a Service without a ready endpoint is told") {
  const auto t = translate(ingress_v1() + service("web") +
                               "---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\n",
                           "3.9");
  CHECK(t.value("upstreams/0/targets") == "[]");
  CHECK(t.finding("GW1610").starts_with("15:35 Service default/web has no ready endpoint"));
}

TEST_CASE("an ExternalName service wants a numeric port, and a host") {
  const std::string head = R"(apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: web}
spec: {backend: {serviceName: ext, servicePort: )";
  const std::string tail = R"(}}
---
apiVersion: v1
kind: Service
metadata: {name: ext}
)";
  const std::string named = "spec: {type: ExternalName, externalName: a.test}\n";
  CHECK(translate(head + "8080" + tail + named).value("upstreams/0/targets/0/target") ==
        "a.test:8080");
  CHECK(translate(head + "http" + tail + named).finding("GW1605") ==
        "4:49 rules with an ExternalName service must specify numeric ports");
  CHECK(translate(head + "8080" + tail + "spec: {type: ExternalName}\n").finding("GW1601") ==
        "8:18 Service default/ext is of type ExternalName and names no host");
}

TEST_CASE("an annotation of the Ingress sets a field of its routes") {
  struct Row {
    std::string_view annotation;
    std::string_view field;
    std::string_view value;
  };
  for (const Row& row : {
           Row{"konghq.com/protocols: 'https, grpcs'", "protocols", "[https, grpcs]"},
           Row{"konghq.com/strip-path: 'true'", "strip_path", "true"},
           Row{"konghq.com/preserve-host: 'false'", "preserve_host", "false"},
           Row{"konghq.com/https-redirect-status-code: '308'", "https_redirect_status_code", "308"},
           Row{"konghq.com/regex-priority: '10'", "regex_priority", "10"},
           Row{"konghq.com/methods: 'get,Post'", "methods", "[GET, POST]"},
           Row{"konghq.com/snis: 'a.test'", "snis", "[a.test]"},
           Row{"konghq.com/request-buffering: 'false'", "request_buffering", "false"},
           Row{"konghq.com/response-buffering: 'false'", "response_buffering", "false"},
           Row{"konghq.com/path-handling: v1", "path_handling", "v1"},
           Row{"konghq.com/host-aliases: 'a.test, b.test'", "hosts",
               "[shop.example.com, a.test, b.test]"},
           Row{"konghq.com/headers.X-A: 'x, y'", "headers", "{X-A: [x, y]}"},
           Row{"konghq.com/headers.X-A: 'x;y', konghq.com/headers-separator: ';'", "headers",
               "{X-A: [x, y]}"},
           Row{"ingress.kubernetes.io/force-ssl-redirect: 'true'", "protocols", "[https]"},
           Row{"ingress.kubernetes.io/force-ssl-redirect: 'true'", "https_redirect_status_code",
               "302"},
           Row{"konghq.com/protocols: grpc, konghq.com/strip-path: 'true'", "strip_path", "false"},
       }) {
    CAPTURE(row.annotation);
    const auto t = translate(ingress_v1(row.annotation) + service("web"), "3.9");
    CAPTURE(t.all_findings());
    CHECK(t.value("services/0/routes/0/" + std::string{row.field}) == row.value);
    CHECK(t.diagnostics.all().empty());
  }
}

TEST_CASE("an annotation of the Service sets a field of the service or upstream") {
  struct Row {
    std::string_view annotation;
    std::string_view field;
    std::string_view value;
  };
  for (const Row& row : {
           Row{"konghq.com/protocol: https", "services/0/protocol", "https"},
           Row{"konghq.com/protocol: grpc", "services/0/path", "none"},
           Row{"konghq.com/path: /base", "services/0/path", "/base"},
           Row{"konghq.com/connect-timeout: '1000'", "services/0/connect_timeout", "1000"},
           Row{"konghq.com/read-timeout: '1000'", "services/0/read_timeout", "1000"},
           Row{"konghq.com/write-timeout: '1000'", "services/0/write_timeout", "1000"},
           Row{"konghq.com/retries: '0'", "services/0/retries", "0"},
           Row{"konghq.com/tls-verify: 'true'", "services/0/tls_verify", "true"},
           Row{"konghq.com/tls-verify-depth: '2'", "services/0/tls_verify_depth", "2"},
           Row{"konghq.com/host-header: a.test", "upstreams/0/host_header", "a.test"},
       }) {
    CAPTURE(row.annotation);
    const auto t = translate(
        ingress_v1() + service("web", "  annotations: {" + std::string{row.annotation} + "}"),
        "3.9");
    CAPTURE(t.all_findings());
    CHECK(t.value(row.field) == row.value);
    CHECK(t.diagnostics.all().empty());
  }
}

TEST_CASE("an annotation that has no effect is a warning at its place") {
  struct Row {
    std::string_view annotation;
    std::string_view code;
    std::string_view finding;
    std::string_view suggestion;
  };
  for (const Row& row : {
           Row{"konghq.com/strip-pth: 'true'", "GW1607",
               "6:17 unknown annotation konghq.com/strip-pth", "konghq.com/strip-path"},
           Row{"konghq.com/strip-path: 'yes'", "GW1608",
               "6:40 annotation konghq.com/strip-path cannot be 'yes': it is ignored", ""},
           Row{"konghq.com/retries: '5'", "GW1607",
               "6:17 annotation konghq.com/retries has no effect on kind Ingress", ""},
           Row{"plugins.konghq.com: a", "GW1607",
               "6:17 annotation plugins.konghq.com is not read at level 3.9", ""},
       }) {
    CAPTURE(row.annotation);
    const auto t = translate(ingress_v1(row.annotation) + service("web"), "3.9");
    REQUIRE(t.config);
    CHECK(t.finding(row.code) == row.finding);
    CHECK(t.suggestion(row.code) == row.suggestion);
    CHECK(t.value("services/0/routes/0/strip_path") == "false");
  }
}

TEST_CASE("an annotation has to be a string, as Kubernetes demands") {
  const auto t = translate(ingress_v1("konghq.com/strip-path: true") + service("web"), "3.9");
  CHECK(!t.config);
  CHECK(t.finding("GW1601") ==
        "6:40 konghq.com/strip-path is a boolean, and Kubernetes takes only strings");
  CHECK(t.expected("GW1601") == "\"true\"");
}

TEST_CASE("0.9 reads the older prefix, and prefers the newer one") {
  const auto old =
      translate(ingress_v1("configuration.konghq.com/strip-path: 'true'") + service("web"));
  CHECK(old.value("services/0/routes/0/strip_path") == "true");
  const auto both = translate(ingress_v1("configuration.konghq.com/strip-path: 'true', "
                                         "konghq.com/strip-path: 'false'") +
                              service("web"));
  CHECK(both.value("services/0/routes/0/strip_path") == "false");
}

TEST_CASE("a KongIngress overrides fields, and annotations win over it") {
  const std::string override_text = R"(---
apiVersion: configuration.konghq.com/v1
kind: KongIngress
metadata: {name: tune}
route: {methods: [GET], strip_path: true, paths: [/no]}
proxy: {retries: 2, read_timeout: 9}
upstream: {algorithm: least-connections}
)";
  const auto t = translate(
      ingress_v1("konghq.com/override: tune, konghq.com/strip-path: 'false'") +
          service("web", "  annotations: {konghq.com/override: tune, konghq.com/retries: '7'}") +
          override_text,
      "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.value("services/0/routes/0/methods") == "[GET]");
  CHECK(t.value("services/0/routes/0/strip_path") == "false");
  CHECK(t.value("services/0/retries") == "7");
  CHECK(t.value("services/0/read_timeout") == "9");
  CHECK(t.value("upstreams/0/algorithm") == "least-connections");
  CHECK(t.value("services/0/routes/0/paths") == "[/x/, ~/x$]");
  CHECK(t.finding("GW1602").find("no field 'paths'") != std::string::npos);
}

TEST_CASE("a KongUpstreamPolicy gives the upstream its balancing and health checks") {
  const auto t = translate(
      ingress_v1() + service("web", "  annotations: {konghq.com/upstream-policy: up}") + R"(---
apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: {name: up}
spec:
  algorithm: consistent-hashing
  hashOn: {header: X-User}
  hashOnFallback: {input: ip}
  healthchecks: {passive: {unhealthy: {httpFailures: 3}}}
)",
      "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.value("upstreams/0/hash_on") == "header");
  CHECK(t.value("upstreams/0/hash_on_header") == "X-User");
  CHECK(t.value("upstreams/0/hash_fallback") == "ip");
  CHECK(t.value("upstreams/0/healthchecks") == "{passive: {unhealthy: {http_failures: 3}}}");
}

TEST_CASE("a TLS section makes its secret the certificate of its hosts") {
  const auto t = translate(with_tls("a.test, b.test") + std::string{kTlsSecret}, "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.value("certificates/0/cert") == "CERT");
  CHECK(t.value("certificates/0/key") == "KEY");
  CHECK(t.value("certificates/0/id") == "74ccbe96-4fb8-4131-91ed-3de6815e67a9");
  CHECK(t.value("certificates/0/snis") == "[{name: a.test}, {name: b.test}]");
}

TEST_CASE("a certificate's secret has to exist and to hold both parts") {
  CHECK(translate(with_tls("a.test"), "3.9").finding("GW1604") ==
        "16:22 Secret default/shop-tls does not exist");
  const auto half = translate(with_tls("a.test") +
                                  "---\napiVersion: v1\nkind: Secret\n"
                                  "metadata: {name: shop-tls}\n"
                                  "data: {tls.crt: '%%'}\n",
                              "3.9");
  CHECK(half.finding("GW1606").find("is not base64") != std::string::npos);
  CHECK(half.all_findings().find("has no tls.key") != std::string::npos);
}

TEST_CASE("a Service may have a client certificate and trusted CAs") {
  const auto t = translate(
      ingress_v1() +
          service("web",
                  "  annotations: {konghq.com/client-cert: shop-tls, konghq.com/protocol: https, "
                  "konghq.com/ca-certificates-secrets: root}") +
          std::string{kTlsSecret} + R"(---
apiVersion: v1
kind: Secret
metadata: {name: root, labels: {konghq.com/ca-cert: "true"}}
stringData: {id: 89568b96-738a-4dab-9031-09670f1f2672, cert: CA}
)",
      "3.9");
  CAPTURE(t.all_findings());
  CHECK(t.value("services/0/client_certificate") == "74ccbe96-4fb8-4131-91ed-3de6815e67a9");
  CHECK(t.value("services/0/ca_certificates") == "[89568b96-738a-4dab-9031-09670f1f2672]");
  CHECK(t.value("ca_certificates/0/cert") == "CA");
}
