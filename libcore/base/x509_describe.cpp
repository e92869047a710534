// What a certificate says, in words.
#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <span>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "base/x509_handles.h"

namespace gw {

std::string colon_hex(std::string_view bytes) {
  const std::string hex = to_hex(std::as_bytes(std::span(bytes)));
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (i != 0) out += ':';
    out.append(hex, i, 2);
  }
  return out;
}

namespace x509 {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

struct Word {
  std::uint32_t bit;
  const char* name;
};
// RFC 5280 sections 4.2.1.3 and 4.2.1.12.
constexpr std::array kUsages{
    Word{KU_DIGITAL_SIGNATURE, "digital signature"},
    Word{KU_NON_REPUDIATION, "non repudiation"},
    Word{KU_KEY_ENCIPHERMENT, "key encipherment"},
    Word{KU_DATA_ENCIPHERMENT, "data encipherment"},
    Word{KU_KEY_AGREEMENT, "key agreement"},
    Word{KU_KEY_CERT_SIGN, "certificate signing"},
    Word{KU_CRL_SIGN, "CRL signing"},
};
constexpr std::array kPurposes{
    Word{XKU_SSL_CLIENT, "client"},
    Word{XKU_SSL_SERVER, "server"},
    Word{XKU_SMIME, "e-mail"},
    Word{XKU_CODE_SIGN, "code signing"},
    Word{XKU_OCSP_SIGN, "OCSP signing"},
    Word{XKU_TIMESTAMP, "time stamping"},
    Word{XKU_ANYEKU, "any"},
};

// OpenSSL gives all ones when the extension is not there: everything is allowed, nothing is said.
std::vector<std::string> words(std::uint32_t bits, std::span<const Word> table) {
  std::vector<std::string> out;
  if (bits == UINT32_MAX) return out;
  for (const Word& word : table) {
    if ((bits & word.bit) != 0) out.emplace_back(word.name);
  }
  return out;
}

WallSeconds seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::sys_days(std::chrono::year(parts.tm_year + 1900) / (parts.tm_mon + 1) /
                               parts.tm_mday) +
         std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

std::string_view view_of(const ASN1_STRING* text) {
  if (text == nullptr || ASN1_STRING_length(text) <= 0) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string serial_of(const X509* certificate) {
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  const bool negative = ASN1_STRING_type(number) == V_ASN1_NEG_INTEGER;
  return (negative ? "-" : "") + colon_hex(view_of(number));
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return colon_hex({reinterpret_cast<const char*>(digest.data()), size});
}

void read_alternative_names(const X509* certificate, CertificateInfo& info) {
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) info.dns_names.emplace_back(view_of(name->d.dNSName));
    if (name->type == GEN_URI) info.uris.emplace_back(view_of(name->d.uniformResourceIdentifier));
  }
}

}  // namespace

std::string one_line(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

std::string describe_key(const EVP_PKEY* key) {
  if (key == nullptr) return "unknown";
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) {
    std::array<char, 64> group{};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1) return "EC";
    const char* nist = EC_curve_nid2nist(OBJ_txt2nid(group.data()));
    return std::string("EC ") + (nist != nullptr ? nist : group.data());
  }
  if (kind == EVP_PKEY_ED25519) return "Ed25519";
  if (kind == EVP_PKEY_ED448) return "Ed448";
  const char* name = kind == EVP_PKEY_RSA_PSS ? "RSA-PSS" : EVP_PKEY_get0_type_name(key);
  return std::string(name != nullptr ? name : "unknown") + " " +
         std::to_string(EVP_PKEY_get_bits(key));
}

CertificateInfo describe(X509* certificate) {
  CertificateInfo info;
  info.subject = one_line(X509_get_subject_name(certificate));
  info.issuer = one_line(X509_get_issuer_name(certificate));
  info.serial = serial_of(certificate);
  info.not_before = seconds_of(X509_get0_notBefore(certificate));
  info.not_after = seconds_of(X509_get0_notAfter(certificate));
  info.is_ca = X509_check_ca(certificate) == 1;  // 1: by its basic constraint
  info.key = describe_key(X509_get0_pubkey(certificate));
  const char* signature = OBJ_nid2ln(X509_get_signature_nid(certificate));
  info.signature = signature != nullptr ? signature : "unknown";
  info.sha256 = fingerprint_of(certificate);
  info.subject_key_id = colon_hex(view_of(X509_get0_subject_key_id(certificate)));
  info.authority_key_id = colon_hex(view_of(X509_get0_authority_key_id(certificate)));
  info.usages = words(X509_get_key_usage(certificate), kUsages);
  info.purposes = words(X509_get_extended_key_usage(certificate), kPurposes);
  read_alternative_names(certificate, info);
  ERR_clear_error();  // a broken extension is left out
  return info;
}

}  // namespace x509
}  // namespace gw
