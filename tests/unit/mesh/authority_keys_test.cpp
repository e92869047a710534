#include <string>

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include "authority_world.h"
#include "base/x509.h"
#include "base/x509_handles.h"
#include "support/mint.h"

namespace gw::mesh {
namespace {

using testing::first_of;
using testing::issue;
using testing::kNow;
using testing::new_authority;
using testing::verifies;

std::string ec_key() {
  const x509::KeyPtr key(EVP_EC_gen("P-256"));
  return std::string(gw::testing::pem_of(key.get()).reveal());
}

}  // namespace

TEST_CASE("an operator's keys sign as Consul's do, EC and RSA, bare and wrapped") {
  const auto signs = [](EVP_PKEY* key, bool traditional, const std::string& own) {
    const auto authority = new_authority();
    const std::string first = authority->active().pem;
    BIO* out = BIO_new(BIO_s_mem());
    if (traditional) {
      PEM_write_bio_PrivateKey_traditional(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    } else {
      PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    }
    const auto rotated = authority->rotate(kNow, Secret(gw::testing::text_of(out)));
    REQUIRE_MESSAGE(rotated, rotated.error().message);
    const Root root = authority->active();
    CHECK(first_of(root.pem).signature == own);
    CHECK(root.key_bits == EVP_PKEY_get_bits(key));
    const IssuedLeaf leaf = issue(*authority);
    CHECK(verifies(leaf.certificate, root.pem, false));
    CHECK(verifies(leaf.certificate, first));
    CHECK(first_of(leaf.certificate).key == "EC P-256");
    REQUIRE(authority->rotate(kNow));
    CHECK(verifies(issue(*authority).certificate, root.pem));
    return root.key_type + " " + first_of(leaf.certificate).signature;
  };
  const x509::KeyPtr p256(EVP_EC_gen("P-256"));
  const x509::KeyPtr p384(EVP_EC_gen("P-384"));
  const x509::KeyPtr p521(EVP_EC_gen("P-521"));
  const x509::KeyPtr rsa(EVP_RSA_gen(2048));
  CHECK(signs(p256.get(), true, "ecdsa-with-SHA256") == "ec ecdsa-with-SHA256");
  CHECK(signs(p384.get(), false, "ecdsa-with-SHA384") == "ec ecdsa-with-SHA256");
  CHECK(signs(p521.get(), true, "ecdsa-with-SHA512") == "ec ecdsa-with-SHA256");
  CHECK(signs(rsa.get(), true, "sha256WithRSAEncryption") == "rsa sha256WithRSAEncryption");
  CHECK(signs(rsa.get(), false, "sha256WithRSAEncryption") == "rsa sha256WithRSAEncryption");
}

TEST_CASE("bad keys are refused in Consul's words, without the key, and change nothing") {
  const auto authority = new_authority();
  const std::string id = authority->active().id;
  const auto why = [&](const std::string& key) {
    const auto rotated = authority->rotate(kNow, Secret(key));
    REQUIRE_FALSE(rotated);
    CHECK(authority->active().id == id);
    CHECK_FALSE(rotated.error().message.contains(key));
    return rotated.error().message;
  };
  const std::string begin = "error parsing private key \"hidden\": ";
  CHECK(why("hello") == begin + "no PEM-encoded data found");
  CHECK(why("-----BEGIN PUBLIC KEY-----\nMFk=\n-----END PUBLIC KEY-----\n") ==
        begin + "unknown PEM block type for signing key: PUBLIC KEY");
  CHECK(why("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" +
            ec_key()) == begin + "unknown PEM block type for signing key: EC PARAMETERS");
  CHECK(why("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")
            .starts_with(begin + "x509: failed to parse EC private key: "));
  const x509::KeyPtr curve(EVP_EC_gen("secp256k1"));
  CHECK(why(std::string(gw::testing::pem_of(curve.get()).reveal()))
            .ends_with("x509: unknown elliptic curve"));
  const x509::KeyPtr edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(why(std::string(gw::testing::pem_of(edwards.get()).reveal())) ==
        "invalid key type: ed25519.PublicKey");
  // As in Consul each of them has used up a serial.
  CHECK(issue(*authority).serial == "0e");
}

TEST_CASE("a root of the operator's own is adopted when it fits its key") {
  const auto authority = new_authority();
  const std::string first = authority->active().pem;
  const std::string name = "URI:spiffe://" + authority->trust_domain();
  const auto own = gw::testing::mint({.name = "own",
                                      .alternative = name,
                                      .ca = true,
                                      .not_before = kNow,
                                      .lifetime = std::chrono::hours(24 * 365),
                                      .serial = 77});
  const auto other = gw::testing::mint({.name = "other", .ca = true});
  const auto no_ca = gw::testing::mint({.name = "leaf"});
  const auto why = [&](const gw::testing::Minted& key, const std::string& certificate) {
    const auto adopted = authority->adopt(kNow, key.key_pem, certificate);
    REQUIRE_FALSE(adopted);
    return adopted.error().message;
  };
  CHECK(why(own, "nope") == "error parsing root fingerprint: no PEM-encoded data found");
  CHECK(why(own, other.pem).starts_with("the root certificate is for a different private key"));
  CHECK(why(no_ca, no_ca.pem) == "the root certificate is not a CA certificate");
  CHECK(authority->roots().size() == 1);

  REQUIRE(authority->adopt(kNow, own.key_pem, own.pem));
  const std::string id = authority->active().id;
  CHECK(authority->active().pem == own.pem);
  CHECK(authority->active().serial == 77);
  const IssuedLeaf leaf = issue(*authority);
  CHECK(first_of(leaf.certificate).authority_key_id == first_of(own.pem).subject_key_id);
  CHECK(verifies(leaf.certificate, own.pem, false));
  CHECK(verifies(leaf.certificate, first));

  // Once more changes nothing; after another root it comes back.
  REQUIRE(authority->adopt(kNow, own.key_pem, own.pem));
  CHECK(authority->roots().size() == 2);
  REQUIRE(authority->rotate(kNow));
  REQUIRE(authority->adopt(kNow, own.key_pem, own.pem));
  CHECK(authority->roots().size() == 3);
  CHECK(authority->active().id == id);
  CHECK(authority->active().active);
}

}  // namespace gw::mesh
