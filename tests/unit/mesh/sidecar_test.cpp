#include "mesh/sidecar.h"

#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "net/key_pair.h"
#include "sidecar_bench.h"

using namespace gw;
using namespace gw::mesh;
using namespace gw::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOk = "HTTP/1.1 200 OK\r\n";
constexpr const char* kKeptAlive = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

// What web shows.
Caller::Shows leaf_of(SidecarBench& bench, int version = TLS1_3_VERSION) {
  return bench.on.call([&] {
    const auto found = bench.state->leaves.get("web", "", false);
    REQUIRE(found);
    const IssuedLeaf& leaf = found->entry->leaf;
    return Caller::Shows{leaf.certificate, std::string(leaf.key.reveal()), version};
  });
}

Caller::Shows shows(const Minted& minted, int version = TLS1_3_VERSION) {
  return {minted.pem, std::string(minted.key_pem.reveal()), version};
}

}  // namespace

TEST_CASE("web reaches api through both sidecars, as the intentions of the moment allow") {
  SidecarBench bench;
  CHECK(bench.get().starts_with(kOk));
  bench.deny();
  CHECK(bench.get() == "");  // an end, and no reset
  bench.allow();
  CHECK(bench.get().starts_with(kOk));
  const SidecarCounts api = bench.counts(*bench.api);
  CHECK(api.accepted == 2);
  CHECK(api.denied == 1);
  CHECK(api.refused == 0);
  const SidecarCounts web = bench.counts(*bench.web);
  CHECK(web.dialled == 3);
  CHECK(eventually([&] { return bench.counts(*bench.web).failed == 1; }));
  CHECK(eventually([&] { return bench.counts(*bench.api).open == 0; }));
  CHECK(bench.reported("api: denied 127.0.0.1:"));
  CHECK(bench.reported(" of web: DENY default/web => default/api (ID: "));
  CHECK(bench.reported("web: to api: its sidecar has closed the connection without a byte"));
}

TEST_CASE("a connection is let in within the bounds of TLS 1.2 and 1.3, without ALPN or sessions") {
  SidecarBench bench;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Caller caller(bench.door(), leaf_of(bench, version));
    CHECK(caller.failure() == "");
    CHECK(caller.get().starts_with(kOk));
    CHECK(caller.protocol() == "");
    CHECK(SSL_SESSION_is_resumable(SSL_get_session(caller.ssl())) == 0);
    const STACK_OF(X509_NAME)* const names = SSL_get0_peer_CA_list(caller.ssl());
    CHECK(sk_X509_NAME_num(names) == 2);  // the bench has rotated once
  }
}

TEST_CASE("a denied connection shakes hands and is closed in order before a byte") {
  SidecarBench bench;
  bench.deny();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Caller caller(bench.door(), leaf_of(bench, version));
    CHECK(caller.failure() == "");
    CHECK(caller.get() == "close_notify");
  }
}

TEST_CASE("a denial by alert is one of the handshake, and late with TLS 1.3") {
  SidecarOptions options;
  options.denial = Denial::alert;
  SidecarBench bench(std::move(options));
  CHECK(bench.get().starts_with(kOk));
  bench.deny();
  const Caller early(bench.door(), leaf_of(bench, TLS1_2_VERSION));
  CHECK(early.failure() == "sslv3 alert bad certificate");
  Caller late(bench.door(), leaf_of(bench, TLS1_3_VERSION));
  CHECK(late.failure() == "");
  CHECK(late.get() == "sslv3 alert bad certificate");
  CHECK(bench.get() == "");
  CHECK(bench.counts(*bench.api).denied == 3);
  CHECK(bench.counts(*bench.api).refused == 0);
  CHECK(eventually([&] { return bench.reported("its sidecar refuses web (alert 42)"); }));
}

TEST_CASE("who is not of the mesh is refused, whatever it shows") {
  SidecarBench bench;
  const Minted foreign_root = mint_root("stranger");
  const auto recent = whole_seconds(bench.on.clock.now().wall) - 1h;
  const std::string both = "clientAuth,serverAuth";
  const Minted foreign =
      mint({.alternative = bench.uri("web"), .not_before = recent}, &foreign_root);
  const std::string elsewhere = "URI:spiffe://x.consul/ns/default/dc/dc1/svc/web";
  struct Row {
    Caller::Shows shows;
    const char* why;
  };
  for (const Row& row : {
           Row{shows(foreign), "unable to get local issuer certificate"},
           Row{shows(bench.sign(bench.uri("web"), "serverAuth")), "unsuitable certificate purpose"},
           Row{shows(bench.sign(bench.uri("web") + "," + bench.uri("kong"), both)), "2 URIs"},
           Row{shows(bench.sign("DNS:web", both)), "0 URIs"},
           Row{shows(bench.sign("URI:https://web", both)), "https://web is no Connect service"},
           Row{shows(bench.sign(elsewhere, both)), "is of another trust domain"},
       }) {
    INFO(row.why);
    CHECK(refusal_of(bench.door(), row.shows) == "sslv3 alert bad certificate");
    Caller::Shows older = row.shows;
    older.version = TLS1_2_VERSION;
    CHECK(refusal_of(bench.door(), older) == "sslv3 alert bad certificate");
    CHECK(bench.reported(row.why));
  }
  CHECK(refusal_of(bench.door(), shows(bench.sign(bench.uri("web"), both))).starts_with(kOk));
  CHECK(refusal_of(bench.door(), {}) == "tlsv13 alert certificate required");
  CHECK(bench.reported("peer did not return a certificate"));
  CHECK(bench.counts(*bench.api).refused == 13);
}

TEST_CASE("TLS 1.1 and what is no TLS are refused") {
  SidecarBench bench;
  CHECK(refusal_of(bench.door(), leaf_of(bench, TLS1_1_VERSION)) == "tlsv1 alert protocol version");
  CHECK_FALSE(has(ask(bench.door(), "GET /"), "HTTP/"));
  CHECK(bench.counts(*bench.api).refused == 2);
}

TEST_CASE("a peer that stalls in the handshake is closed when its time is over") {
  SidecarOptions options;
  options.handshake_time = 100ms;
  SidecarBench bench(std::move(options));
  const Wire silent(bench.door());
  const Wire slow(bench.door());
  slow.send("\x16\x03\x01");
  const auto begun = std::chrono::steady_clock::now();
  CHECK(silent.receive() == "EOF");
  static_cast<void>(slow.receive_all());
  CHECK(std::chrono::steady_clock::now() - begun < 1s);
  CHECK(eventually([&] { return bench.counts(*bench.api).refused == 2; }));
  CHECK(bench.reported("TLS failed: timed out"));
}

TEST_CASE("a deny leaves running connections alone unless it shall cut them") {
  for (const bool cuts : {false, true}) {
    SidecarOptions options;
    options.cut_on_deny = cuts;
    SidecarBench bench(std::move(options));
    const Wire wire(bench.way());
    wire.send(kKeptAlive);
    CHECK(wire.receive().starts_with(kOk));
    CHECK(bench.counts(*bench.api).open == 1);
    const auto begun = std::chrono::steady_clock::now();
    bench.deny();
    if (!cuts) {
      wire.send(kKeptAlive);
      CHECK(wire.receive().starts_with(kOk));
      CHECK(bench.counts(*bench.api).cut == 0);
      continue;
    }
    CHECK(wire.receive() == "EOF");
    CHECK(std::chrono::steady_clock::now() - begun < 500ms);
    CHECK(eventually([&] { return bench.counts(*bench.api).open == 0; }));
    CHECK(bench.counts(*bench.api).cut == 1);
    CHECK(bench.reported("of web: an intention denies it now"));
  }
}

TEST_CASE("a connection that is busy both ways is cut as well") {
  SidecarOptions options;
  options.cut_on_deny = true;
  SidecarBench bench(std::move(options));
  Caller caller(bench.door(), leaf_of(bench));
  CHECK(caller.get().starts_with(kOk));
  const std::string flood =
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9000000\r\n\r\n" + std::string(8192, 'x');
  SSL_write(caller.ssl(), flood.data(), static_cast<int>(flood.size()));
  bench.deny();
  std::string buffer(8192, 'x');
  bool broken = false;
  for (int i = 0; i < 2000 && !broken; ++i) {
    broken = SSL_write(caller.ssl(), buffer.data(), static_cast<int>(buffer.size())) <= 0;
  }
  CHECK(broken);
  CHECK(bench.counts(*bench.api).cut == 1);
}

TEST_CASE("an expired leaf fails until there is a good one again, on either side") {
  for (const char* const service : {"web", "api"}) {
    SidecarBench bench;
    REQUIRE(bench.on.call([&] { return bench.state->leaves.expire(service, 300ms); }));
    CHECK(eventually([&] { return bench.get() == ""; }));
    CHECK(bench.reported("certificate has expired"));
    CHECK(eventually([&] { return bench.get().starts_with(kOk); }));
  }
}

TEST_CASE("a rotation of the root harms neither running connections nor new ones") {
  SidecarBench bench;
  const Caller::Shows old = leaf_of(bench);
  const Wire running(bench.way());
  running.send(kKeptAlive);
  CHECK(running.receive().starts_with(kOk));
  REQUIRE(bench.on.call([&] { return bench.state->rotate(); }));
  CHECK(bench.get().starts_with(kOk));
  running.send(kKeptAlive);
  CHECK(running.receive().starts_with(kOk));
  // Somebody who has not heard of it yet.
  CHECK(refusal_of(bench.door(), old).starts_with(kOk));
  CHECK(eventually([&] {
    const Caller caller(bench.door(), old);
    return sk_X509_NAME_num(SSL_get0_peer_CA_list(caller.ssl())) == 3;
  }));
  CHECK(leaf_of(bench).certificate != old.certificate);
  CHECK(bench.get().starts_with(kOk));
}

TEST_CASE("whatever is not there, the application sees the end of its connection") {
  SidecarOptions options;
  options.application = loopback("127.91.0.4", 1);
  SidecarBench bench(std::move(options));
  CHECK(bench.get() == "");
  CHECK(
      bench.reported("api: the application at 127.91.0.4:1 cannot be reached: Connection "
                     "refused"));
  bench.on.call([&] { bench.place_api(loopback("127.91.0.4", 1)); });
  CHECK(bench.get() == "");
  CHECK(
      bench.reported("web: to api: its sidecar at 127.91.0.4:1 cannot be reached: Connection "
                     "refused"));
  bench.on.call([&] { bench.state->catalog.remove("api-sidecar-proxy"); });
  CHECK(bench.get() == "");
  CHECK(bench.reported("web: to api: the catalog has no sidecar"));
  CHECK(eventually([&] { return bench.counts(*bench.web).failed == 3; }));
}

TEST_CASE("a sidecar that is another service's is not spoken to") {
  SidecarBench bench;
  SidecarOptions other;
  other.service = "kong";
  other.listen = loopback("127.91.0.5");
  other.application = bench.application->address();
  auto kong = bench.on.call([&] { return Sidecar::start(*bench.state, other); });
  REQUIRE(kong);
  bench.on.call([&] { bench.place_api(*(*kong)->options().listen); });
  CHECK(bench.get() == "");
  CHECK(bench.reported("/svc/kong, not spiffe://"));
  bench.on.stop();
}

TEST_CASE("a listener has so many connections and no more") {
  SidecarOptions options;
  options.connections = 2;
  SidecarBench bench(std::move(options));
  const Wire one(bench.door());
  const Wire two(bench.door());
  const Wire three(bench.door());
  CHECK(three.receive() == "EOF");
  CHECK(bench.reported("there are 2 connections"));
}

TEST_CASE("an address that is taken is an error that names it, and nothing is left bound") {
  SidecarBench bench;
  SidecarOptions options;
  options.service = "third";
  options.listen = loopback("127.91.0.6");
  options.upstreams = {{.service = "api", .listen = bench.way()}};
  const auto made = bench.on.call([&] { return Sidecar::start(*bench.state, options); });
  REQUIRE_FALSE(made);
  CHECK(has(made.error().message, bench.way().str()));
}
