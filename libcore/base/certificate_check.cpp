#include "base/certificate_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "base/time.h"
#include "base/x509.h"
#include "base/x509_handles.h"

namespace gw {
namespace {

using x509::Freer;
using x509::X509Ptr;
using Certificates = std::vector<X509Ptr>;
using Complaints = std::vector<CertificateComplaint>;
using StorePtr = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);  // the certificates stay whose they are
}
using StackPtr = std::unique_ptr<STACK_OF(X509), Freer<free_stack>>;

// What TLS asks for by default on Debian: 112 bits, so no RSA below 2048 and no SHA-1.
constexpr int kSecurityLevel = 2;

std::string quoted(std::string_view text) {
  return text.empty() ? "(empty)" : fmt::format("'{}'", printable(text));
}

// A certificate as a person finds it again; leaves of Consul 1.11 and later have no subject.
std::string name_of(X509* certificate) {
  const CertificateInfo info = x509::describe(certificate);
  if (!info.subject.empty()) return quoted(info.subject);
  if (!info.uris.empty()) return quoted(info.uris.front());
  return fmt::format("with serial {}", info.serial);
}

std::string time_text(WallSeconds t) {
  return format_rfc3339(t);
}

// ---- the path to a root ----

// The leaf's own times and purpose are checked apart, each with its own fault.
int tolerate_leaf(int ok, X509_STORE_CTX* context) {
  if (ok == 1 || X509_STORE_CTX_get_error_depth(context) != 0) return ok;
  switch (X509_STORE_CTX_get_error(context)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_INVALID_PURPOSE:
      return 1;
    default:
      return 0;
  }
}

// What to do about it, for the failures that people meet.
std::string remedy(int error, X509* certificate, WallSeconds now) {
  const CertificateInfo info = x509::describe(certificate);
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format(
          "; its issuer {} is not among the roots: is an intermediate missing after the leaf, or "
          "are these the roots of another mesh, or from before a rotation?",
          quoted(info.issuer));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "; it signed itself and is not among the roots: are these the roots of another mesh?";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fmt::format("; a CA named {} is there, and its key did not sign this",
                         quoted(info.issuer));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("; it expired {}, {} ago: get the current roots and chain",
                         time_text(info.not_after), format_span(now - info.not_after));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("; it begins {}, in {}: is this machine's clock right?",
                         time_text(info.not_before), format_span(info.not_before - now));
    default:
      return {};
  }
}

std::string chain_failure(X509_STORE_CTX* context, WallSeconds now) {
  const int error = X509_STORE_CTX_get_error(context);
  const int depth = X509_STORE_CTX_get_error_depth(context);
  X509* at = X509_STORE_CTX_get_current_cert(context);
  std::string text =
      fmt::format("no valid chain to a root: {}", X509_verify_cert_error_string(error));
  if (at == nullptr) return text;
  return fmt::format("{}, at {} {}{}", text, depth == 0 ? "the certificate" : "the CA", name_of(at),
                     remedy(error, at, now));
}

StorePtr store_of(const Certificates& roots) {
  StorePtr store(X509_STORE_new());
  if (!store) return nullptr;
  for (const X509Ptr& root : roots) {
    if (X509_STORE_add_cert(store.get(), root.get()) != 1) return nullptr;
  }
  return store;
}

StackPtr stack_of(const Certificates& certificates) {
  StackPtr stack(sk_X509_new_null());
  for (const X509Ptr& certificate : certificates) {
    if (!stack || sk_X509_push(stack.get(), certificate.get()) == 0) return nullptr;
  }
  return stack;
}

// What is wrong with the chain for one purpose, such as X509_PURPOSE_SSL_CLIENT.
std::optional<std::string> chain_fault(X509_STORE* store, const Certificates& chain,
                                       STACK_OF(X509) * untrusted, int purpose, WallSeconds now) {
  const ContextPtr context(X509_STORE_CTX_new());
  const bool ready =
      context && X509_STORE_CTX_init(context.get(), store, chain.front().get(), untrusted) == 1 &&
      X509_STORE_CTX_set_purpose(context.get(), purpose) == 1;
  if (!ready) return fmt::format("the chain cannot be checked: {}", x509::take_reason("no memory"));
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
  // What the operator names is trusted, be it a root or not; net/client_tls does the same.
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_depth(wanted, static_cast<int>(kMaxCertificates));
  X509_VERIFY_PARAM_set_auth_level(wanted, kSecurityLevel);
  X509_VERIFY_PARAM_set_time(wanted, now.time_since_epoch().count());
  X509_STORE_CTX_set_verify_cb(context.get(), tolerate_leaf);
  if (X509_verify_cert(context.get()) == 1) return std::nullopt;
  return chain_failure(context.get(), now);
}

void check_chain(const Certificates& roots, const Certificates& chain, WallSeconds now,
                 Complaints& out) {
  const StorePtr store = store_of(roots);
  const StackPtr untrusted = stack_of(chain);
  if (!store || !untrusted) {
    out.push_back({CertificateFault::chain,
                   "the chain cannot be checked: " + x509::take_reason("no memory")});
    return;
  }
  // A CA on the path may be kept to one of the two.
  for (const int purpose : {X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER}) {
    auto fault = chain_fault(store.get(), chain, untrusted.get(), purpose, now);
    if (!fault) continue;
    out.push_back({CertificateFault::chain, std::move(*fault)});
    return;
  }
}

// ---- the leaf ----

void check_validity(const CertificateInfo& leaf, WallSeconds now, Complaints& out) {
  if (now < leaf.not_before) {
    out.push_back(
        {CertificateFault::not_yet_valid,
         fmt::format("not valid before {}, in {}; is this machine's clock right? It says {}",
                     time_text(leaf.not_before), format_span(leaf.not_before - now),
                     time_text(now))});
  }
  if (now > leaf.not_after) {
    out.push_back({CertificateFault::expired,
                   fmt::format("expired {}, {} ago; fetch a new one", time_text(leaf.not_after),
                               format_span(now - leaf.not_after))});
  }
}

void check_key(X509* leaf, EVP_PKEY* key, Complaints& out) {
  if (X509_check_private_key(leaf, key) == 1) return;
  out.push_back({CertificateFault::key,
                 fmt::format("the private key ({}) does not belong to the first certificate, {} "
                             "({}); are they from the same fetch, and does the leaf stand first?",
                             x509::describe_key(key), name_of(leaf),
                             x509::describe_key(X509_get0_pubkey(leaf)))});
}

void check_purpose(X509* leaf, const CertificateInfo& info, Complaints& out) {
  if (info.is_ca) {
    out.push_back({CertificateFault::purpose,
                   fmt::format("the first certificate, {}, is a CA; the leaf has to stand first, "
                               "then its issuers",
                               name_of(leaf))});
    return;
  }
  const bool client = X509_check_purpose(leaf, X509_PURPOSE_SSL_CLIENT, 0) == 1;
  const bool server = X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0) == 1;
  if (client && server) return;
  const char* missing = client ? "a TLS server" : server ? "a TLS client" : "TLS";
  out.push_back(
      {CertificateFault::purpose,
       fmt::format("not made for {}: extended key usage [{}], key usage [{}]; a mesh needs client "
                   "and server authentication",
                   missing, join(info.purposes, ", "), join(info.usages, ", "))});
}

// ---- its identity ----

struct SpiffeId {
  std::string_view trust_domain;
  std::string_view path;  // with its slash
};

std::optional<SpiffeId> parse_spiffe(std::string_view uri) {
  static constexpr std::string_view kScheme = "spiffe://";
  if (uri.size() < kScheme.size() || !iequals(uri.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  uri.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(uri.find('/'), uri.size());
  return SpiffeId{uri.substr(0, slash), uri.substr(slash)};
}

std::optional<std::string> spiffe_fault(const CertificateInfo& leaf, std::string_view wanted) {
  const auto expected = parse_spiffe(wanted);
  if (!expected) return fmt::format("{} was expected, which is no spiffe:// URI", quoted(wanted));
  if (leaf.uris.size() != 1) {
    std::string have;
    for (const std::string& uri : leaf.uris) have += fmt::format(" {}", quoted(uri));
    return fmt::format("it has {} URI names{}{}; exactly one is wanted, {}", leaf.uris.size(),
                       have.empty() ? "" : ":", have, quoted(wanted));
  }
  const auto actual = parse_spiffe(leaf.uris.front());
  const bool same_domain = actual && (expected->trust_domain.empty() ||
                                      iequals(actual->trust_domain, expected->trust_domain));
  if (same_domain && actual->path == expected->path) return std::nullopt;
  const bool other_mesh = actual && actual->path == expected->path;
  return fmt::format("it is {} and {} was expected; {}", quoted(leaf.uris.front()), quoted(wanted),
                     other_mesh ? "it comes from another mesh" : "it belongs to somebody else");
}

template <class T>
const T* readable(const Result<T>& read, std::string_view what, Complaints& out) {
  if (read) return &*read;
  out.push_back({CertificateFault::unreadable,
                 fmt::format("{} cannot be read: {}", what, read.error().message)});
  return nullptr;
}

}  // namespace

std::vector<CertificateComplaint> check_certificate(const CertificateToCheck& what) {
  Complaints out;
  const auto read_roots = x509::parse_certificates(what.roots_pem);
  const auto read_chain = x509::parse_certificates(what.chain_pem);
  const auto read_key = what.key == nullptr ? Result<x509::KeyPtr>(nullptr)
                                            : x509::parse_private_key(what.key->reveal());
  const Certificates* roots = readable(read_roots, "the roots", out);
  const Certificates* chain = readable(read_chain, "the certificate", out);
  const x509::KeyPtr* key = readable(read_key, "the private key", out);
  if (chain == nullptr) return out;
  X509* leaf = chain->front().get();
  const CertificateInfo info = x509::describe(leaf);
  if (roots != nullptr) check_chain(*roots, *chain, what.now, out);
  check_validity(info, what.now, out);
  if (key != nullptr && *key) check_key(leaf, key->get(), out);
  check_purpose(leaf, info, out);
  if (!what.spiffe_uri.empty()) {
    if (auto fault = spiffe_fault(info, what.spiffe_uri)) {
      out.push_back({CertificateFault::spiffe, std::move(*fault)});
    }
  }
  ERR_clear_error();
  return out;
}

}  // namespace gw
