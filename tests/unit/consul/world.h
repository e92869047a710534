// A CA of the test's own, and what an agent would say of it.
#pragma once

#include <string>

#include "consul/answers.h"
#include "consul/fetch.h"
#include "support/mint.h"

namespace gw::consul::testing {

using gw::testing::mint;
using gw::testing::mint_root;
using gw::testing::Minted;
using gw::testing::MintRequest;

inline constexpr WallSeconds kIssued{std::chrono::seconds(1'600'000'000)};

inline Minted mint_leaf(const Minted& root, const std::string& service = "web",
                        MintRequest request = {}) {
  request.name = service;
  request.alternative = "URI:spiffe://td.consul/ns/default/dc/dc1/svc/" + service;
  return mint(request, &root);
}

inline Leaf leaf_of(const Minted& minted, const std::string& service = "web",
                    const std::string& more = {}) {
  Leaf leaf;
  leaf.service = service;
  leaf.uri = "spiffe://td.consul/ns/default/dc/dc1/svc/" + service;
  leaf.certificate = minted.pem + more;
  leaf.key = minted.key_pem;
  leaf.not_before = kIssued;
  leaf.not_after = kIssued + std::chrono::hours(72);
  return leaf;
}

inline Roots roots_of(const Minted& root) {
  return {.trust_domain = "td.consul", .pems = {root.pem}};
}

}  // namespace gw::consul::testing
