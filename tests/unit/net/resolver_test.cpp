#include "net/resolver.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include "base/files.h"
#include "dns_server.h"

using namespace gw;
using namespace gw::net;
using namespace std::chrono_literals;
using gw::testing::DnsServer;
using gw::testing::Zone;

namespace {

// The machine's clock, which a test may set forward.
struct ShiftedClock final : Clock {
  [[nodiscard]] Instant now() const override {
    Instant at = system.now();
    at.wall += shift;
    at.steady += shift;
    return at;
  }
  SystemClock system;
  std::chrono::microseconds shift{};
};

struct Bench {
  ShiftedClock clock;
  Loop loop{clock};
  DnsServer server{loop};
  std::unique_ptr<Resolver> resolver;

  explicit Bench(ResolverOptions options = {}) {
    options.hosts_file = options.hosts_file == "/etc/hosts" ? "" : options.hosts_file;
    options.servers.nameservers = {server.address()};
    auto made = Resolver::create(loop, options);
    REQUIRE(made);
    resolver = std::move(*made);
  }

  // All the names, asked for at once.
  std::vector<DnsAnswer> resolve(const std::vector<std::string>& names) {
    std::vector<DnsAnswer> answers(names.size());
    std::size_t left = names.size();
    for (std::size_t i = 0; i < names.size(); ++i) {
      boost::asio::co_spawn(loop.executor(), ask(names[i], answers[i], left),
                            boost::asio::detached);
    }
    loop.run();
    return answers;
  }
  DnsAnswer resolve(const std::string& name) { return resolve(std::vector{name}).front(); }

  Task<void> ask(std::string name, DnsAnswer& into, std::size_t& left) {
    auto answer = co_await resolver->resolve(name);
    into = std::move(answer);
    if (--left == 0) loop.stop();
  }
};

std::vector<std::string> texts(const DnsAnswer& answer) {
  std::vector<std::string> all;
  if (!answer) return {answer.error().text};
  for (const IpAddress& ip : *answer) all.push_back(ip.str());
  return all;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a name is asked for once and served from the cache for its TTL") {
  Bench bench;
  bench.server.set("web.test", {.ttl = 30, .addresses = {"192.0.2.1", "192.0.2.2"}});
  CHECK(bench.resolver->cached("web.test", bench.loop.now().steady) == nullptr);
  CHECK(texts(bench.resolve("web.test")) == Texts{"192.0.2.1", "192.0.2.2"});
  const Addresses* known = bench.resolver->cached("WEB.test", bench.loop.now().steady);
  REQUIRE(known);
  CHECK(known->size() == 2);
  CHECK(texts(bench.resolve("web.test")).size() == 2);
  CHECK(bench.server.asked("web.test") == 1);
}

TEST_CASE("many who ask for a name at once share one lookup") {
  Bench bench;
  bench.server.set("web.test", {.addresses = {"192.0.2.1"}});
  const auto answers = bench.resolve(std::vector<std::string>(50, "web.test"));
  for (const DnsAnswer& answer : answers) CHECK(texts(answer) == Texts{"192.0.2.1"});
  CHECK(bench.server.asked("web.test") == 1);
}

TEST_CASE("no such name, a failing server and a name without addresses are told apart") {
  struct Row {
    const char* why;
    Zone zone;
    DnsError::Kind kind;
    const char* text;
  };
  using enum DnsError::Kind;
  for (const Row& row :
       {Row{"NXDOMAIN", {.rcode = 3, .addresses = {}}, unknown, "dns server error: 3 name error"},
        Row{"no data", {.addresses = {}}, unknown, "dns client error: 101 empty record received"},
        Row{"SERVFAIL",
            {.rcode = 2, .addresses = {}},
            failure,
            "dns server error: 2 server failure"},
        Row{"REFUSED", {.rcode = 5, .addresses = {}}, failure, "dns server error: 5 refused"}}) {
    CAPTURE(row.why);
    Bench bench;
    bench.server.set("bad.test", row.zone);
    const auto answer = bench.resolve("bad.test");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == row.kind);
    CHECK(answer.error().text == row.text);
    const int asked = bench.server.asked("bad.test");
    CHECK_FALSE(bench.resolve("bad.test"));  // an error is remembered too
    CHECK(bench.server.asked("bad.test") == asked);
    bench.clock.shift += 31s;
    CHECK_FALSE(bench.resolve("bad.test"));
    CHECK(bench.server.asked("bad.test") > asked);
  }
}

TEST_CASE("a server that is silent is a failure after its tries") {
  ResolverOptions options;
  options.servers.timeout = 20ms;
  options.servers.tries = 2;
  options.order = {Family::v4};
  Bench bench(options);
  bench.server.set("mute.test", {.addresses = {}, .silent = true});
  const auto answer = bench.resolve("mute.test");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == DnsError::Kind::failure);
  CHECK(answer.error().text == "no DNS server answered in time");
  CHECK(bench.server.asked("mute.test") == 2);
}

TEST_CASE("nobody waits longer than the deadline, whatever the servers' timeouts are") {
  ResolverOptions options;
  options.servers.timeout = 60s;
  options.deadline = 1s;
  Bench bench(options);
  bench.server.set("mute.test", {.addresses = {}, .silent = true});
  bench.loop.at(bench.loop.now().steady + 20ms, [&] {
    bench.clock.shift += 2s;
    bench.loop.timers().fire(bench.loop.now().steady);
  });
  const auto answer = bench.resolve("mute.test");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == DnsError::Kind::failure);
}

TEST_CASE("an aged answer is served while a fresh one is fetched, once") {
  Bench bench;
  bench.server.set("web.test", {.ttl = 5, .addresses = {"192.0.2.1"}});
  CHECK(bench.resolve("web.test"));
  bench.server.set("web.test", {.ttl = 5, .addresses = {"192.0.2.9"}});
  bench.clock.shift += 6s;
  for (int i = 0; i < 10; ++i) {
    const Addresses* aged = bench.resolver->cached("web.test", bench.loop.now().steady);
    REQUIRE(aged);
    CHECK(aged->front().str() == "192.0.2.1");
  }
  CHECK_FALSE(bench.resolve("other.test"));  // lets the loop run
  const Addresses* fresh = bench.resolver->cached("web.test", bench.loop.now().steady);
  REQUIRE(fresh);
  CHECK(fresh->front().str() == "192.0.2.9");
  CHECK(bench.server.asked("web.test") == 2);
}

TEST_CASE("addresses survive a failing server, and no longer than stale_ttl") {
  ResolverOptions options;
  options.cache.stale_ttl = 100s;
  Bench bench(options);
  bench.server.set("web.test", {.ttl = 5, .addresses = {"192.0.2.1"}});
  CHECK(bench.resolve("web.test"));
  bench.server.set("web.test", {.rcode = 2, .addresses = {}});
  bench.clock.shift += 50s;
  CHECK(bench.resolve("web.test"));
  CHECK_FALSE(bench.resolve("other.test"));
  CHECK(bench.resolve("web.test"));
  bench.clock.shift += 56s;
  CHECK_FALSE(bench.resolve("web.test"));
}

TEST_CASE("families are asked for in their order, the one that last had an answer first") {
  Bench bench;
  bench.server.set("six.test", {.ttl = 1, .addresses = {"2001:db8::1"}});
  CHECK(texts(bench.resolve("six.test")) == Texts{"2001:db8::1"});
  CHECK(bench.server.types() == std::vector{1, 28});
  bench.clock.shift += 2h;
  CHECK(texts(bench.resolve("six.test")) == Texts{"2001:db8::1"});
  CHECK(bench.server.types() == std::vector{1, 28, 28});
}

TEST_CASE("the hosts file goes before DNS and is read again when it changes") {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("hosts." + std::to_string(::getpid()))).string();
  REQUIRE(write_file(path, "127.0.0.7 web.test\n::7 web.test\n"));
  ResolverOptions options;
  options.hosts_file = path;
  Bench bench(options);
  bench.server.set("web.test", {.addresses = {"192.0.2.1"}});
  CHECK(texts(bench.resolve("web.test")) == Texts{"127.0.0.7"});
  CHECK(bench.server.asked("web.test") == 0);
  REQUIRE(write_file(path, "127.0.0.8 web.test web2.test\n"));
  CHECK(texts(bench.resolve("web.test")) == Texts{"127.0.0.7"});  // looked at within the second
  bench.clock.shift += 1s;
  CHECK(texts(bench.resolve("web.test")) == Texts{"127.0.0.8"});
  std::filesystem::remove(path);
  bench.clock.shift += 1s;
  CHECK(texts(bench.resolve("web.test")) == Texts{"192.0.2.1"});
}

TEST_CASE("addresses and impossible names need no server") {
  Bench bench;
  CHECK(texts(bench.resolve("192.0.2.5")) == Texts{"192.0.2.5"});
  CHECK(texts(bench.resolve("2001:db8::5")) == Texts{"2001:db8::5"});
  for (const std::string& name : {std::string(), std::string(254, 'a'), std::string("a..b"),
                                  std::string(64, 'a') + ".test"}) {
    CAPTURE(name);
    const auto answer = bench.resolve(name);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == DnsError::Kind::unknown);
  }
  CHECK(bench.server.types().empty());
}

TEST_CASE("lookups at once are bounded") {
  ResolverOptions options;
  options.max_lookups = 2;
  Bench bench(options);
  const auto answers = bench.resolve(std::vector<std::string>{"a.test", "b.test", "c.test"});
  CHECK(texts(answers[0]) == Texts{"dns server error: 3 name error"});
  CHECK(texts(answers[2]) == Texts{"too many names are being looked up at once"});
}

TEST_CASE("a resolver that goes answers whoever waits") {
  Bench bench;
  bench.server.set("mute.test", {.addresses = {}, .silent = true});
  bench.loop.at(bench.loop.now().steady + 20ms, [&] { bench.resolver.reset(); });
  CHECK(texts(bench.resolve("mute.test")) == Texts{"the resolver was shut down"});
}

TEST_CASE("what is no server or no order is refused with its text") {
  ShiftedClock clock;
  Loop loop(clock);
  for (const char* server : {"dns.test", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "",
                             "[::1]", "[192.0.2.1]:53"}) {
    CAPTURE(server);
    ResolverOptions options;
    options.servers.nameservers = {server};
    const auto made = Resolver::create(loop, options);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.starts_with("dns_resolver: '" + std::string(server) + "'"));
  }
  for (const char* server : {"192.0.2.1", "192.0.2.1:5353", "::1", "[::1]:5353"}) {
    CAPTURE(server);
    ResolverOptions options;
    options.servers.nameservers = {server};
    CHECK(Resolver::create(loop, options));
  }
  CHECK(*parse_dns_order("LAST,SRV,A,CNAME") == std::vector{Family::v4});
  CHECK(*parse_dns_order("aaaa, a") == std::vector{Family::v6, Family::v4});
  CHECK_FALSE(parse_dns_order("LAST,SRV"));
  CHECK_FALSE(parse_dns_order("A,MX"));
}
