#include "consul/identity.h"

#include <string>

#include <doctest/doctest.h>

#include "consul/expiry.h"
#include "world.h"

namespace gw::consul {
namespace {

using namespace std::chrono_literals;
using testing::kIssued;

std::string wrong(const Roots& roots, const Leaf& leaf, WallSeconds now,
                  const std::string& service = "web") {
  const auto fit = check_identity(roots, leaf, service, now);
  return fit ? std::string{} : fit.error().message;
}

TEST_CASE("a leaf is fit when it leads to a root, is the service's, holds, and has its key") {
  const auto root = testing::mint_root();
  const auto roots = testing::roots_of(root);
  const auto leaf = testing::leaf_of(testing::mint_leaf(root));
  CHECK(wrong(roots, leaf, kIssued + 1h).empty());
  CHECK(wrong(roots, leaf, kIssued + 100h).find("expired") != std::string::npos);
  CHECK_FALSE(wrong(roots, leaf, kIssued - 1h).empty());
  CHECK_FALSE(wrong(testing::roots_of(testing::mint_root("other")), leaf, kIssued + 1h).empty());
  auto mixed = leaf;
  mixed.key = testing::mint_leaf(root).key_pem;
  CHECK_FALSE(wrong(roots, mixed, kIssued + 1h).empty());
}

TEST_CASE("another service's leaf, or another trust domain's, is not used") {
  const auto root = testing::mint_root();
  auto roots = testing::roots_of(root);
  const auto leaf = testing::leaf_of(testing::mint_leaf(root));
  CHECK(wrong(roots, leaf, kIssued + 1h, "web-admin").find("another service") != std::string::npos);
  roots.trust_domain = "elsewhere.consul";
  CHECK(wrong(roots, leaf, kIssued + 1h).find("trust domain") != std::string::npos);
}

TEST_CASE("after a rotation a leaf with its cross-signed CA leads to the old root, too") {
  const auto before = testing::mint_root("before");
  const auto after = testing::mint_root("after");
  const auto crossed = testing::mint(
      {.name = "after", .alternative = "URI:spiffe://td.consul", .ca = true}, &before, &after);
  const auto minted = testing::mint_leaf(after);
  CHECK(wrong(testing::roots_of(before), testing::leaf_of(minted, "web", crossed.pem), kIssued + 1h)
            .empty());
  CHECK_FALSE(wrong(testing::roots_of(before), testing::leaf_of(minted), kIssued + 1h).empty());
}

TEST_CASE("renewal is asked for in the last tenth of a life, and waited for to its middle") {
  const auto leaf = testing::leaf_of(testing::mint_root());
  CHECK_FALSE(is_overdue(leaf, kIssued + 64h));
  CHECK(is_overdue(leaf, kIssued + 65h));
  Rng rng(3);
  for (int i = 0; i < 100; ++i) {
    const auto when = renewal_time(leaf, rng);
    CHECK(when >= kIssued + std::chrono::seconds(72h) * 9 / 10);
    CHECK(when <= kIssued + std::chrono::seconds(72h) * 95 / 100 + 1s);
  }
}

TEST_CASE("that nobody renews a leaf is told once, and again of the next one") {
  Certificates certificates;
  const auto root = testing::mint_root();
  certificates.leaves.emplace("web", testing::leaf_of(testing::mint_leaf(root)));
  ExpiryNotices notices;
  CHECK(notices.due(certificates, kIssued + 47h).empty());
  CHECK(notices.due(certificates, kIssued + 49h).size() == 1);
  CHECK(notices.due(certificates, kIssued + 50h).empty());
  certificates.leaves.insert_or_assign("web", testing::leaf_of(testing::mint_leaf(root)));
  CHECK(notices.due(certificates, kIssued + 51h).size() == 1);
}

}  // namespace
}  // namespace gw::consul
