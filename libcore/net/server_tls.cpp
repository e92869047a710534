#include "net/server_tls.h"

#include <array>
#include <utility>

#include <openssl/err.h>

#include "net/certificate_store.h"
#include "net/stream.h"

namespace gw::net {
namespace {

// What a context's callbacks need. It belongs to the SSL_CTX, which lives as long as the last
// connection made from it.
struct State {
  CertificateStore certificates;
  std::shared_ptr<TicketKeys> tickets;
};

void free_state(void* /*parent*/, void* state, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                long /*argl*/, void* /*argp*/) {
  delete static_cast<State*>(state);
}

int state_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_state);
  return index;
}

int choose_certificate(SSL* ssl, void* state) {
  const KeyPair& pair = static_cast<const State*>(state)->certificates.find(sni_of(ssl));
  return SSL_use_cert_and_key(ssl, pair.leaf.get(), pair.key.get(), pair.chain.get(), 1);
}

// The only protocol spoken here; a client that offers others gets no ALPN in the answer, and may
// go on or not (nginx without http2 does the same).
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* /*arg*/) {
  static constexpr std::array<unsigned char, 9> kProtocols{8,   'h', 't', 't', 'p',
                                                           '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, size, kProtocols.data(), kProtocols.size(),
                                           offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac, int sealing) {
  auto* state = static_cast<State*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), state_index()));
  if (sealing != 0) return state->tickets->seal(name, iv, cipher, mac);
  constexpr int kOpened = 1;
  constexpr int kOpenedSendAnother = 2;
  const int result = state->tickets->open(name, iv, cipher, mac);
  // RFC 8446 appendix C.4: clients use a ticket once, and so need the next.
  const bool once = SSL_version(ssl) == TLS1_3_VERSION;
  return result == kOpened && once ? kOpenedSendAnother : result;
}

bool set_sessions(SSL_CTX* context) {
  static constexpr std::array<unsigned char, 10> kId{'g', 'a', 't', 'e', 'w',
                                                     'a', 'y', 'c', 't', 'l'};
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets need no memory of ours
  SSL_CTX_set_timeout(context, 300);       // seconds, as nginx's ssl_session_timeout
  SSL_CTX_set_max_early_data(context, 0);  // RFC 8470: 0-RTT could be replayed past a limit
  return SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key) == 1 &&
         SSL_CTX_set_session_id_context(context, kId.data(), kId.size()) == 1;
}

}  // namespace

Result<std::shared_ptr<const ServerTls>> ServerTls::create(const ServerTlsInput& input) {
  ERR_clear_error();
  auto certificates = CertificateStore::create(input.certificates, input.fallback);
  if (!certificates) return std::unexpected(certificates.error());
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) {
    return fail(ErrorCode::internal, "no TLS context: " + take_openssl_reason("out of memory"));
  }
  harden(context.get());
  auto state = std::make_unique<State>(std::move(*certificates), input.tickets);
  if (!state->tickets) state->tickets = std::make_shared<TicketKeys>();
  SSL_CTX_set_cert_cb(context.get(), choose_certificate, state.get());
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  const bool kept = SSL_CTX_set_ex_data(context.get(), state_index(), state.get()) == 1;
  // From here on the context frees it.
  [[maybe_unused]] const State* owned = kept ? state.release() : nullptr;
  if (!kept || !set_sessions(context.get())) {
    return fail(ErrorCode::internal, "no TLS context: " + take_openssl_reason("out of memory"));
  }
  return std::shared_ptr<const ServerTls>(new ServerTls(std::move(context)));
}

Result<SslHandle> ServerTls::session() const {
  SslHandle ssl(SSL_new(context_.get()));
  if (!ssl) {
    return fail(ErrorCode::internal, "no TLS session: " + take_openssl_reason("out of memory"));
  }
  SSL_set_accept_state(ssl.get());
  return ssl;
}

std::string_view sni_of(const ssl_st* ssl) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string_view{} : std::string_view(name);
}

}  // namespace gw::net
