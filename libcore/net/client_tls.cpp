#include "net/client_tls.h"

#include <utility>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/ip.h"
#include "net/key_pair.h"
#include "net/session_cache.h"
#include "net/stream.h"

namespace gw::net {
namespace {

// A system's bundle has some 150.
constexpr std::size_t kMaxTrusted = 1000;

// Under which key a connection's sessions are kept; belongs to the SSL.
struct Origin {
  std::shared_ptr<SessionCache> sessions;
  std::string key;
};

void free_origin(void* /*parent*/, void* origin, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                 long /*argl*/, void* /*argp*/) {
  delete static_cast<Origin*>(origin);
}

int origin_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_origin);
  return index;
}

// A copy: a connection that ends without close_notify marks its own session as not resumable,
// which RFC 5246 section 7.2.1 asks of nobody any more.
int keep_session(SSL* ssl, SSL_SESSION* session) {
  constexpr int kNotTaken = 0;
  const auto* origin = static_cast<const Origin*>(SSL_get_ex_data(ssl, origin_index()));
  if (origin == nullptr) return kNotTaken;
  if (SslSessionPtr own{SSL_SESSION_dup(session)}) {
    origin->sessions->put(origin->key, std::move(own));
  }
  return kNotTaken;
}

std::unexpected<Error> no_context() {
  return fail(ErrorCode::internal, "no TLS context: " + take_openssl_reason("out of memory"));
}

Result<void> trust(SSL_CTX* context, const std::vector<std::string>& pems) {
  if (pems.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return fail(ErrorCode::unreachable, "the system's CA certificates cannot be used: " +
                                            take_openssl_reason("no reason given"));
  }
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (std::size_t i = 0; i < pems.size(); ++i) {
    const auto certificates = read_x509(pems[i], kMaxTrusted);
    if (!certificates) {
      return fail(certificates.error().code, "CA certificate " + std::to_string(i + 1) + " of " +
                                                 std::to_string(pems.size()) + ": " +
                                                 certificates.error().message);
    }
    for (const X509Ptr& certificate : *certificates) {
      if (X509_STORE_add_cert(store, certificate.get()) != 1) return no_context();
    }
  }
  // What the operator names is trusted, be it a root or not.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Result<void> show(SSL_CTX* context, const ClientTlsOptions& options) {
  if (options.client_certificate.empty()) return {};
  const auto pair = read_key_pair(options.client_certificate, options.client_key);
  if (!pair) {
    return fail(pair.error().code, "client certificate: " + pair.error().message);
  }
  const KeyPair& p = **pair;
  if (SSL_CTX_use_cert_and_key(context, p.leaf.get(), p.key.get(), p.chain.get(), 1) == 1) {
    return {};
  }
  return fail(ErrorCode::invalid,
              "client certificate: OpenSSL refuses it: " + take_openssl_reason("no reason given"));
}

// SSL_set_tlsext_host_name, whose macro casts as C does.
bool ask_for(SSL* ssl, std::string& name) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

bool verify_name(SSL* ssl, std::string_view name, bool is_ip) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (!is_ip) return X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size()) == 1;
  return X509_VERIFY_PARAM_set1_ip_asc(wanted, std::string(name).c_str()) == 1;
}

}  // namespace

ClientTls::ClientTls(SslContextPtr context, bool verify)
    : context_(std::move(context)), sessions_(std::make_shared<SessionCache>()), verify_(verify) {}

Result<std::shared_ptr<const ClientTls>> ClientTls::create(const ClientTlsOptions& options) {
  ERR_clear_error();
  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return no_context();
  harden(context.get());
  if (options.min_version == TlsVersion::tls1_3) {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  }
  SSL_CTX_set_verify(context.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_verify_depth(context.get(), options.depth);
  if (options.verify) {
    const auto trusted = trust(context.get(), options.ca_pems);
    if (!trusted) return std::unexpected(trusted.error());
  }
  const auto shown = show(context.get(), options);
  if (!shown) return std::unexpected(shown.error());
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context.get(), keep_session);
  return std::shared_ptr<const ClientTls>(new ClientTls(std::move(context), options.verify));
}

Result<SslHandle> ClientTls::session(const TlsPeer& peer, WallSeconds now) const {
  if (verify_ && peer.name.empty()) {
    return fail(ErrorCode::invalid, "no name to verify the upstream's certificate against");
  }
  ERR_clear_error();
  SslHandle ssl(SSL_new(context_.get()));
  const bool is_ip = IpAddress::parse(peer.name).has_value();
  std::string name(peer.name);
  // RFC 6066 section 3: addresses are not permitted in the server name.
  const bool ready = ssl && (is_ip || name.empty() || ask_for(ssl.get(), name)) &&
                     (!verify_ || verify_name(ssl.get(), peer.name, is_ip)) &&
                     resume(ssl.get(), peer);
  if (!ready) {
    return fail(ErrorCode::internal,
                "no TLS session for " + name + ": " + take_openssl_reason("out of memory"));
  }
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl.get()), now.time_since_epoch().count());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

// A resumed session is not verified again: its key holds the name that it was verified for.
bool ClientTls::resume(SSL* ssl, const TlsPeer& peer) const {
  auto origin =
      std::make_unique<Origin>(sessions_, std::string(peer.name).append("\n").append(peer.origin));
  if (const SslSessionPtr known = sessions_->take(origin->key)) {
    if (SSL_set_session(ssl, known.get()) != 1) ERR_clear_error();
  }
  if (SSL_set_ex_data(ssl, origin_index(), origin.get()) != 1) return false;
  [[maybe_unused]] const Origin* owned = origin.release();  // the session frees it
  return true;
}

std::string verify_failure(const ssl_st* ssl) {
  const long result = SSL_get_verify_result(ssl);
  return result == X509_V_OK ? std::string{} : X509_verify_cert_error_string(result);
}

}  // namespace gw::net
