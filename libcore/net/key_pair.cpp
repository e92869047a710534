#include "net/key_pair.h"

#include <limits>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/x509.h"

namespace gw::net {
namespace {

BioPtr reader_of(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would ask the terminal for a passphrase; that it wanted one is all that matters.
int note_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
  if (asked != nullptr) *static_cast<bool*>(asked) = true;
  return -1;
}

// What stands in the place of a PEM text that OpenSSL found nothing in.
std::string nothing_found(std::string_view text, std::string_view wanted) {
  const std::string what(wanted);
  if (text.empty()) return "the " + what + " is empty; give it as PEM text";
  if (text.starts_with("{vault://")) {
    return "the " + what +
           " is a vault reference that has not been looked up; serve does so, of env, file and "
           "consul, in the places where Kong takes references";
  }
  const bool other = text.find(wanted == "certificate" ? "PRIVATE KEY-----" : "CERTIFICATE-----") !=
                     std::string_view::npos;
  if (other) {
    return wanted == "certificate" ? "a private key stands where the certificate is expected"
                                   : "a certificate stands where the private key is expected";
  }
  return "no " + what + " found; expected PEM text with -----BEGIN " +
         (wanted == "certificate" ? "CERTIFICATE-----" : "PRIVATE KEY-----");
}

bool reached_end() {
  return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

Result<PrivateKeyPtr> read_key(const Secret& pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem.reveal());
  bool encrypted = false;
  PrivateKeyPtr key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, note_passphrase, &encrypted)
                       : nullptr);
  if (key) return key;
  const bool none = pem.reveal().find("PRIVATE KEY-----") == std::string_view::npos;
  const std::string reason = take_openssl_reason("unreadable");
  if (encrypted) {
    return fail(ErrorCode::invalid,
                "the private key is encrypted; store it without passphrase "
                "(openssl pkey -in KEY -out PLAIN)");
  }
  if (none) return fail(ErrorCode::invalid, nothing_found(pem.reveal(), "private key"));
  return fail(ErrorCode::invalid, "the private key cannot be read: " + reason);
}

Result<ChainPtr> chain_of(std::vector<X509Ptr> certificates) {
  ChainPtr chain(sk_X509_new_null());
  if (!chain) return fail(ErrorCode::internal, "out of memory for a certificate chain");
  for (auto it = certificates.begin() + 1; it != certificates.end(); ++it) {
    if (sk_X509_push(chain.get(), it->get()) == 0) {
      return fail(ErrorCode::internal, "out of memory for a certificate chain");
    }
    [[maybe_unused]] const X509* owned = it->release();  // the chain frees it
  }
  return chain;
}

// ---- making one ----

struct ExtensionFree {
  void operator()(X509_EXTENSION* e) const { X509_EXTENSION_free(e); }
};

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, ExtensionFree> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_name(X509_NAME* name, const char* field, std::string_view value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, OpensslFree<BN_free>> number(BN_new());
  // 127 bits: positive in DER, and unguessable (RFC 5280 section 4.1.2.2).
  return number && BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& host, WallSeconds now) {
  using std::chrono::hours;
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto from = (now - hours(1)).time_since_epoch().count();
  const auto until = (now + hours(24 * 3650)).time_since_epoch().count();
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         add_name(name, "O", "gatewayctl") && add_name(name, "CN", host) &&
         X509_set_issuer_name(certificate, name) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr &&
         X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, "DNS:" + host) &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string text_of(BIO* out) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

}  // namespace

Result<std::vector<X509Ptr>> read_x509(std::string_view pem, std::size_t at_most) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  if (!in) return fail(ErrorCode::invalid, take_openssl_reason("the certificate cannot be read"));
  std::vector<X509Ptr> all;
  while (X509* next = PEM_read_bio_X509(in.get(), nullptr, note_passphrase, nullptr)) {
    all.emplace_back(next);
    if (all.size() > at_most) {
      ERR_clear_error();
      return fail(ErrorCode::too_large,
                  "more than " + std::to_string(at_most) + " certificates in one text");
    }
  }
  const bool at_end = reached_end();
  const std::string reason = take_openssl_reason("unreadable");
  if (!at_end) return fail(ErrorCode::invalid, "the certificate cannot be read: " + reason);
  if (all.empty()) return fail(ErrorCode::invalid, nothing_found(pem, "certificate"));
  return all;
}

Result<KeyPairPtr> read_key_pair(std::string_view certificate_pem, const Secret& key_pem) {
  auto certificates = read_x509(certificate_pem, kMaxCertificates);
  if (!certificates) return std::unexpected(certificates.error());
  auto key = read_key(key_pem);
  if (!key) return std::unexpected(key.error());
  if (X509_check_private_key(certificates->front().get(), key->get()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::invalid,
                "the private key does not belong to the first certificate of the text; "
                "put the leaf first and its issuers after it");
  }
  auto pair = std::make_shared<KeyPair>();
  pair->leaf = std::move(certificates->front());
  auto chain = chain_of(std::move(*certificates));
  if (!chain) return std::unexpected(chain.error());
  pair->chain = std::move(*chain);
  pair->key = std::move(*key);
  return pair;
}

Result<PemPair> make_self_signed(std::string_view host, WallSeconds now) {
  ERR_clear_error();
  const PrivateKeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  const BioPtr certificate_text(BIO_new(BIO_s_mem()));
  const BioPtr key_text(BIO_new(BIO_s_secmem()));
  const bool made = key && certificate && certificate_text && key_text &&
                    fill(certificate.get(), key.get(), std::string(host), now) &&
                    PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0,
                                             nullptr, nullptr) == 1;
  if (!made) {
    return fail(ErrorCode::internal, "no self-signed certificate for " + std::string(host) + ": " +
                                         take_openssl_reason("OpenSSL gave no reason"));
  }
  return PemPair{text_of(certificate_text.get()), Secret(text_of(key_text.get()))};
}

}  // namespace gw::net
