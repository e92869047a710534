#include "tls_pair.h"

#include <array>

#include <doctest/doctest.h>
#include <openssl/err.h>

namespace gw::testing {

WallSeconds today() {
  static const WallSeconds now = whole_seconds(SystemClock().now().wall);
  return now;
}

net::PemPair certificate_for(std::string_view host) {
  auto made = net::make_self_signed(host, today());
  REQUIRE(made);
  return *made;
}

net::KeyPairPtr pair_for(std::string_view host) {
  const auto pem = certificate_for(host);
  const auto pair = net::read_key_pair(pem.certificate, pem.key);
  REQUIRE(pair);
  return *pair;
}

std::shared_ptr<const net::ServerTls> plain_server(std::shared_ptr<net::TicketKeys> tickets) {
  const auto made = net::ServerTls::create(
      {.fallback = pair_for("fallback.test"), .tickets = std::move(tickets)});
  REQUIRE(made);
  return *made;
}

TlsPair::TlsPair(net::SslHandle client_end, net::SslHandle server_end)
    : client(std::move(client_end)), server(std::move(server_end)) {
  BIO* a = nullptr;
  BIO* b = nullptr;
  constexpr std::size_t kPipe = 64 * 1024;
  REQUIRE(BIO_new_bio_pair(&a, kPipe, &b, kPipe) == 1);
  SSL_set_bio(client.get(), a, a);
  SSL_set_bio(server.get(), b, b);
}

bool TlsPair::shake() {
  const auto step = [](SSL* ssl) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    const int reason = SSL_get_error(ssl, result);
    return result == 1 || reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
  };
  for (int round = 0; round < 10; ++round) {
    if (!step(client.get()) || !step(server.get())) return false;
  }
  std::array<char, 8> in{};
  return SSL_write(client.get(), "a", 1) == 1 && SSL_read(server.get(), in.data(), 8) == 1 &&
         SSL_write(server.get(), "b", 1) == 1 && SSL_read(client.get(), in.data(), 8) == 1;
}

std::string TlsPair::client_saw() const {
  std::array<char, 256> name{};
  const X509* certificate = SSL_get0_peer_certificate(client.get());
  if (certificate == nullptr) return {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

}  // namespace gw::testing
