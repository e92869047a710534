// Upstreams of a mesh: who they are by their URI SAN, and nothing else.
#include "net/peer_identity.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "mesh_ca.h"
#include "net/client_tls.h"
#include "tls_pair.h"

using namespace gw;
using namespace gw::net;
using namespace gw::testing;

namespace {

const std::string kWeb = "spiffe://1111.consul/ns/default/dc/dc1/svc/web";
const std::string kAdmin = "spiffe://1111.consul/ns/default/dc/dc1/svc/web-admin";

std::shared_ptr<const ClientTls> client_for(const ClientTlsOptions& options) {
  const auto made = ClientTls::create(options);
  REQUIRE(made);
  return *made;
}

ClientTlsOptions expecting(const std::vector<std::string>& uris, const std::string& ca) {
  return {.depth = 4, .ca_pems = {ca}, .peer_uris = uris};
}

std::shared_ptr<const ServerTls> server_with(const PemPair& pem) {
  const auto pair = read_key_pair(pem.certificate, pem.key);
  REQUIRE(pair);
  const auto made = ServerTls::create({.fallback = *pair});
  REQUIRE(made);
  return *made;
}

TlsPair pair_of(const ClientTls& client, const ServerTls& server, const char* name = "",
                WallSeconds now = today()) {
  auto c = client.session({.name = name, .origin = "192.0.2.1:20000"}, now);
  auto s = server.session();
  REQUIRE(c);
  REQUIRE(s);
  return {std::move(*c), std::move(*s)};
}

}  // namespace

TEST_CASE("an upstream of a mesh is who its one URI says, by a CA that is trusted") {
  const MeshCa ca("1111.consul");
  const MeshCa stranger("1111.consul");
  const std::string shouted = "spiffe://1111.CONSUL/ns/default/dc/dc1/svc/web";
  const std::string parted = "spiffe://1111.consul/ns/default/dc/dc1/svc/web/../web";
  struct Row {
    const char* why;
    PemPair shown;
    std::string failure;  // "": it is accepted
  };
  for (const Row& row : {
           Row{"right", ca.leaf("URI:" + kWeb), ""},
           Row{"the trust domain's case", ca.leaf("URI:" + shouted), ""},
           Row{"other SANs do not count", ca.leaf("URI:" + kWeb + ",DNS:web.test"), ""},
           Row{"no EKU at all", ca.leaf("URI:" + kWeb, ""), ""},
           Row{"another service", ca.leaf("URI:" + kAdmin),
               "the upstream is " + kAdmin + ", not " + kWeb},
           Row{"dots in the path", ca.leaf("URI:" + parted),
               "the upstream is " + parted + ", not " + kWeb},
           Row{"no SAN", ca.leaf(""),
               "the upstream has no SPIFFE URI in its certificate; expected " + kWeb},
           Row{"a name only", ca.leaf("DNS:web.test"),
               "the upstream has no SPIFFE URI in its certificate; expected " + kWeb},
           Row{"two URIs", ca.leaf("URI:" + kWeb + ",URI:" + kAdmin),
               "the upstream has 2 URIs in its certificate, and a mesh's has one; expected " +
                   kWeb},
           Row{"a stranger's CA", stranger.leaf("URI:" + kWeb),
               "unable to get local issuer certificate"},
           Row{"for clients only", ca.leaf("URI:" + kWeb, "clientAuth"),
               "unsuitable certificate purpose"},
       }) {
    CAPTURE(row.why);
    const auto client = client_for(expecting({kWeb}, ca.pem()));
    const auto server = server_with(row.shown);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      CAPTURE(version);
      TlsPair pair = pair_of(*client, *server);
      SSL_set_max_proto_version(pair.client.get(), version);
      CHECK(pair.shake() == row.failure.empty());
      CHECK(verify_failure(pair.client.get()) == row.failure);
    }
  }
}

TEST_CASE("one of several identities is enough, and a failure names them all") {
  const MeshCa ca("1111.consul");
  const auto client = client_for(expecting({kWeb, kAdmin}, ca.pem()));
  CHECK(pair_of(*client, *server_with(ca.leaf("URI:" + kAdmin))).shake());
  const std::string other = "spiffe://1111.consul/ns/default/dc/dc1/svc/other";
  TlsPair pair = pair_of(*client, *server_with(ca.leaf("URI:" + other)));
  CHECK_FALSE(pair.shake());
  CHECK(verify_failure(pair.client.get()) ==
        "the upstream is " + other + ", not " + kWeb + " or " + kAdmin);
}

TEST_CASE("a refused upstream is told so by an alert") {
  const MeshCa ca("1111.consul");
  const auto client = client_for(expecting({kWeb}, ca.pem()));
  TlsPair pair = pair_of(*client, *server_with(ca.leaf("URI:" + kAdmin)));
  SSL_set_max_proto_version(pair.client.get(), TLS1_2_VERSION);
  CHECK_FALSE(pair.shake());
  ERR_clear_error();
  CHECK(SSL_do_handshake(pair.server.get()) != 1);
  CHECK(ERR_GET_REASON(ERR_peek_last_error()) > SSL_AD_REASON_OFFSET);
  ERR_clear_error();
}

TEST_CASE("the name of an upstream in a mesh is asked for and not compared") {
  const MeshCa ca("1111.consul");
  const auto client = client_for(expecting({kWeb}, ca.pem()));
  const auto server = server_with(ca.leaf("URI:" + kWeb));
  TlsPair named = pair_of(*client, *server, "web.service.consul");
  CHECK(named.shake());
  CHECK(std::string(SSL_get_servername(named.server.get(), TLSEXT_NAMETYPE_host_name)) ==
        "web.service.consul");
  TlsPair numbered = pair_of(*client, *server, "192.0.2.1");
  CHECK(numbered.shake());
  CHECK(SSL_get_servername(numbered.server.get(), TLSEXT_NAMETYPE_host_name) == nullptr);
}

TEST_CASE("while a mesh changes its root, either root vouches for the new leaf") {
  const MeshCa old_ca("1111.consul");
  const MeshCa new_ca("1111.consul");
  PemPair shown = new_ca.leaf("URI:" + kWeb);
  shown.certificate += old_ca.vouch_for(new_ca);
  const auto server = server_with(shown);
  for (const MeshCa* trusted : {&old_ca, &new_ca}) {
    const auto client = client_for(expecting({kWeb}, trusted->pem()));
    CHECK(pair_of(*client, *server).shake());
  }
  const auto both = client_for(expecting({kWeb}, new_ca.pem() + old_ca.pem()));
  CHECK(pair_of(*both, *server_with(old_ca.leaf("URI:" + kWeb))).shake());
}

TEST_CASE("a session is resumed while its peer's certificate is valid, and not after") {
  const MeshCa ca("1111.consul");
  const auto server = server_with(ca.leaf("URI:" + kWeb));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    const auto client = client_for(expecting({kWeb}, ca.pem()));
    const auto shaken = [&](WallSeconds now, bool& resumed) {
      TlsPair pair = pair_of(*client, *server, "", now);
      SSL_set_max_proto_version(pair.client.get(), version);
      const bool ok = pair.shake();
      resumed = SSL_session_reused(pair.client.get()) == 1;
      return ok;
    };
    bool resumed = false;
    CHECK(shaken(today(), resumed));
    CHECK_FALSE(resumed);
    CHECK(shaken(today(), resumed));
    CHECK(resumed);
    CHECK_FALSE(shaken(today() + std::chrono::hours(48), resumed));
    CHECK_FALSE(resumed);
  }
}

// A sidecar passes bytes on: HTTP/2 must not be agreed on with it.
TEST_CASE("an upstream that would speak HTTP/2 is not asked to") {
  const MeshCa ca("1111.consul");
  const auto client = client_for(expecting({kWeb}, ca.pem()));
  TlsPair pair = pair_of(*client, *server_with(ca.leaf("URI:" + kWeb)), "web.test");
  bool offered = false;
  SSL_CTX_set_alpn_select_cb(
      SSL_get_SSL_CTX(pair.server.get()),
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned,
         void* seen) {
        *static_cast<bool*>(seen) = true;
        *out = in + 1;
        *size = in[0];
        return SSL_TLSEXT_ERR_OK;
      },
      &offered);
  CHECK(pair.shake());
  CHECK_FALSE(offered);
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(pair.client.get(), &protocol, &size);
  CHECK(size == 0);
}

TEST_CASE("identities without a CA, or that are none, are refused before anything is dialled") {
  const auto no_ca = ClientTls::create({.peer_uris = {kWeb}});
  REQUIRE_FALSE(no_ca);
  CHECK(no_ca.error().message == "no CA certificate to verify the identity of a service with");
  const MeshCa ca("1111.consul");
  const auto empty =
      ClientTls::create(expecting({"spiffe:///ns/default/dc/dc1/svc/web"}, ca.pem()));
  REQUIRE_FALSE(empty);
  CHECK(empty.error().message.find("the trust domain is empty") != std::string::npos);
  CHECK(ClientTls::create({.verify = false, .peer_uris = {kWeb}}));
}

TEST_CASE("further names are accepted beside the host's own") {
  const MeshCa ca("");
  const auto server = server_with(ca.leaf("DNS:alias.test"));
  const auto shakes = [&](const char* name, const std::vector<std::string>& dnsnames) {
    const auto client = client_for({.ca_pems = {ca.pem()}, .peer_dnsnames = dnsnames});
    return pair_of(*client, *server, name).shake();
  };
  CHECK(shakes("alias.test", {}));
  CHECK_FALSE(shakes("web.test", {}));
  CHECK(shakes("web.test", {"other.test", "alias.test"}));
  CHECK(shakes("alias.test", {"other.test"}));
  CHECK_FALSE(shakes("web.test", {"other.test"}));
  CHECK(shakes("192.0.2.1", {"alias.test"}));
  CHECK_FALSE(shakes("192.0.2.1", {"other.test"}));
}
