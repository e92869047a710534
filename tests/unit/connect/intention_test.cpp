#include "connect/intention.h"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

namespace {

using gw::connect::covers;
using gw::connect::describe;
using gw::connect::find_match;
using gw::connect::Intention;
using gw::connect::IntentionAction;
using gw::connect::is_allowed;
using gw::connect::precedence;

constexpr auto kAllow = IntentionAction::allow;
constexpr auto kDeny = IntentionAction::deny;

TEST_CASE("an intention is told by its two names and what it does") {
  CHECK(describe({"kong", "web", kDeny}) == "kong => web (deny)");
  CHECK(describe({"*", "*", kAllow}) == "* => * (allow)");
}

TEST_CASE("the destination counts first in an intention's precedence") {
  CHECK(precedence("kong", "web") == 9);
  CHECK(precedence("*", "web") == 8);
  CHECK(precedence("kong", "*") == 6);
  CHECK(precedence("*", "*") == 5);
}

TEST_CASE("only a whole star is a wildcard") {
  CHECK(covers({"*", "web", kDeny}, "kong", "web"));
  CHECK(covers({"kong", "*", kDeny}, "kong", "web"));
  CHECK(covers({"*", "*", kDeny}, "kong", "web"));
  CHECK_FALSE(covers({"ko*", "web", kDeny}, "kong", "web"));
  CHECK_FALSE(covers({"kong", "web", kDeny}, "kong", "web-api"));
  CHECK_FALSE(covers({"kong", "web", kDeny}, "web", "kong"));
  CHECK_FALSE(covers({"kong", "web", kDeny}, "Kong", "web"));
}

TEST_CASE("of several intentions the most exact decides, in any order") {
  std::vector<Intention> all{
      {"*", "*", kDeny}, {"kong", "*", kDeny}, {"*", "web", kAllow}, {"kong", "web", kDeny}};
  std::ranges::sort(all, {}, &Intention::destination);
  do {
    // Consul's own example: * to web (8) beats kong to * (6).
    const Intention* web = find_match(all, "api", "web");
    REQUIRE(web != nullptr);
    CHECK(*web == Intention{"*", "web", kAllow});
    const Intention* exact = find_match(all, "kong", "web");
    REQUIRE(exact != nullptr);
    CHECK(*exact == Intention{"kong", "web", kDeny});
    const Intention* from_kong = find_match(all, "kong", "api");
    REQUIRE(from_kong != nullptr);
    CHECK(*from_kong == Intention{"kong", "*", kDeny});
    const Intention* rest = find_match(all, "web", "api");
    REQUIRE(rest != nullptr);
    CHECK(*rest == Intention{"*", "*", kDeny});
  } while (std::ranges::next_permutation(all, {}, &Intention::destination).found);
}

TEST_CASE("a connection that no intention is about goes by the default") {
  const std::vector<Intention> all{{"web", "api", kDeny}};
  CHECK(find_match(all, "kong", "web") == nullptr);
  CHECK(find_match({}, "kong", "web") == nullptr);
  CHECK(is_allowed(all, "kong", "web", true));
  CHECK_FALSE(is_allowed(all, "kong", "web", false));
  CHECK_FALSE(is_allowed(all, "web", "api", true));
  CHECK(is_allowed({}, "web", "api", true));
}

TEST_CASE("an allowing intention opens what the default closes") {
  const std::vector<Intention> all{{"kong", "web", kAllow}, {"*", "api", kAllow}};
  CHECK(is_allowed(all, "kong", "web", false));
  CHECK(is_allowed(all, "web", "api", false));
  CHECK_FALSE(is_allowed(all, "api", "web", false));
}

}  // namespace
