#include "base/x509.h"

#include <limits>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/x509_handles.h"

namespace gw {
namespace x509 {
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

}  // namespace

std::string take_reason(const char* otherwise) {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason == nullptr ? otherwise : reason;
  ERR_clear_error();
  return text;
}

Result<std::vector<X509Ptr>> parse_certificates(std::string_view pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  if (!in) return fail(ErrorCode::invalid, take_reason("no text"));
  std::vector<X509Ptr> all;
  while (X509* next = PEM_read_bio_X509(in.get(), nullptr, note_passphrase, nullptr)) {
    all.emplace_back(next);
    if (all.size() > kMaxCertificates) {
      ERR_clear_error();
      return fail(ErrorCode::too_large, "more than 32 certificates in one text");
    }
  }
  // The end of the text is reported as a missing start line; all else is a broken certificate.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = take_reason("no certificate found");
  if (all.empty() || !at_end) return fail(ErrorCode::invalid, reason);
  return all;
}

Result<KeyPtr> parse_private_key(std::string_view pem) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  bool encrypted = false;
  KeyPtr key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, note_passphrase, &encrypted)
                : nullptr);
  const std::string reason = take_reason("no private key found");
  if (key) return key;
  if (!encrypted) return fail(ErrorCode::invalid, reason);
  return fail(ErrorCode::invalid,
              "it is encrypted; store it without passphrase (openssl pkey -in KEY -out PLAIN)");
}

}  // namespace x509

Result<std::vector<CertificateInfo>> read_certificates(std::string_view pem) {
  const auto certificates = x509::parse_certificates(pem);
  if (!certificates) return std::unexpected(certificates.error());
  std::vector<CertificateInfo> all;
  all.reserve(certificates->size());
  for (const x509::X509Ptr& certificate : *certificates) {
    all.push_back(x509::describe(certificate.get()));
  }
  return all;
}

Result<void> read_private_key(std::string_view pem) {
  const auto key = x509::parse_private_key(pem);
  if (!key) return std::unexpected(key.error());
  return {};
}

Result<std::string> private_key_kind(std::string_view pem) {
  const auto key = x509::parse_private_key(pem);
  if (!key) return std::unexpected(key.error());
  return x509::describe_key(key->get());
}

Result<bool> key_matches(std::string_view certificate_pem, std::string_view key_pem) {
  ERR_clear_error();
  const x509::BioPtr in = x509::reader_of(certificate_pem);
  const x509::X509Ptr certificate(
      in ? PEM_read_bio_X509(in.get(), nullptr, x509::note_passphrase, nullptr) : nullptr);
  if (!certificate) return fail(ErrorCode::invalid, x509::take_reason("no certificate found"));
  const auto key = x509::parse_private_key(key_pem);
  if (!key) return std::unexpected(key.error());
  const bool matches = X509_check_private_key(certificate.get(), key->get()) == 1;
  ERR_clear_error();
  return matches;
}

}  // namespace gw
