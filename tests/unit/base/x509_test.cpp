#include "base/x509.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/certificates.h"

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
