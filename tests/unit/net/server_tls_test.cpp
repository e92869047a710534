#include "net/server_tls.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include "base/x509.h"
#include "net/certificate_store.h"
#include "support/certificates.h"
#include "tls_pair.h"

using namespace gw;
using namespace gw::net;
using namespace gw::testing;

namespace {

std::shared_ptr<const ClientTls> trusting_client() {
  const auto made = ClientTls::create({.verify = false});
  REQUIRE(made);
  return *made;
}

TlsPair pair_of(const ClientTls& client, const ServerTls& server, std::string_view name) {
  auto c = client.session({.name = name, .origin = "origin:443"}, today());
  auto s = server.session();
  REQUIRE(c);
  REQUIRE(s);
  return {std::move(*c), std::move(*s)};
}

model::Certificate entity(std::string_view host, std::vector<std::string> snis) {
  const auto pem = certificate_for(host);
  return {.id = {}, .cert = pem.certificate, .key = pem.key, .snis = std::move(snis)};
}

}  // namespace

TEST_CASE("the certificate is the exact name's, then a wildcard's, then everybody's") {
  const std::vector<model::Certificate> certificates{
      entity("exact", {"www.example.com", "*.shop.example.com"}),
      entity("left", {"*.example.com"}),
      entity("right", {"example.*", "www.example.*"}),
  };
  auto with_everybody = certificates;
  with_everybody.push_back(entity("everybody", {"*"}));
  const auto few = CertificateStore::create(certificates, pair_for("fallback"));
  const auto all = CertificateStore::create(with_everybody, pair_for("fallback"));
  REQUIRE(few);
  REQUIRE(all);
  const auto cn = [](const KeyPair& pair) {
    std::array<char, 64> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(pair.leaf.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return std::string(name.data());
  };
  struct Row {
    std::string sni;
    const char* expected;
  };
  for (const Row& row :
       {Row{"www.example.com", "exact"}, Row{"WWW.Example.Com", "exact"},
        Row{"www.example.com.", "exact"}, Row{"a.shop.example.com", "exact"},
        Row{"api.example.com", "left"}, Row{"www.example.org", "right"},
        Row{"example.org", "right"},
        Row{"example.com", "right"},  // no wildcard over a top-level domain
        Row{"a.b.example.com", "fallback"}, Row{"other.test", "fallback"}, Row{"", "fallback"},
        Row{".", "fallback"}, Row{"..", "fallback"}, Row{std::string(255, 'a'), "fallback"}}) {
    CAPTURE(row.sni);
    const std::string expected = row.expected;
    CHECK(cn(few->find(row.sni)) == expected);
    CHECK(cn(all->find(row.sni)) == (expected == "fallback" ? "everybody" : expected));
  }
}

TEST_CASE("a handshake shows the certificate for its server name and tells which it was") {
  const std::vector certificates{entity("a.test", {"a.test"}), entity("b.test", {"b.test"})};
  const auto server =
      ServerTls::create({.certificates = certificates, .fallback = pair_for("fallback")});
  REQUIRE(server);
  const auto client = trusting_client();
  for (const auto& [name, seen] : {std::pair{"a.test", "a.test"},
                                   {"b.test", "b.test"},
                                   {"c.test", "fallback"},
                                   {"192.0.2.1", "fallback"},
                                   {"", "fallback"}}) {
    CAPTURE(name);
    TlsPair pair = pair_of(*client, **server, name);
    REQUIRE(pair.shake());
    CHECK(pair.client_saw() == seen);
    const bool is_name = std::string_view(name).ends_with(".test");
    CHECK(sni_of(pair.server.get()) == (is_name ? name : ""));
  }
}

TEST_CASE("a connection outlives the server it was made from") {
  auto server = plain_server();
  TlsPair pair = pair_of(*trusting_client(), *server, "a.test");
  server.reset();
  CHECK(pair.shake());
}

TEST_CASE("only http/1.1 is agreed on; a client that wants others gets no answer about it") {
  const auto server = plain_server();
  const auto client = trusting_client();
  struct Row {
    std::string offered;
    std::string chosen;
  };
  for (const Row& row : {Row{"\x02h2\x08http/1.1", "http/1.1"}, Row{"\x08http/1.1", "http/1.1"},
                         Row{"\x02h2", ""}, Row{"", ""}}) {
    CAPTURE(row.offered);
    TlsPair pair = pair_of(*client, *server, "a.test");
    SSL_set_alpn_protos(pair.client.get(),
                        reinterpret_cast<const unsigned char*>(row.offered.data()),
                        static_cast<unsigned>(row.offered.size()));
    REQUIRE(pair.shake());
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(pair.client.get(), &chosen, &size);
    CHECK(std::string(reinterpret_cast<const char*>(chosen), size) == row.chosen);
  }
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, 1.1 is not, and nothing is renegotiated") {
  const auto server = plain_server();
  const auto client = trusting_client();
  for (const auto& [version, spoken] :
       {std::pair{TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}}) {
    CAPTURE(version);
    TlsPair pair = pair_of(*client, *server, "a.test");
    SSL_set_min_proto_version(pair.client.get(), version);
    SSL_set_max_proto_version(pair.client.get(), version);
    SSL_set_security_level(pair.client.get(), 0);
    CHECK(pair.shake() == spoken);
    if (version != TLS1_2_VERSION) continue;
    SSL_clear_options(pair.client.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_renegotiate(pair.client.get());
    CHECK_FALSE(pair.shake());
  }
}

TEST_CASE("a ticket opens a session again until its key has been rotated away") {
  struct Row {
    int version;
    int rotations;
    bool reused;
  };
  for (const Row& row : {Row{TLS1_2_VERSION, 0, true}, Row{TLS1_2_VERSION, 1, true},
                         Row{TLS1_2_VERSION, 2, false}, Row{TLS1_3_VERSION, 0, true},
                         Row{TLS1_3_VERSION, 1, true}, Row{TLS1_3_VERSION, 2, false}}) {
    CAPTURE(row.version);
    CAPTURE(row.rotations);
    const auto tickets = std::make_shared<TicketKeys>();
    const auto client = trusting_client();
    TlsPair first = pair_of(*client, *plain_server(tickets), "a.test");
    SSL_set_max_proto_version(first.client.get(), row.version);
    REQUIRE(first.shake());
    CHECK(SSL_session_reused(first.server.get()) == 0);
    for (int i = 0; i < row.rotations; ++i) tickets->rotate();
    // Another server with the same keys: that is what a reload makes.
    TlsPair second = pair_of(*client, *plain_server(tickets), "a.test");
    SSL_set_max_proto_version(second.client.get(), row.version);
    REQUIRE(second.shake());
    CHECK((SSL_session_reused(second.server.get()) == 1) == row.reused);
    CHECK((SSL_session_reused(second.client.get()) == 1) == row.reused);
  }
}

TEST_CASE("a pair that cannot be used says what to do about it") {
  const auto encrypted = [] {
    const PrivateKeyPtr key(EVP_EC_gen("P-256"));
    const BioPtr out(BIO_new(BIO_s_mem()));
    char secret[] = "secret";
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), secret, 6, nullptr,
                                  nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
  }();
  struct Row {
    const char* why;
    std::string certificate;
    std::string key;
    const char* says;
  };
  const std::string leaf(kLeafPem);
  const std::string key(kLeafKey);
  for (const Row& row :
       {Row{"no certificate", "", key, "the certificate is empty"},
        Row{"no PEM", "text", key, "no certificate found; expected PEM"},
        Row{"swapped", key, leaf, "a private key stands where the certificate is expected"},
        Row{"a reference", "{vault://env/cert}", key,
            "is a vault reference that has not been looked up"},
        Row{"broken", leaf.substr(0, 200), key, "the certificate cannot be read: "},
        Row{"no key", leaf, "", "the private key is empty"},
        Row{"twice the certificate", leaf, leaf, "a certificate stands where the private key"},
        Row{"a broken key", leaf, key.substr(0, 100), "the private key cannot be read: "},
        Row{"another's key", leaf, std::string(kOtherKey), "does not belong to the first"},
        Row{"the chain before the leaf", std::string(kCaPem) + leaf, key, "put the leaf first"},
        Row{"an encrypted key", leaf, encrypted, "the private key is encrypted; store it"}}) {
    CAPTURE(std::string(row.why));
    const auto pair = read_key_pair(row.certificate, Secret(row.key));
    REQUIRE_FALSE(pair);
    CAPTURE(pair.error().message);
    CHECK(pair.error().message.find(row.says) != std::string::npos);
  }
  const std::vector<model::Certificate> bad{
      {.id = {}, .cert = leaf, .key = Secret(std::string(kOtherKey)), .snis = {"a.test"}}};
  const auto server = ServerTls::create({.certificates = bad, .fallback = pair_for("fallback")});
  REQUIRE_FALSE(server);
  CHECK(server.error().message.starts_with("certificate 00000000-0000-0000-0000-000000000000: "));
  CHECK(read_key_pair(leaf + std::string(kCaPem), Secret(key)));
}

TEST_CASE("the self-signed certificate is for its host, from an hour ago for ten years") {
  const WallSeconds now = std::chrono::sys_days(std::chrono::year(2030) / 2 / 28);
  const auto made = make_self_signed("localhost", now);
  REQUIRE(made);
  const auto read = read_certificates(made->certificate);
  REQUIRE(read);
  CHECK(read->front().dns_names == std::vector<std::string>{"localhost"});
  CHECK(read->front().subject == "CN=localhost,O=gatewayctl");
  CHECK(read->front().not_before == now - std::chrono::hours(1));
  CHECK(read->front().not_after == now + std::chrono::hours(24 * 3650));
  CHECK_FALSE(read->front().is_ca);
  CHECK(key_matches(made->certificate, made->key.reveal()).value_or(false));
  CHECK(make_self_signed("localhost", now)->certificate != made->certificate);
}
