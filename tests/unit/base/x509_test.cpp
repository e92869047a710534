#include "base/x509.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/certificates.h"
#include "support/mint.h"

using namespace gw;
using testing::kCaPem;
using testing::kLeafKey;
using testing::kLeafPem;
using testing::kOtherKey;

TEST_CASE("a certificate tells its names, its end and whether it is a CA") {
  const auto ca = read_certificates(kCaPem);
  REQUIRE(ca);
  REQUIRE(ca->size() == 1);
  CHECK(ca->front().is_ca);
  CHECK(ca->front().subject == "CN=Test CA");

  const auto leaf = read_certificates(kLeafPem);
  REQUIRE(leaf);
  CHECK_FALSE(leaf->front().is_ca);
  CHECK(leaf->front().dns_names == std::vector<std::string>{"web.test"});
  CHECK(leaf->front().uris ==
        std::vector<std::string>{"spiffe://td.consul/ns/default/dc/dc1/svc/web"});
  CHECK(leaf->front().not_after == WallSeconds(std::chrono::seconds(4948891356)));
  CHECK(leaf->front().not_before < leaf->front().not_after);
}

TEST_CASE("numbers are told as Consul writes them, and kinds and purposes in words") {
  const auto read = read_certificates(kLeafPem);
  REQUIRE(read);
  const CertificateInfo& leaf = read->front();
  CHECK(leaf.serial == "7f:70:97:64:ad:80:c1:7b:b0:6a:fd:7c:52:08:66:47:25:48:90:37");
  CHECK(leaf.key == "EC P-256");
  CHECK(leaf.signature == "ecdsa-with-SHA256");
  CHECK(leaf.sha256.size() == 32 * 3 - 1);
  CHECK(leaf.subject_key_id == "33:f6:b4:b1:15:34:d1:d7:72:2f:43:6d:73:72:2e:ac:21:24:50:b3");
  CHECK(leaf.authority_key_id.empty());
  CHECK(leaf.usages.empty());
  CHECK(leaf.purposes.empty());

  const auto minted = testing::mint({.rsa_bits = 2048, .serial = -8}, nullptr);
  const auto other = read_certificates(minted.pem);
  REQUIRE(other);
  CHECK(other->front().serial == "-08");
  CHECK(other->front().key == "RSA 2048");
  CHECK(other->front().purposes == std::vector<std::string>{"client", "server"});
  CHECK(other->front().usages == std::vector<std::string>{"digital signature", "key encipherment",
                                                          "data encipherment", "key agreement"});
  CHECK(private_key_kind(minted.key_pem.reveal()).value_or("") == "RSA 2048");
  CHECK(private_key_kind(kLeafKey).value_or("") == "EC P-256");
  CHECK_FALSE(private_key_kind(kLeafPem));
}

TEST_CASE("a chain is read in its order, with text between and around") {
  const std::string chain =
      "leaf:\n" + std::string(kLeafPem) + "its CA:\n" + std::string(kCaPem) + "the end\n";
  const auto read = read_certificates(chain);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK_FALSE(read->at(0).is_ca);
  CHECK(read->at(1).is_ca);
}

TEST_CASE("what is no certificate is refused with a reason") {
  std::string broken(kLeafPem);
  broken[60] = '!';
  const std::string cut(kLeafPem.substr(0, kLeafPem.size() / 2));
  for (const std::string& text : {std::string(), std::string("text"), std::string(kLeafKey), broken,
                                  cut, std::string(kCaPem) + broken}) {
    CAPTURE(text);
    const auto read = read_certificates(text);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().message.empty());
  }
}

TEST_CASE("the number of certificates in one text is bounded") {
  std::string many;
  for (std::size_t i = 0; i <= kMaxCertificates; ++i) many += kCaPem;
  const auto read = read_certificates(many);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::too_large);
}

TEST_CASE("a key belongs to the certificate that was made for it, and to no other") {
  CHECK(key_matches(kLeafPem, kLeafKey).value_or(false));
  CHECK_FALSE(key_matches(kLeafPem, kOtherKey).value_or(true));
  CHECK_FALSE(key_matches(kLeafPem, "no key"));
  CHECK_FALSE(key_matches("no certificate", kLeafKey));
  CHECK(read_private_key(kLeafKey));
  CHECK_FALSE(read_private_key(kLeafPem));
}
