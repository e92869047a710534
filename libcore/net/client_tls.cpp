#include "net/client_tls.h"

#include <algorithm>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/ip.h"
#include "net/key_pair.h"
#include "net/peer_identity.h"
#include "net/session_cache.h"
#include "net/stream.h"

namespace gw::net {
namespace {

// A system's bundle has some 150.
constexpr std::size_t kMaxTrusted = 1000;

// What a connection's callbacks have to know; belongs to the SSL.
struct Origin {
  std::shared_ptr<SessionCache> sessions;
  std::string key;                               // under which its sessions are kept
  std::shared_ptr<const ServiceIds> identities;  // nullptr: names are compared
  std::string mismatch;                          // why the peer's identity was refused
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

// In the place of OpenSSL's own verifying: the chain, and then who the leaf is for.
int verify_identity(X509_STORE_CTX* store, void* /*unused*/) {
  constexpr int kRefused = 0;
  const int chain = X509_verify_cert(store);
  if (chain <= 0) return chain;
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* origin = static_cast<Origin*>(SSL_get_ex_data(ssl, origin_index()));
  if (origin != nullptr && origin->identities) {
    origin->mismatch = identity_mismatch(X509_STORE_CTX_get0_cert(store), *origin->identities);
    if (origin->mismatch.empty()) return chain;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return kRefused;
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

Result<std::shared_ptr<const ServiceIds>> identities_of(const ClientTlsOptions& options) {
  if (!options.verify || options.peer_uris.empty()) return nullptr;
  if (options.ca_pems.empty()) {  // the system's CAs vouch for names, not for a mesh's services
    return fail(ErrorCode::invalid, "no CA certificate to verify the identity of a service with");
  }
  auto ids = read_service_ids(options.peer_uris);
  if (!ids) return std::unexpected(std::move(ids.error()));
  return std::make_shared<const ServiceIds>(std::move(*ids));
}

}  // namespace

ClientTls::ClientTls(SslContextPtr context, const ClientTlsOptions& options, Identities identities)
    : context_(std::move(context)),
      sessions_(std::make_shared<SessionCache>()),
      verify_(options.verify),
      identities_(std::move(identities)),
      dnsnames_(options.peer_dnsnames) {}

Result<std::shared_ptr<const ClientTls>> ClientTls::create(const ClientTlsOptions& options) {
  ERR_clear_error();
  auto identities = identities_of(options);
  if (!identities) return std::unexpected(std::move(identities.error()));
  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return no_context();
  harden(context.get());
  if (options.min_version == TlsVersion::tls1_3) {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  }
  SSL_CTX_set_verify(context.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_verify_depth(context.get(), options.depth);
  if (*identities) SSL_CTX_set_cert_verify_callback(context.get(), verify_identity, nullptr);
  if (options.verify) {
    const auto trusted = trust(context.get(), options.ca_pems);
    if (!trusted) return std::unexpected(trusted.error());
  }
  const auto shown = show(context.get(), options);
  if (!shown) return std::unexpected(shown.error());
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context.get(), keep_session);
  return std::shared_ptr<const ClientTls>(
      new ClientTls(std::move(context), options, std::move(*identities)));
}

bool ClientTls::insist_on_name(SSL* ssl, std::string_view name, bool is_ip) const {
  if (!verify_ || identities_) return true;
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // OpenSSL would want the address and one of the names, both.
  if (is_ip && dnsnames_.empty()) {
    return X509_VERIFY_PARAM_set1_ip_asc(wanted, std::string(name).c_str()) == 1;
  }
  if (!is_ip && X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size()) != 1) return false;
  return std::ranges::all_of(dnsnames_, [&](const std::string& other) {
    return X509_VERIFY_PARAM_add1_host(wanted, other.data(), other.size()) == 1;
  });
}

Result<SslHandle> ClientTls::session(const TlsPeer& peer, WallSeconds now) const {
  if (verify_ && !identities_ && peer.name.empty()) {
    return fail(ErrorCode::invalid, "no name to verify the upstream's certificate against");
  }
  ERR_clear_error();
  SslHandle ssl(SSL_new(context_.get()));
  const bool is_ip = IpAddress::parse(peer.name).has_value();
  std::string name(peer.name);
  // RFC 6066 section 3: addresses are not permitted in the server name.
  const bool ready = ssl && (is_ip || name.empty() || ask_for(ssl.get(), name)) &&
                     insist_on_name(ssl.get(), peer.name, is_ip) && resume(ssl.get(), peer, now);
  if (!ready) {
    return fail(ErrorCode::internal,
                "no TLS session for " + name + ": " + take_openssl_reason("out of memory"));
  }
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl.get()), now.time_since_epoch().count());
  SSL_set_connect_state(ssl.get());
  return ssl;
}

// OpenSSL does not verify the peer of a resumed session again: whom it belongs to must be right
// still, and its time not be over. The session's key holds the name that it was verified for.
bool ClientTls::may_resume(const SSL_SESSION* session, WallSeconds now) const {
  if (!verify_) return true;
  // OpenSSL's getter takes no const session.
  const X509* peer = SSL_SESSION_get0_peer(const_cast<SSL_SESSION*>(session));
  if (peer == nullptr || has_expired(peer, now)) return false;
  return !identities_ || identity_mismatch(peer, *identities_).empty();
}

bool ClientTls::resume(SSL* ssl, const TlsPeer& peer, WallSeconds now) const {
  auto origin = std::make_unique<Origin>(
      sessions_, std::string(peer.name).append("\n").append(peer.origin), identities_);
  const SslSessionPtr known = sessions_->take(origin->key);
  if (known && may_resume(known.get(), now)) {
    if (SSL_set_session(ssl, known.get()) != 1) ERR_clear_error();
  }
  if (SSL_set_ex_data(ssl, origin_index(), origin.get()) != 1) return false;
  [[maybe_unused]] const Origin* owned = origin.release();  // the session frees it
  return true;
}

std::string verify_failure(const ssl_st* ssl) {
  const auto* origin = static_cast<const Origin*>(SSL_get_ex_data(ssl, origin_index()));
  if (origin != nullptr && !origin->mismatch.empty()) return origin->mismatch;
  // OpenSSL judges it anyway, and goes on.
  if (SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) return {};
  const long result = SSL_get_verify_result(ssl);
  return result == X509_V_OK ? std::string{} : X509_verify_cert_error_string(result);
}

}  // namespace gw::net
