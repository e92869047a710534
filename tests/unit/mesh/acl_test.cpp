#include "mesh/acl.h"

#include <doctest/doctest.h>

namespace gw::mesh {
namespace {

AclRule rule(Resource resource, const char* name, Access access, bool is_prefix = false) {
  return {resource, name, is_prefix, access, std::nullopt};
}

Acl with(std::vector<AclRule> rules, bool allow_by_default = false) {
  AclOptions options{.enabled = true, .allow_by_default = allow_by_default};
  options.tokens.push_back({Secret("secret"), "one", false, std::move(rules)});
  options.tokens.push_back({Secret("root"), "two", true, {}});
  return Acl(std::move(options));
}

}  // namespace

TEST_CASE("without ACLs everybody may do everything") {
  const Acl acl;
  CHECK(acl.knows("nobody"));
  CHECK(acl.may("nobody", Resource::operators, "", Access::write));
}

TEST_CASE("a token is known by its secret") {
  const Acl acl = with({});
  CHECK(acl.knows(""));
  CHECK(acl.knows("secret"));
  CHECK_FALSE(acl.knows("Secret"));
  CHECK_FALSE(acl.may("Secret", Resource::service, "web", Access::read));
  CHECK(acl.may("root", Resource::service, "web", Access::write));
  CHECK_FALSE(acl.may("", Resource::service, "web", Access::read));
}

TEST_CASE("the exact rule decides, then the longest prefix, then the default") {
  const Acl acl = with(
      {rule(Resource::key, "", Access::read, true), rule(Resource::key, "a/", Access::write, true),
       rule(Resource::key, "a/b", Access::deny), rule(Resource::key, "l/", Access::list, true)});
  CHECK(acl.may("secret", Resource::key, "x", Access::read));
  CHECK_FALSE(acl.may("secret", Resource::key, "x", Access::list));
  CHECK_FALSE(acl.may("secret", Resource::key, "x", Access::write));
  CHECK(acl.may("secret", Resource::key, "a/c", Access::write));
  CHECK_FALSE(acl.may("secret", Resource::key, "a/b", Access::read));
  CHECK(acl.may("secret", Resource::key, "l/x", Access::list));
  CHECK(acl.may("secret", Resource::key, "l/x", Access::read));
  CHECK_FALSE(acl.may("secret", Resource::key, "l/x", Access::write));
  CHECK_FALSE(acl.may("secret", Resource::service, "x", Access::read));
  CHECK(with({}, true).may("secret", Resource::service, "x", Access::write));
}

TEST_CASE("who may write a service may read its intentions, and write them only where it is said") {
  AclRule writes = rule(Resource::service, "api", Access::write);
  writes.intentions = Access::write;
  const Acl acl = with({rule(Resource::service, "web", Access::write), writes,
                        rule(Resource::service, "db", Access::deny)});
  CHECK(acl.may("secret", Resource::intention, "web", Access::read));
  CHECK_FALSE(acl.may("secret", Resource::intention, "web", Access::write));
  CHECK(acl.may("secret", Resource::intention, "api", Access::write));
  CHECK_FALSE(acl.may("secret", Resource::intention, "db", Access::read));
}

TEST_CASE("everybody's intentions are read by who reads any and written by who writes all") {
  AclRule all = rule(Resource::service, "", Access::write, true);
  all.intentions = Access::write;
  const auto may = [](std::vector<AclRule> rules, Access access) {
    return with(std::move(rules)).may("secret", Resource::intention, "*", access);
  };
  CHECK(may({rule(Resource::service, "web", Access::read)}, Access::read));
  CHECK_FALSE(may({rule(Resource::service, "web", Access::write)}, Access::write));
  CHECK_FALSE(may({}, Access::read));
  CHECK(may({all}, Access::write));
  AclRule except = rule(Resource::service, "db", Access::read);
  except.intentions = Access::deny;
  CHECK_FALSE(may({all, except}, Access::write));
}

}  // namespace gw::mesh
