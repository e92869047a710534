// web and api with their sidecars, an agent's state, and strangers that knock at api's door.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "mesh/sample_service.h"
#include "mesh/sidecar.h"
#include "mesh_bench.h"
#include "net/openssl.h"
#include "net/stream.h"
#include "support/mint.h"

namespace gw::testing {

struct SidecarBench {
  LoopThread on;
  std::unique_ptr<mesh::State> state;
  std::unique_ptr<mesh::SampleService> application;
  std::unique_ptr<mesh::Sidecar> api;
  std::unique_ptr<mesh::Sidecar> web;
  std::vector<std::string> said;    // on the loop: what the sidecars report
  Minted key = mint({.ca = true});  // of the agent's root

  // `options`: what api's sidecar does otherwise.
  explicit SidecarBench(mesh::SidecarOptions options = {}) {
    auto made = mesh::State::create(on.loop, {});
    REQUIRE(made);
    state = std::move(*made);
    REQUIRE(state->rotate(key.key_pem));
    mesh::SampleOptions sample;
    sample.behaviour.name = "api";
    sample.listen = loopback("127.91.0.4");
    auto app = mesh::SampleService::start(on.loop, std::move(sample));
    REQUIRE(app);
    application = std::move(*app);
    options.service = "api";
    options.listen = loopback("127.91.0.4");
    if (options.application.port == 0) options.application = application->address();
    api = start(std::move(options));
    place_api(*api->options().listen);
    mesh::SidecarOptions caller;
    caller.service = "web";
    caller.upstreams = {{.service = "api", .listen = loopback("127.91.0.3")}};
    web = start(std::move(caller));
    on.start();
  }
  ~SidecarBench() { on.stop(); }
  SidecarBench(const SidecarBench&) = delete;
  SidecarBench& operator=(const SidecarBench&) = delete;

  [[nodiscard]] net::Address door() const { return *api->options().listen; }
  [[nodiscard]] net::Address way() const { return web->options().upstreams[0].listen; }
  std::string get() const { return ask(way(), "GET /"); }

  void set(connect::IntentionAction action) {
    on.call([&] {
      state->intentions.upsert({.what = {.source = "web", .destination = "api", .action = action}},
                               on.loop.now().wall);
    });
  }
  void deny() { set(connect::IntentionAction::deny); }
  void allow() { set(connect::IntentionAction::allow); }
  mesh::SidecarCounts counts(const mesh::Sidecar& of) {
    return on.call([&] { return of.counts(); });
  }
  bool reported(std::string_view part) {
    return on.call([&] {
      for (const std::string& line : said) {
        if (has(line, part)) return true;
      }
      return false;
    });
  }
  void place_api(const net::Address& at) {
    mesh::ServiceInstance sidecar;
    sidecar.id = sidecar.name = "api-sidecar-proxy";
    sidecar.kind = mesh::ServiceKind::connect_proxy;
    sidecar.address = at.ip.str();
    sidecar.port = at.port;
    sidecar.proxy.destination_name = sidecar.proxy.destination_id = "api";
    state->catalog.add(std::move(sidecar));
  }

  // Signed by the agent's root.
  [[nodiscard]] Minted sign(const std::string& names, const std::string& purposes) {
    Minted root;
    root.key = key.key;
    const std::string pem = on.call([&] { return state->authority->active().pem; });
    const net::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    root.certificate = {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
    return mint({.alternative = names,
                 .purposes = purposes,
                 .not_before = whole_seconds(on.clock.now().wall) - std::chrono::hours(1)},
                &root);
  }
  [[nodiscard]] std::string uri(const std::string& service) {
    return "URI:spiffe://" + on.call([&] { return state->authority->trust_domain(); }) +
           "/ns/default/dc/dc1/svc/" + service;
  }

 private:
  std::unique_ptr<mesh::Sidecar> start(mesh::SidecarOptions options) {
    options.diagnose = [this](std::string line) { said.push_back(std::move(line)); };
    auto made = mesh::Sidecar::start(*state, std::move(options));
    REQUIRE(made);
    return std::move(*made);
  }
};

// A TLS client without manners: it shows what it is told to show, and trusts everybody.
class Caller {
 public:
  struct Shows {
    std::string certificate{};  // PEM, leaf first
    std::string key{};
    int version = TLS1_3_VERSION;  // this one alone
  };
  Caller(const net::Address& to, const Shows& shows)
      : wire_(to), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_security_level(context, 0);  // or there is no TLS 1.1
    SSL_CTX_set_min_proto_version(context, shows.version);
    SSL_CTX_set_max_proto_version(context, shows.version);
    if (!shows.certificate.empty()) {
      const auto pair = net::read_key_pair(shows.certificate, Secret(shows.key));
      REQUIRE(pair);
      REQUIRE(SSL_CTX_use_cert_and_key(context, (*pair)->leaf.get(), (*pair)->key.get(),
                                       (*pair)->chain.get(), 1) == 1);
    }
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), wire_.descriptor());
    static constexpr unsigned char kOffer[] = {2,   'h', '2', 8,   'h', 't',
                                               't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(ssl_.get(), kOffer, sizeof kOffer);
    ERR_clear_error();
    if (SSL_connect(ssl_.get()) != 1) failure_ = net::take_openssl_reason("no handshake");
  }

  // Empty: it stands, as far as this side knows.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  // What ALPN has chosen of h2 and http/1.1.
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  // The answer to a GET; "close_notify", or what broke the connection.
  std::string get() {
    const std::string request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    ERR_clear_error();
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    ERR_clear_error();
    std::string buffer(65536, '\0');
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (got > 0) return buffer.substr(0, static_cast<std::size_t>(got));
    if (SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN) return "close_notify";
    return net::take_openssl_reason("reset");
  }

 private:
  Wire wire_;
  net::SslContextPtr context_;
  net::SslHandle ssl_;
  std::string failure_;
};

// The refusal, whenever it comes: within the handshake, or after it.
inline std::string refusal_of(const net::Address& to, const Caller::Shows& shows) {
  Caller caller(to, shows);
  return caller.failure().empty() ? caller.get() : caller.failure();
}

}  // namespace gw::testing
