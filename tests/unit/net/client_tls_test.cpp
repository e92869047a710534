#include "net/client_tls.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <openssl/x509_vfy.h>

#include "net/session_cache.h"
#include "support/certificates.h"
#include "tls_pair.h"

using namespace gw;
using namespace gw::net;
using namespace gw::testing;

namespace {

std::shared_ptr<const ClientTls> make(const ClientTlsOptions& options) {
  const auto made = ClientTls::create(options);
  REQUIRE(made);
  return *made;
}

std::shared_ptr<const ServerTls> server_with(const PemPair& pem) {
  const auto pair = read_key_pair(pem.certificate, pem.key);
  REQUIRE(pair);
  const auto made = ServerTls::create({.fallback = *pair});
  REQUIRE(made);
  return *made;
}

TlsPair pair_of(const ClientTls& client, const ServerTls& server, const TlsPeer& peer,
                WallSeconds now = today()) {
  auto c = client.session(peer, now);
  auto s = server.session();
  REQUIRE(c);
  REQUIRE(s);
  return {std::move(*c), std::move(*s)};
}

}  // namespace

TEST_CASE("an upstream is who its certificate says, by a CA that is trusted, at that time") {
  const auto pem = certificate_for("web.test");
  const auto server = server_with(pem);
  const auto stranger = certificate_for("web.test");
  const auto ten_years = std::chrono::hours(24 * 3651);
  struct Row {
    const char* why;
    ClientTlsOptions options;
    const char* name;
    WallSeconds now;
    long result;
  };
  const ClientTlsOptions trusts{.verify = true, .ca_pems = {pem.certificate}};
  const ClientTlsOptions trusts_another{.verify = true, .ca_pems = {stranger.certificate}};
  const ClientTlsOptions system{.verify = true};
  const ClientTlsOptions lax{.verify = false};
  for (const Row& row : {
           Row{"right", trusts, "web.test", today(), X509_V_OK},
           Row{"case does not count", trusts, "WEB.test", today(), X509_V_OK},
           Row{"another name", trusts, "other.test", today(), X509_V_ERR_HOSTNAME_MISMATCH},
           Row{"an address", trusts, "192.0.2.1", today(), X509_V_ERR_IP_ADDRESS_MISMATCH},
           Row{"expired", trusts, "web.test", today() + ten_years, X509_V_ERR_CERT_HAS_EXPIRED},
           Row{"not yet", trusts, "web.test", today() - ten_years, X509_V_ERR_CERT_NOT_YET_VALID},
           Row{"a stranger's CA", trusts_another, "web.test", today(),
               X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
           Row{"the system's CAs", system, "web.test", today(),
               X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
       }) {
    CAPTURE(row.why);
    const auto client = make(row.options);
    TlsPair pair =
        pair_of(*client, *server, {.name = row.name, .origin = "192.0.2.1:443"}, row.now);
    CHECK(pair.shake() == (row.result == X509_V_OK));
    CHECK(SSL_get_verify_result(pair.client.get()) == row.result);
    CHECK(verify_failure(pair.client.get()).empty() == (row.result == X509_V_OK));
  }
  CHECK(pair_of(*make(lax), *server, {.name = "other.test", .origin = "o:1"}).shake());
}

TEST_CASE("there is no verifying without a name") {
  const auto client = make({.verify = true});
  CHECK_FALSE(client->session({.name = "", .origin = "o:1"}, today()));
}

TEST_CASE("a session is resumed with the same origin and name only") {
  const auto pem = certificate_for("web.test");
  const auto server = server_with(pem);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    const auto client = make({.verify = true, .ca_pems = {pem.certificate}});
    const auto reused = [&](const char* name, const char* origin) {
      TlsPair pair = pair_of(*client, *server, {.name = name, .origin = origin});
      SSL_set_max_proto_version(pair.client.get(), version);
      return pair.shake() && SSL_session_reused(pair.client.get()) == 1;
    };
    CHECK_FALSE(reused("web.test", "a:443"));
    CHECK(reused("web.test", "a:443"));
    CHECK(reused("web.test", "a:443"));
    CHECK_FALSE(reused("web.test", "b:443"));
    TlsPair other = pair_of(*client, *server, {.name = "other.test", .origin = "a:443"});
    CHECK_FALSE(other.shake());  // verified for itself, not by web.test's session
  }
}

TEST_CASE("the session cache is bounded") {
  SessionCache cache;
  for (std::size_t i = 0; i <= SessionCache::kMaxSessions; ++i) {
    cache.put(std::to_string(i), SslSessionPtr(SSL_SESSION_new()));
  }
  CHECK(cache.size() == SessionCache::kMaxSessions);
}

TEST_CASE("the client certificate is shown to an upstream that asks for one") {
  const auto mine = certificate_for("client.test");
  const auto server = plain_server();
  for (const bool has : {true, false}) {
    CAPTURE(has);
    ClientTlsOptions options{.verify = false};
    if (has) {
      options.client_certificate = mine.certificate;
      options.client_key = mine.key;
    }
    TlsPair pair = pair_of(*make(options), *server, {.name = "web.test", .origin = "a:443"});
    SSL_set_verify(pair.server.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                   [](int /*ok*/, X509_STORE_CTX* /*context*/) { return 1; });
    CHECK(pair.shake() == has);
    CHECK((SSL_get0_peer_certificate(pair.server.get()) != nullptr) == has);
  }
}

TEST_CASE("an upstream below the least version is refused") {
  const auto client = make({.verify = false, .min_version = TlsVersion::tls1_3});
  TlsPair pair = pair_of(*client, *plain_server(), {.name = "web.test", .origin = "a:443"});
  SSL_set_max_proto_version(pair.server.get(), TLS1_2_VERSION);
  CHECK_FALSE(pair.shake());
}

TEST_CASE("options that cannot be used say which and why") {
  const auto bad_ca = ClientTls::create({.verify = true, .ca_pems = {std::string(kCaPem), "text"}});
  REQUIRE_FALSE(bad_ca);
  CHECK(bad_ca.error().message.starts_with("CA certificate 2 of 2: no certificate found"));
  const auto bad_pair = ClientTls::create({.verify = false,
                                           .client_certificate = std::string(kLeafPem),
                                           .client_key = Secret(std::string(kOtherKey))});
  REQUIRE_FALSE(bad_pair);
  CHECK(bad_pair.error().message.starts_with("client certificate: the private key does not"));
}
