#include "consul/answers.h"

#include <string>

#include <doctest/doctest.h>

#include "world.h"

namespace gw::consul {
namespace {

// A PEM text as a JSON string.
std::string json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out + "\"";
}

std::string roots_json(const std::string& list) {
  return R"({"ActiveRootID":"x","TrustDomain":"td.consul","Roots":[)" + list + "]}";
}

TEST_CASE("every root is read, in order, each once") {
  const auto first = testing::mint_root("one");
  const auto second = testing::mint_root("two");
  const std::string one = R"({"Active":true,"RootCert":)" + json(first.pem) + "}";
  const std::string two =
      R"({"Active":false,"IntermediateCerts":null,"RootCert":)" + json(second.pem) + "}";
  const auto roots = read_roots(roots_json(one + "," + two + "," + one));
  REQUIRE(roots);
  CHECK(roots->trust_domain == "td.consul");
  CHECK(roots->bundle() == first.pem + second.pem);
}

TEST_CASE("an answer that holds no root is none") {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"),
        std::string("<html>"), std::string("{\"Roots\":[],\"TrustDomain\":\"x\"}"),
        std::string("{\"Roots\":\"x\",\"TrustDomain\":\"x\"}"),
        std::string("{\"Roots\":[{}],\"TrustDomain\":\"x\"}"),
        std::string("{\"Roots\":[{\"RootCert\":\"x\"}],\"TrustDomain\":\"x\"}"),
        std::string("{\"Roots\":[1],\"TrustDomain\":\"x\"}"), std::string("{\"Roots\":["),
        std::string(100'000, '['), std::string("{\"a\":") + std::string(1000, '{')}) {
    CAPTURE(text.substr(0, 60));
    const auto roots = read_roots(text);
    REQUIRE_FALSE(roots);
    CHECK(roots.error().code == ErrorCode::unreachable);
  }
}

TEST_CASE("a leaf says by its certificate how long it holds and whose it is") {
  const auto root = testing::mint_root();
  const auto minted = testing::mint_leaf(root);
  const auto leaf =
      read_leaf(R"({"SerialNumber":"0a","CertPEM":)" + json(minted.pem) + R"(,"PrivateKeyPEM":)" +
                json(minted.key_pem.reveal()) +
                R"(,"ServiceURI":"spiffe://lies","ValidBefore":"2099-01-01T00:00:00Z"})");
  REQUIRE(leaf);
  CHECK(leaf->uri == "spiffe://td.consul/ns/default/dc/dc1/svc/web");
  CHECK(leaf->not_before == testing::kIssued);
  CHECK(leaf->not_after == testing::kIssued + std::chrono::hours(72));
  CHECK(leaf->key.reveal() == minted.key_pem.reveal());
}

TEST_CASE("a leaf without certificate or key is none, and its key is not in the message") {
  const auto minted = testing::mint_root();
  const std::string key = R"("PrivateKeyPEM":)" + json(minted.key_pem.reveal());
  for (const std::string& text :
       {"{" + key + "}", R"({"CertPEM":"x",)" + key + "}", R"({"CertPEM":1,)" + key + "}",
        R"({"CertPEM":)" + json(minted.pem) + "}"}) {
    const auto leaf = read_leaf(text);
    REQUIRE_FALSE(leaf);
    CHECK(leaf.error().message.find("PRIVATE") == std::string::npos);
  }
}

}  // namespace
}  // namespace gw::consul
