#include "proxy/peer_names.h"

#include <string>

#include <doctest/doctest.h>

#include "proxy/generation.h"
#include "support/mint.h"

namespace gw::proxy {
namespace {

const std::string kUnnamed = "spiffe:///ns/default/dc/dc1/svc/web";
const std::string kNamed = "spiffe://other.consul/ns/default/dc/dc1/svc/web";

std::string root_of(const std::string& trust_domain) {
  return testing::mint({.name = "root",
                        .alternative = trust_domain.empty() ? "" : "URI:spiffe://" + trust_domain,
                        .ca = true})
      .pem;
}

model::Service service_of(std::vector<std::string> uris) {
  model::Service service;
  service.id = Uuid::v5(Uuid{}, "web");
  service.name = "web";
  service.protocol = model::Protocol::https;
  service.host = "127.0.0.1";
  service.san_uris = std::move(uris);
  return service;
}

std::string refusal_of(const std::vector<std::string>& uris, const std::vector<std::string>& cas) {
  net::ClientTlsOptions options{.ca_pems = cas};
  const auto added = add_peer_names(service_of(uris), options);
  return added ? std::string{} : added.error().message;
}

}  // namespace

TEST_CASE("an empty trust domain is that of the trusted CAs") {
  net::ClientTlsOptions options{.ca_pems = {root_of("1111.consul"), root_of("1111.CONSUL")}};
  REQUIRE(add_peer_names(service_of({kUnnamed, kNamed}), options));
  CHECK(options.peer_uris ==
        std::vector<std::string>{"spiffe://1111.consul/ns/default/dc/dc1/svc/web", kNamed});
  CHECK(options.depth == 4);
}

TEST_CASE("a trust domain that no CA names, or several do, has to be written out") {
  CHECK(refusal_of({kUnnamed}, {root_of("")}) ==
        "tls_sans: the trust domain is empty and no CA certificate of the service names one; "
        "write it out or trust Consul's roots (ca_certificates)");
  CHECK(refusal_of({kUnnamed}, {root_of("a.consul") + root_of("b.consul")}) ==
        "tls_sans: the trust domain is empty and the CA certificates of the service name several "
        "(a.consul, b.consul); write it out");
  CHECK(refusal_of({kNamed}, {root_of("")}).empty());
}

TEST_CASE("identities need a CA to vouch for them") {
  CHECK(refusal_of({kNamed}, {}).starts_with("tls_sans: there is no CA certificate"));
  net::ClientTlsOptions blind{.verify = false};
  CHECK(add_peer_names(service_of({kNamed}), blind));
  CHECK(blind.peer_uris.empty());
}

TEST_CASE("a service's own depth stays, and names alone change none") {
  model::Service service = service_of({kNamed});
  service.tls_verify_depth = 2;
  net::ClientTlsOptions options{.depth = 2, .ca_pems = {root_of("")}};
  REQUIRE(add_peer_names(service, options));
  CHECK(options.depth == 2);
  model::Service named = service_of({});
  named.san_dnsnames = {"a.test"};
  net::ClientTlsOptions plain;
  REQUIRE(add_peer_names(named, plain));
  CHECK(plain.depth == 1);
  CHECK(plain.peer_dnsnames == std::vector<std::string>{"a.test"});
}

TEST_CASE("a generation tells which service names an identity that it cannot verify") {
  model::Config config;
  config.services = {service_of({kUnnamed})};
  const auto refused = make_generation(config, {}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("service 'web': tls_sans: there is no CA certificate"));
  TlsMaterial trusting;
  trusting.trusted = {root_of("1111.consul")};
  CHECK(make_generation(config, {}, trusting));
  config.services[0].tls_verify = false;
  CHECK(make_generation(config, {}, {}));
}

}  // namespace gw::proxy
