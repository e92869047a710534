// What an agent says about its CA and its leaves (consul-behaviour.md 2.5, 2.6), read strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace gw::consul {

struct Roots {
  std::string trust_domain;       // "<uuid>.consul"
  std::vector<std::string> pems;  // every root, the active one and those before it; PEM, one each

  // All of them as one text.
  [[nodiscard]] std::string bundle() const;
  friend bool operator==(const Roots&, const Roots&) = default;
};

struct Leaf {
  std::string service;
  std::string uri;          // spiffe://<trust domain>/ns/<ns>/dc/<dc>/svc/<service>
  std::string certificate;  // PEM, the leaf first, then what leads to a root
  Secret key;               // PEM
  WallSeconds not_before{};
  WallSeconds not_after{};

  friend bool operator==(const Leaf& a, const Leaf& b) {
    return a.certificate == b.certificate && a.key.reveal() == b.key.reveal();
  }
};

// Errors (unreachable: nothing that could be used was said) name the field.
[[nodiscard]] Result<Roots> read_roots(std::string_view json);
[[nodiscard]] Result<Leaf> read_leaf(std::string_view json);

}  // namespace gw::consul
