#include "base/certificate_check.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "base/x509.h"
#include "support/mint.h"

using namespace gw;
using namespace std::chrono_literals;
using testing::mint;
using testing::mint_root;
using testing::Minted;
using Faults = std::vector<CertificateFault>;

namespace {

constexpr WallSeconds kBegin{1'600'000'000s};
constexpr WallSeconds kNow = kBegin + 24h;
const std::string kWeb = "spiffe://td.consul/ns/default/dc/dc1/svc/web";

struct Asked {
  std::string roots;
  std::string chain;
  const Secret* key = nullptr;
  std::string spiffe = kWeb;
  WallSeconds now = kNow;
};

std::vector<CertificateComplaint> check(const Asked& asked) {
  auto complaints = check_certificate({.roots_pem = asked.roots,
                                       .chain_pem = asked.chain,
                                       .key = asked.key,
                                       .spiffe_uri = asked.spiffe,
                                       .now = asked.now});
  CHECK(ERR_peek_error() == 0);
  for (const auto& complaint : complaints) {
    INFO(complaint.text);
    CHECK_FALSE(complaint.text.empty());
    CHECK(complaint.text.find("PRIVATE") == std::string::npos);
  }
  return complaints;
}

Faults faults(const Asked& asked) {
  Faults out;
  for (const auto& complaint : check(asked)) out.push_back(complaint.fault);
  return out;
}

bool tells(const Asked& asked, const std::string& words) {
  const auto complaints = check(asked);
  return std::ranges::any_of(complaints, [&](const CertificateComplaint& complaint) {
    return complaint.text.find(words) != std::string::npos;
  });
}

using enum CertificateFault;

}  // namespace

TEST_CASE("a leaf of Consul's kind is fit, though it begins before its root does") {
  const Minted root = mint_root();
  const Minted leaf = mint({}, &root);
  CHECK(faults({.roots = root.pem, .chain = leaf.pem, .key = &leaf.key_pem}).empty());
  CHECK(faults({.roots = root.pem, .chain = leaf.pem}).empty());
  CHECK(faults({.roots = root.pem, .chain = leaf.pem, .spiffe = ""}).empty());
  CHECK(faults({.roots = root.pem, .chain = leaf.pem, .now = kBegin + 60s}).empty());
  const Minted bare = mint({.name = ""}, &root);
  CHECK(faults({.roots = root.pem, .chain = bare.pem, .key = &bare.key_pem}).empty());
}

TEST_CASE(
    "after a rotation the new leaf is fit under the new root, and under the old by the cross "
    "certificate") {
  const Minted old_root = mint_root("old");
  const Minted new_root = mint_root("new", kBegin + 1h);
  const Minted cross =
      mint({.name = "new", .alternative = "", .ca = true, .lifetime = 168h}, &old_root, &new_root);
  const Minted leaf = mint({}, &new_root);
  const std::string chain = leaf.pem + cross.pem;
  CHECK(faults({.roots = old_root.pem, .chain = chain}).empty());
  CHECK(faults({.roots = new_root.pem, .chain = chain}).empty());
  CHECK(faults({.roots = new_root.pem + old_root.pem, .chain = chain}).empty());
  CHECK(faults({.roots = old_root.pem, .chain = leaf.pem}) == Faults{CertificateFault::chain});
}

TEST_CASE("a chain may lead over intermediates, or end at one that is trusted itself") {
  const Minted root = mint_root();
  const Minted middle = mint({.name = "middle", .alternative = "", .ca = true}, &root);
  const Minted leaf = mint({}, &middle);
  CHECK(faults({.roots = root.pem, .chain = leaf.pem + middle.pem}).empty());
  CHECK(faults({.roots = middle.pem, .chain = leaf.pem}).empty());
  const Asked without{.roots = root.pem, .chain = leaf.pem};
  CHECK(faults(without) == Faults{chain});
  CHECK(tells(without, "its issuer 'CN=middle' is not among the roots"));
}

TEST_CASE("a chain to a foreign root, or to another of the same name, is refused") {
  const Minted root = mint_root();
  const Minted leaf = mint({}, &root);
  CHECK(faults({.roots = mint_root("foreign").pem, .chain = leaf.pem}) == Faults{chain});
  CHECK(faults({.roots = mint_root().pem, .chain = leaf.pem}) == Faults{chain});
  CHECK(tells({.roots = mint({}).pem, .chain = mint({}).pem}, "signed itself"));
}

TEST_CASE("what issued the leaf has to be a CA, and strong enough for TLS") {
  const Minted root = mint_root();
  const Minted no_ca = mint({.name = "no-ca"}, &root);
  const Minted leaf = mint({}, &no_ca);
  CHECK(faults({.roots = root.pem, .chain = leaf.pem + no_ca.pem}) == Faults{chain});
  const Minted weak = mint({.rsa_bits = 1024}, &root);
  CHECK(faults({.roots = root.pem, .chain = weak.pem}) == Faults{chain});
  const Minted rsa = mint({.rsa_bits = 2048}, &root);
  CHECK(faults({.roots = root.pem, .chain = rsa.pem, .key = &rsa.key_pem}).empty());
}

TEST_CASE("the leaf's time has faults of its own, to the second") {
  const Minted root = mint_root("root", kBegin - 240h);
  const Minted leaf = mint({}, &root);
  const auto at = [&](WallSeconds now) {
    return Asked{.roots = root.pem, .chain = leaf.pem, .now = now};
  };
  CHECK(faults(at(kBegin)).empty());
  CHECK(faults(at(kBegin + 72h)).empty());
  CHECK(faults(at(kBegin - 1s)) == Faults{not_yet_valid});
  CHECK(faults(at(kBegin + 72h + 1s)) == Faults{expired});
  CHECK(tells(at(kBegin - 90s), "not valid before 2020-09-13T12:26:40Z, in 1 min 30 s"));
  CHECK(tells(at(kBegin - 90s), "clock right?"));
  CHECK(tells(at(kBegin + 75h), "expired 2020-09-16T12:26:40Z, 3 h ago"));
}

TEST_CASE("a CA that has ended or not begun is the chain's fault, with its times") {
  const Minted root = mint_root("root", kBegin - 240h);
  const Minted middle =
      mint({.name = "middle", .alternative = "", .ca = true, .lifetime = 12h}, &root);
  const Minted leaf = mint({}, &middle);
  const Asked ended{.roots = root.pem, .chain = leaf.pem + middle.pem};
  CHECK(faults(ended) == Faults{chain});
  CHECK(tells(ended, "the CA 'CN=middle'; it expired 2020-09-14T00:26:40Z, 12 h ago"));
  const Minted late = mint_root("late", kNow + 10min);
  const Minted early = mint({}, &late);
  CHECK(
      tells({.roots = late.pem, .chain = early.pem}, "in 10 min: is this machine's clock right?"));
}

TEST_CASE("the key has to be the leaf's") {
  const Minted root = mint_root();
  const Minted leaf = mint({}, &root);
  const Minted other = mint({.rsa_bits = 2048}, &root);
  CHECK(faults({.roots = root.pem, .chain = leaf.pem, .key = &other.key_pem}) == Faults{key});
  CHECK(tells({.roots = root.pem, .chain = leaf.pem, .key = &other.key_pem}, "RSA 2048"));
  const Secret nonsense("nonsense");
  CHECK(faults({.roots = root.pem, .chain = leaf.pem, .key = &nonsense}) == Faults{unreadable});
}

TEST_CASE("the purpose has to be both ends of TLS, and no CA stands in the leaf's place") {
  const Minted root = mint_root();
  for (const std::string purposes : {"clientAuth", "serverAuth", "codeSigning"}) {
    CAPTURE(purposes);
    const Minted leaf = mint({.purposes = purposes}, &root);
    CHECK(faults({.roots = root.pem, .chain = leaf.pem}) == Faults{purpose});
  }
  const Minted open = mint({.purposes = ""}, &root);
  CHECK(faults({.roots = root.pem, .chain = open.pem}).empty());
  const Minted leaf = mint({}, &root);
  const Asked upside_down{.roots = root.pem, .chain = root.pem + leaf.pem, .spiffe = ""};
  CHECK(faults(upside_down) == Faults{purpose});
  CHECK(tells(upside_down, "the leaf has to stand first"));
}

TEST_CASE("the identity is compared exactly, but for the trust domain's case") {
  const Minted root = mint_root();
  const Minted leaf = mint({}, &root);
  const auto as = [&](const std::string& uri) {
    return Asked{.roots = root.pem, .chain = leaf.pem, .spiffe = uri};
  };
  CHECK(faults(as("spiffe://TD.Consul/ns/default/dc/dc1/svc/web")).empty());
  CHECK(faults(as("spiffe:///ns/default/dc/dc1/svc/web")).empty());
  CHECK(faults(as("spiffe://td.consul/ns/default/dc/dc1/svc/Web")) == Faults{spiffe});
  CHECK(faults(as("spiffe:///ns/default/dc/dc1/svc/we")) == Faults{spiffe});
  CHECK(faults(as("spiffe:///ns/default/dc/dc1/svc/web/")) == Faults{spiffe});
  CHECK(faults(as("spiffe://td.consul")) == Faults{spiffe});
  CHECK(tells(as("spiffe://other.consul/ns/default/dc/dc1/svc/web"), "another mesh"));
  CHECK(tells(as("web"), "no spiffe:// URI"));
}

TEST_CASE("a leaf has exactly one identity") {
  const Minted root = mint_root();
  const std::string uri = "URI:" + kWeb;
  for (const std::string& names : {std::string(), std::string("DNS:web"), uri + "," + uri,
                                   uri + ",URI:https://web.test/", std::string("URI:web")}) {
    CAPTURE(names);
    const Minted leaf = mint({.alternative = names}, &root);
    CHECK(faults({.roots = root.pem, .chain = leaf.pem}) == Faults{spiffe});
    CHECK(faults({.roots = root.pem, .chain = leaf.pem, .spiffe = ""}).empty());
  }
  const Minted named = mint({.alternative = "DNS:web," + uri}, &root);
  CHECK(faults({.roots = root.pem, .chain = named.pem}).empty());
}

TEST_CASE("every fault is told, not only the first") {
  const Minted leaf = mint({.purposes = "codeSigning"}, nullptr);
  const Minted other = mint({});
  CHECK(faults({.roots = mint_root().pem,
                .chain = leaf.pem,
                .key = &other.key_pem,
                .spiffe = "spiffe:///svc/api",
                .now = kBegin + 100h}) == Faults{chain, expired, key, purpose, spiffe});
}

TEST_CASE("what cannot be read is told, and the rest is checked as far as it goes") {
  const Minted root = mint_root();
  const Minted leaf = mint({}, &root);
  CHECK(faults({.roots = "", .chain = leaf.pem}) == Faults{unreadable});
  CHECK(faults({.roots = root.pem, .chain = ""}) == Faults{unreadable});
  CHECK(faults({.roots = "", .chain = "", .key = nullptr}) == Faults{unreadable, unreadable});
  CHECK(faults({.roots = "", .chain = leaf.pem, .now = kBegin + 100h}) ==
        Faults{unreadable, expired});
  std::string many;
  for (std::size_t i = 0; i <= kMaxCertificates; ++i) many += root.pem;
  CHECK(faults({.roots = many, .chain = leaf.pem}) == Faults{unreadable});
  CHECK(faults({.roots = root.pem, .chain = leaf.pem + many}) == Faults{unreadable});
}
