#include "mesh/sidecar_tls.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "base/text.h"
#include "connect/spiffe.h"
#include "net/key_pair.h"
#include "net/peer_identity.h"
#include "net/stream.h"

namespace gw::mesh {
namespace {

// Intermediates between a leaf and a root: one after a rotation, and room for other CAs' ways.
constexpr int kDepth = 4;
constexpr std::size_t kMaxUriShown = 300;

int visitor_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::unexpected<Error> no_context(std::string_view what) {
  return fail(ErrorCode::internal,
              fmt::format("{}: {}", what, net::take_openssl_reason("out of memory")));
}

bool trust(SSL_CTX* context, const std::vector<net::X509Ptr>& roots) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  // An operator's "root" may be one that another CA has signed; whoever dials trusts it too.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return std::ranges::all_of(roots, [&](const net::X509Ptr& root) {
    return X509_STORE_add_cert(store, root.get()) == 1 &&
           SSL_CTX_add_client_CA(context, root.get()) == 1;
  });
}

// A session that lives on would carry an identity past a deny, and past its certificate's end.
bool forbid_resumption(SSL_CTX* context) {
  static constexpr std::array<unsigned char, 7> kId{'s', 'i', 'd', 'e', 'c', 'a', 'r'};
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_session_id_context(context, kId.data(), kId.size()) == 1;
}

std::string shown(const std::string& uri) {
  return printable(std::string_view(uri).substr(0, kMaxUriShown));
}

// As Envoy asks for a service's sidecar; nothing where that would be no host name.
std::string server_name(const std::string& service, const State& state) {
  constexpr std::size_t kMaxName = 255;
  const bool plain = std::ranges::all_of(
      service, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
  std::string name = fmt::format("{}.default.{}.internal.{}", service, state.settings.datacenter,
                                 state.authority->trust_domain());
  return plain && name.size() <= kMaxName ? name : std::string();
}

}  // namespace

SidecarTls::SidecarTls(State& state, std::string service, Denial denial)
    : state_(state), service_(std::move(service)), denial_(denial) {}

Result<void> SidecarTls::refresh() {
  const auto found = state_.leaves.get(service_, "", true);
  if (!found) return std::unexpected(found.error());
  const CachedLeaf& cached = *found->entry;
  Material now{.leaf_index = cached.modify_index, .serial = cached.leaf.serial, .root_ids = {}};
  for (const Root& root : state_.authority->roots()) now.root_ids.push_back(root.id);
  if (server_ && now == material_) return {};
  auto server = make_server(cached.leaf);
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  leaf_ = cached.leaf;
  material_ = std::move(now);
  clients_.clear();
  return {};
}

Result<net::SslContextPtr> SidecarTls::make_server(const IssuedLeaf& leaf) {
  constexpr std::size_t kMaxRoots = 1000;
  ERR_clear_error();
  const auto pair = net::read_key_pair(leaf.certificate, leaf.key);
  if (!pair) return std::unexpected(pair.error());
  const auto roots = net::read_x509(state_.authority->bundle(), kMaxRoots);
  if (!roots) return std::unexpected(roots.error());
  net::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return no_context("no TLS context");
  net::harden(context.get());
  const net::KeyPair& p = **pair;
  if (SSL_CTX_use_cert_and_key(context.get(), p.leaf.get(), p.key.get(), p.chain.get(), 1) != 1 ||
      !trust(context.get(), *roots) || !forbid_resumption(context.get())) {
    return no_context("no TLS context");
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context.get(), kDepth);
  SSL_CTX_set_cert_verify_callback(context.get(), verify, this);
  return context;
}

// OpenSSL has set the purpose, a client's, by its being the server.
int SidecarTls::verify(X509_STORE_CTX* store, void* self) {
  constexpr int kRefused = 0;
  constexpr int kAccepted = 1;
  const auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* visitor = static_cast<Visitor*>(SSL_get_ex_data(ssl, visitor_index()));
  if (visitor == nullptr) return kRefused;
  visitor->problem = static_cast<const SidecarTls*>(self)->judge(store, *visitor);
  if (visitor->problem.empty()) return kAccepted;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);  // alert 42, whatever it was
  return kRefused;
}

std::string SidecarTls::judge(X509_STORE_CTX* store, Visitor& visitor) const {
  if (X509_verify_cert(store) != 1) {
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  }
  const auto uris = net::uri_names(X509_STORE_CTX_get0_cert(store));
  if (uris.size() != 1) {  // X509-SVID section 2
    return fmt::format("its certificate has {} URIs, and a service's has one", uris.size());
  }
  const auto id = connect::parse_service_id(uris.front());
  if (!id) return fmt::format("{} is no Connect service", shown(uris.front()));
  if (!iequals(id->trust_domain, state_.authority->trust_domain())) {
    return fmt::format("{} is of another trust domain", shown(uris.front()));
  }
  visitor.source = id->service;
  if (denial_ != Denial::alert) return {};
  visitor.denied = !state_.intentions.decide(visitor.source, service_).allowed;
  return visitor.denied ? "denied by an intention" : "";
}

Result<net::SslHandle> SidecarTls::accept(Visitor& visitor) {
  if (!server_) return fail(ErrorCode::internal, "there is no leaf certificate to show");
  ERR_clear_error();
  net::SslHandle ssl(SSL_new(server_.get()));
  if (!ssl || SSL_set_ex_data(ssl.get(), visitor_index(), &visitor) != 1) {
    return no_context("no TLS session");
  }
  const WallSeconds now = whole_seconds(state_.loop.now().wall);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl.get()), now.time_since_epoch().count());
  SSL_set_accept_state(ssl.get());
  return ssl;
}

Result<SidecarTls::ClientPtr> SidecarTls::client_for(const std::string& destination) {
  if (!server_) return fail(ErrorCode::internal, "there is no leaf certificate to show");
  if (const auto found = clients_.find(destination); found != clients_.end()) return found->second;
  const connect::ServiceId id{.trust_domain = state_.authority->trust_domain(),
                              .partition = {},
                              .ns = "default",
                              .datacenter = state_.settings.datacenter,
                              .service = destination};
  net::ClientTlsOptions options;
  options.depth = kDepth;
  options.ca_pems = {state_.authority->bundle()};
  options.client_certificate = leaf_.certificate;
  options.client_key = leaf_.key;
  options.peer_uris = {id.str()};
  auto made = net::ClientTls::create(options);
  if (!made) return std::unexpected(made.error());
  clients_.emplace(destination, *made);
  return std::move(*made);
}

Result<net::SslHandle> SidecarTls::dial(const std::string& destination, const net::Address& to) {
  const auto client = client_for(destination);
  if (!client) return std::unexpected(client.error());
  const std::string name = server_name(destination, state_);
  const std::string origin = to.str();
  return (*client)->session({.name = name, .origin = origin},
                            whole_seconds(state_.loop.now().wall));
}

}  // namespace gw::mesh
