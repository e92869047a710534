#include "base/x509.h"

#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <memory>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace gw {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

// The oldest reason in OpenSSL's queue, which is emptied: what is left there would be blamed on
// somebody else's call.
std::string last_reason(const char* otherwise) {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason == nullptr ? otherwise : reason;
  ERR_clear_error();
  return text;
}

BioPtr reader_of(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would ask the terminal for a passphrase; a service has none.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

std::string one_line(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

WallSeconds seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::sys_days(std::chrono::year(parts.tm_year + 1900) / (parts.tm_mon + 1) /
                               parts.tm_mday) +
         std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

std::string text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

void read_alternative_names(const X509* certificate, CertificateInfo& info) {
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) info.dns_names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_URI) info.uris.push_back(text_of(name->d.uniformResourceIdentifier));
  }
}

CertificateInfo describe(X509* certificate) {
  CertificateInfo info;
  info.subject = one_line(X509_get_subject_name(certificate));
  info.issuer = one_line(X509_get_issuer_name(certificate));
  info.not_before = seconds_of(X509_get0_notBefore(certificate));
  info.not_after = seconds_of(X509_get0_notAfter(certificate));
  info.is_ca = X509_check_ca(certificate) == 1;  // 1: by its basic constraint
  read_alternative_names(certificate, info);
  return info;
}

Result<KeyPtr> parse_key(std::string_view pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  KeyPtr key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return fail(ErrorCode::invalid, last_reason("no private key found"));
  return key;
}

}  // namespace

Result<std::vector<CertificateInfo>> read_certificates(std::string_view pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  if (!in) return fail(ErrorCode::invalid, last_reason("no text"));
  std::vector<CertificateInfo> all;
  while (const X509Ptr certificate{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)}) {
    if (all.size() == kMaxCertificates) {
      return fail(ErrorCode::too_large, "more than 32 certificates in one text");
    }
    all.push_back(describe(certificate.get()));
  }
  // The end of the text is reported as a missing start line; all else is a broken certificate.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = last_reason("no certificate found");
  if (all.empty() || !at_end) return fail(ErrorCode::invalid, reason);
  return all;
}

Result<void> read_private_key(std::string_view pem) {
  const auto key = parse_key(pem);
  if (!key) return std::unexpected(key.error());
  return {};
}

Result<bool> key_matches(std::string_view certificate_pem, std::string_view key_pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(certificate_pem);
  const X509Ptr certificate(in ? PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)
                               : nullptr);
  if (!certificate) return fail(ErrorCode::invalid, last_reason("no certificate found"));
  const auto key = parse_key(key_pem);
  if (!key) return std::unexpected(key.error());
  const bool matches = X509_check_private_key(certificate.get(), key->get()) == 1;
  ERR_clear_error();
  return matches;
}

}  // namespace gw
