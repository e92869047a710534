#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/hash.h"
#include "unit/gateway/playing.h"

namespace gw::gateway {

using model::Algorithm;
using test::answer;
using test::at_ms;
using test::config_of;
using test::Gateway;
using test::target;
using test::upstream_of;

namespace {

// The share of 100,000 hashes that each target gets.
std::map<std::string, int> spread(const model::Upstream& upstream) {
  const CompiledUpstream compiled = compile_upstream(upstream);
  Balancers balancers;
  std::map<std::string, int> shares;
  for (int i = 0; i < 100'000; ++i) {
    const auto picked = balancers.pick(compiled, {}, hash64("client-" + std::to_string(i)));
    ++shares[upstream.targets[picked->index].host];
  }
  return shares;
}

std::string host_for(Balancers& balancers, const CompiledUpstream& upstream, int client) {
  const auto picked = balancers.pick(upstream, {}, hash64("client-" + std::to_string(client)));
  return upstream.model->targets[picked->index].host;
}

// The host that one request is tried at; the request is over then.
std::string play(Gateway& gateway, std::string* cookie = nullptr) {
  Exchange& exchange = gateway.begin();
  const Step tried = exchange.start();
  const std::string host(std::get<Try>(tried).target.host);
  const Step step = exchange.on_response(answer(200), at_ms(1));
  if (cookie != nullptr) *cookie = test::field(step, "Set-Cookie");
  (void)exchange.on_end(at_ms(1));
  return host;
}

model::Upstream hashed(model::HashInput hash, model::HashInput fallback = {}) {
  model::Upstream upstream = upstream_of({target("a"), target("b"), target("c"), target("d")},
                                         Algorithm::consistent_hashing);
  upstream.hash = std::move(hash);
  upstream.hash_fallback = std::move(fallback);
  return upstream;
}

}  // namespace

TEST_CASE("targets are tried in proportion to their weights") {
  const auto upstream = upstream_of({target("a", 3), target("b", 1), target("c", 0)});
  const CompiledUpstream compiled = compile_upstream(upstream);
  Balancers balancers;
  std::vector<int> picked(3);
  for (int i = 0; i < 400; ++i) ++picked[balancers.pick(compiled, {})->index];
  CHECK(picked == std::vector<int>{300, 100, 0});
}

TEST_CASE("a retry goes to a target that was not tried, while there is one") {
  for (const Algorithm algorithm :
       {Algorithm::round_robin, Algorithm::least_connections, Algorithm::consistent_hashing}) {
    CAPTURE(static_cast<int>(algorithm));
    const auto upstream = upstream_of({target("a"), target("b")}, algorithm);
    const CompiledUpstream compiled = compile_upstream(upstream);
    Balancers balancers;
    const std::vector<std::uint32_t> tried{0};
    for (std::uint64_t i = 0; i < 10; ++i) CHECK(balancers.pick(compiled, tried, i)->index == 1);
    const std::vector<std::uint32_t> all{0, 1};
    CHECK(balancers.pick(compiled, all, 1).has_value());
  }
}

TEST_CASE("an upstream without a target that has weight yields none") {
  for (const Algorithm algorithm :
       {Algorithm::round_robin, Algorithm::least_connections, Algorithm::consistent_hashing}) {
    Balancers balancers;
    const auto none = upstream_of({}, algorithm);
    CHECK_FALSE(balancers.pick(compile_upstream(none), {}, 1).has_value());
    const auto idle = upstream_of({target("a", 0)}, algorithm);
    CHECK_FALSE(balancers.pick(compile_upstream(idle), {}, 1).has_value());
  }
}

TEST_CASE("least-connections takes the target with the fewest requests for its weight") {
  const auto upstream =
      upstream_of({target("a", 100), target("b", 300)}, Algorithm::least_connections);
  const CompiledUpstream compiled = compile_upstream(upstream);
  Balancers balancers;
  std::vector<TargetRef> first;
  std::vector<int> picked(2);
  for (int i = 0; i < 40; ++i) {
    const auto p = *balancers.pick(compiled, {});
    ++picked[p.index];
    balancers.begun(p.ref);
    if (p.index == 0) first.push_back(p.ref);
  }
  CHECK(picked == std::vector<int>{10, 30});
  CHECK(balancers.connections(upstream, upstream.targets[0]) == 10);
  for (const TargetRef ref : first) balancers.ended(ref);
  CHECK(balancers.connections(upstream, upstream.targets[0]) == 0);
  CHECK(balancers.pick(compiled, {})->index == 0);
}

TEST_CASE("idle targets take turns under least-connections") {
  const auto upstream =
      upstream_of({target("a"), target("b"), target("c")}, Algorithm::least_connections);
  const CompiledUpstream compiled = compile_upstream(upstream);
  Balancers balancers;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 3; ++i) {
    const auto picked = *balancers.pick(compiled, {});
    seen.insert(picked.index);
    balancers.begun(picked.ref);
    balancers.ended(picked.ref);
  }
  CHECK(seen.size() == 3);
}

TEST_CASE("every request that was begun at a target is ended, whatever becomes of it") {
  const auto upstream = upstream_of({target("a"), target("b")}, Algorithm::least_connections);
  Gateway gateway(config_of({3, 9}, upstream));
  const auto busy = [&](int i) {
    const auto index = static_cast<std::size_t>(i);
    return gateway.balancers().connections(upstream, upstream.targets[index]);
  };
  Exchange& exchange = gateway.begin();
  (void)exchange.start();
  CHECK(busy(0) + busy(1) == 1);
  (void)exchange.on_attempt(AttemptError::refused, at_ms(1));
  CHECK(busy(0) + busy(1) == 1);  // now at the other one
  (void)exchange.on_response(answer(200), at_ms(2));
  CHECK(busy(0) + busy(1) == 1);  // the body is on its way
  (void)exchange.on_end(at_ms(3));
  CHECK(busy(0) + busy(1) == 0);
  Exchange& aborted = gateway.begin();
  (void)aborted.start();
  (void)aborted.on_end(at_ms(4));
  CHECK(busy(0) + busy(1) == 0);
}

TEST_CASE("consistent hashing spreads clients by weight") {
  const auto even = spread(upstream_of({target("a"), target("b"), target("c"), target("d")},
                                       Algorithm::consistent_hashing));
  for (const auto& [host, count] : even) {
    CAPTURE(host);
    CHECK(count > 20'000);
    CHECK(count < 30'000);
  }
  auto uneven = spread(upstream_of({target("a", 300), target("b", 100), target("c", 0)},
                                   Algorithm::consistent_hashing));
  CHECK(uneven["a"] > 69'000);
  CHECK(uneven["a"] < 81'000);
  CHECK_FALSE(uneven.contains("c"));
}

TEST_CASE("a target that comes or goes moves only its own clients") {
  const auto three =
      upstream_of({target("a"), target("b"), target("c")}, Algorithm::consistent_hashing);
  const auto two = upstream_of({target("c"), target("a")}, Algorithm::consistent_hashing);
  const CompiledUpstream before = compile_upstream(three);
  const CompiledUpstream after = compile_upstream(two);
  Balancers balancers;
  Balancers others;
  int moved = 0;
  for (int client = 0; client < 10'000; ++client) {
    const std::string was = host_for(balancers, before, client);
    const std::string is = host_for(others, after, client);
    if (was != "b") CHECK(is == was);
    moved += was != is ? 1 : 0;
  }
  CHECK(moved > 2500);
  CHECK(moved < 4200);
}

TEST_CASE("a request is hashed on what the upstream names") {
  struct Row {
    const char* why;
    model::HashOn on;
    const char* name;
    http::Field field;
    std::string_view target;
    const char* capture_path;
  };
  using model::HashOn;
  const std::string path = "~/t/(?<tenant>[a-z0-9]+)";
  int index = 0;
  for (const Row& r : {Row{"a header", HashOn::header, "x-tenant", {"X-Tenant", "t1"}, "/a", ""},
                       Row{"a cookie", HashOn::cookie, "sid", {"Cookie", "a=b; sid=t1"}, "/a", ""},
                       Row{"the path", HashOn::path, "", {"A", "b"}, "/t1", ""},
                       Row{"an argument", HashOn::query_arg, "t", {"A", "b"}, "/a?x=1&t=t1", ""},
                       Row{"a capture", HashOn::uri_capture, "tenant", {"A", "b"}, "/t/t1", "y"},
                       Row{"the client", HashOn::ip, "", {"A", "b"}, "/a", ""}}) {
    CAPTURE(r.why);
    model::Config config = config_of({3, 9}, hashed({r.on, r.name}));
    if (*r.capture_path != '\0') config.routes[0].paths = {path};
    Gateway gateway(std::move(config));
    gateway.fields.push_back(r.field);
    gateway.request_target = r.target;
    const std::string first = play(gateway);
    // Taking turns would lead to four different targets.
    for (int i = 0; i < 8; ++i) CHECK(play(gateway) == first);
    ++index;
  }
  CHECK(index == 6);
}

TEST_CASE("different values of what is hashed on reach different targets") {
  Gateway gateway(config_of({3, 9}, hashed({model::HashOn::header, "X-Tenant"})));
  std::set<std::string> hosts;
  std::vector<std::string> tenants;
  for (int i = 0; i < 64; ++i) tenants.push_back("t" + std::to_string(i));
  for (const std::string& tenant : tenants) {
    gateway.fields = {{"Host", "api.test"}, {"X-Tenant", tenant}};
    hosts.insert(play(gateway));
  }
  CHECK(hosts.size() == 4);
}

TEST_CASE("what is missing is hashed on the fallback, and without one targets take turns") {
  Gateway with(config_of({3, 9}, hashed({model::HashOn::header, "X-T"}, {model::HashOn::ip, {}})));
  const std::string first = play(with);
  for (int i = 0; i < 8; ++i) CHECK(play(with) == first);
  Gateway without(config_of({3, 9}, hashed({model::HashOn::header, "X-T"})));
  std::set<std::string> hosts;
  for (int i = 0; i < 4; ++i) hosts.insert(play(without));
  CHECK(hosts.size() == 4);
}

TEST_CASE("a client without the cookie is given one, and stays where it leads") {
  model::Upstream upstream = hashed({model::HashOn::cookie, "sid"});
  upstream.hash_on_cookie_path = "/app";
  Gateway gateway(config_of({2, 8}, upstream));
  std::string cookie;
  const std::string host = play(gateway, &cookie);
  REQUIRE(cookie.starts_with("sid="));
  REQUIRE(cookie.ends_with("; Path=/app"));
  const std::string id = cookie.substr(4, 36);
  REQUIRE(Uuid::parse(id).has_value());
  const std::string sent = "lang=en; sid=" + id;
  gateway.fields.push_back({"Cookie", sent});
  for (int i = 0; i < 8; ++i) CHECK(play(gateway, &cookie) == host);
  CHECK_MESSAGE(cookie.empty(), "it is made once");
}

TEST_CASE("the hash is the same on every machine and in every run") {
  CHECK(hash64("") != hash64("", 1));
  CHECK(hash64("a") != hash64("b"));
  CHECK(hash64("12345678") != hash64("1234567"));
  // Texts that differ in their first word only, with a seed that equals their length.
  CHECK(hash64("aaaaaaaabbbbbbbb", 16) != hash64("ccccccccbbbbbbbb", 16));
  std::set<std::uint64_t> seen;
  for (std::uint64_t n = 0; n < 10'000; ++n) seen.insert(hash64("target:8000", n) >> 32U);
  CHECK(seen.size() > 9'990);
}

}  // namespace gw::gateway
