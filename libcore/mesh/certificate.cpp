#include "mesh/certificate.h"

#include <array>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "base/x509.h"

namespace gw::mesh {
namespace {

using x509::BioPtr;
using x509::X509Ptr;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, x509::Freer<X509_EXTENSION_free>>;
struct OpensslFree {
  void operator()(unsigned char* memory) const noexcept { OPENSSL_free(memory); }
};
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, x509::Freer<ASN1_OCTET_STRING_free>>;

// What never changes, as DER: no need to encode it for every leaf.
constexpr std::string_view kCaUsage("\x03\x02\x01\x86", 4);  // sign, certificates, CRLs
constexpr std::string_view kLeafUsage("\x03\x02\x03\xB8",
                                      4);                     // sign, encipher keys and data, agree
constexpr std::string_view kIsCa("\x30\x03\x01\x01\xFF", 5);  // without a path length
constexpr std::string_view kIsNoCa("\x30\x00", 2);
// What stands before the point in a P-256 key's SubjectPublicKeyInfo (RFC 5480).
constexpr std::string_view kP256(
    "\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"
    "\x03"
    "\x42\x00",
    26);
// Client, then server.
constexpr std::string_view kPurposes(
    "\x30\x14\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x02\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x01", 22);

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// DER: tag, length, content (X.690 section 8.1.3).
std::string der(char tag, std::string_view content) {
  std::string out(1, tag);
  const std::size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    std::string length;
    for (std::size_t rest = size; rest > 0; rest >>= 8U) {
      length.insert(length.begin(), static_cast<char>(rest & 0xFFU));
    }
    out += static_cast<char>(0x80U | length.size());
    out += length;
  }
  out += content;
  return out;
}

bool extend(X509* certificate, int nid, bool critical, std::string_view value) {
  const OctetsPtr data(ASN1_OCTET_STRING_new());
  if (!data ||
      ASN1_OCTET_STRING_set(data.get(), octets(value), static_cast<int>(value.size())) != 1) {
    return false;
  }
  const ExtensionPtr extension(
      X509_EXTENSION_create_by_NID(nullptr, nid, critical ? 1 : 0, data.get()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_key_ids(X509* certificate, std::string_view own, std::string_view issuer) {
  return extend(certificate, NID_subject_key_identifier, false, der('\x04', own)) &&
         extend(certificate, NID_authority_key_identifier, false, der('\x30', der('\x80', issuer)));
}

bool add_uri(X509* certificate, bool critical, std::string_view uri) {
  return extend(certificate, NID_subject_alt_name, critical, der('\x30', der('\x86', uri)));
}

bool set_times(X509* certificate, const Validity& validity) {
  const auto from = validity.from.time_since_epoch().count();
  const auto until = validity.until.time_since_epoch().count();
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr;
}

bool begin(X509* certificate, std::uint64_t serial, const Validity& validity) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1 &&
         set_times(certificate, validity);
}

std::string id_of(std::string_view public_key) {
  const auto digest = sha256(public_key);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The point of a P-256 key, uncompressed; empty: OpenSSL failed.
std::string point_of(const EVP_PKEY* key) {
  std::string point(65, '\0');
  std::size_t size = 0;
  const int got = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                                  reinterpret_cast<unsigned char*>(point.data()),
                                                  point.size(), &size);
  return got == 1 && size == point.size() ? point : std::string{};
}

// Two thirds of a leaf's time would go into OpenSSL's encoding of what is but a prefix and a point.
bool set_point(X509* certificate, std::string_view point) {
  std::unique_ptr<unsigned char, OpensslFree> copy(
      static_cast<unsigned char*>(OPENSSL_memdup(point.data(), point.size())));
  if (!copy || X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate),
                                      OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                                      OBJ_nid2obj(NID_X9_62_prime256v1), copy.get(),
                                      static_cast<int>(point.size())) != 1) {
    return false;
  }
  [[maybe_unused]] const unsigned char* owned = copy.release();
  return true;
}

// PrintableString, as Go writes what has no other characters.
bool set_common_name(X509_NAME* name, std::string_view text) {
  return X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_PRINTABLESTRING, octets(text),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

bool add_ca_constraints(X509* certificate) {
  return extend(certificate, NID_key_usage, true, kCaUsage) &&
         extend(certificate, NID_basic_constraints, true, kIsCa);
}

// Of what a CA says of itself and of another: Go picks it by the size of the curve.
const EVP_MD* digest_of(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_bits(key) <= 256) {
    return EVP_sha256();
  }
  return EVP_PKEY_get_bits(key) <= 384 ? EVP_sha384() : EVP_sha512();
}

// A root's identity goes with its name into what vouches for it.
bool copy_identity(X509* to, const X509* from) {
  const int at = X509_get_ext_by_NID(from, NID_subject_alt_name, -1);
  return at < 0 || X509_add_ext(to, X509_get_ext(from, at), -1) == 1;
}

std::string text_of(BIO* out) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

Result<X509Ptr> finish(X509Ptr certificate, bool made) {
  if (made) return certificate;
  return fail(ErrorCode::internal,
              "error generating certificate: " + x509::take_reason("OpenSSL gave no reason"));
}

}  // namespace

std::string key_id_of(const EVP_PKEY* key) {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(key, &out);
  if (size <= 0) return {};
  std::string id = id_of({reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)});
  OPENSSL_free(out);
  return id;
}

std::string key_id_of(X509* certificate) {
  const ASN1_OCTET_STRING* const id = X509_get0_subject_key_id(certificate);
  if (id == nullptr) return key_id_of(X509_get0_pubkey(certificate));
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)),
          static_cast<std::size_t>(ASN1_STRING_length(id))};
}

Result<X509Ptr> make_root(EVP_PKEY* key, std::uint64_t serial, std::string_view common_name,
                          std::string_view uri, const Validity& validity) {
  ERR_clear_error();
  X509Ptr made(X509_new());
  X509* const c = made.get();
  const std::string id = key_id_of(key);
  // Verified at once: a key whose halves do not belong together would sign what nobody accepts.
  const bool good = c != nullptr && !id.empty() && begin(c, serial, validity) &&
                    X509_set_pubkey(c, key) == 1 &&
                    set_common_name(X509_get_subject_name(c), common_name) &&
                    X509_set_issuer_name(c, X509_get_subject_name(c)) == 1 &&
                    add_ca_constraints(c) && add_key_ids(c, id, id) && add_uri(c, false, uri) &&
                    X509_sign(c, key, digest_of(key)) > 0 && X509_verify(c, key) == 1;
  return finish(std::move(made), good);
}

Result<X509Ptr> cross_sign(X509* root, std::uint64_t serial, const Validity& validity,
                           const RootKey& issuer) {
  ERR_clear_error();
  X509Ptr made(X509_new());
  X509* const c = made.get();
  EVP_PKEY* const key = X509_get0_pubkey(root);
  const std::string id = key_id_of(root);
  const bool good =
      c != nullptr && !id.empty() && begin(c, serial, validity) && X509_set_pubkey(c, key) == 1 &&
      X509_set_subject_name(c, X509_get_subject_name(root)) == 1 &&
      X509_set_issuer_name(c, X509_get_subject_name(issuer.certificate.get())) == 1 &&
      add_ca_constraints(c) && add_key_ids(c, id, issuer.key_id) && copy_identity(c, root) &&
      X509_sign(c, issuer.key.get(), digest_of(issuer.key.get())) > 0;
  return finish(std::move(made), good);
}

Result<X509Ptr> make_leaf(const LeafFields& fields, const RootKey& issuer) {
  ERR_clear_error();
  X509Ptr made(X509_new());
  X509* const c = made.get();
  const std::string point = point_of(fields.key);
  const std::string id = id_of(std::string(kP256) + point);
  const bool named = !fields.common_name.empty();
  const bool good = c != nullptr && !point.empty() && begin(c, fields.serial, fields.validity) &&
                    set_point(c, point) &&
                    (!named || set_common_name(X509_get_subject_name(c), fields.common_name)) &&
                    X509_set_issuer_name(c, X509_get_subject_name(issuer.certificate.get())) == 1 &&
                    extend(c, NID_key_usage, true, kLeafUsage) &&
                    extend(c, NID_ext_key_usage, false, kPurposes) &&
                    extend(c, NID_basic_constraints, true, kIsNoCa) &&
                    add_key_ids(c, id, issuer.key_id) && add_uri(c, !named, fields.uri) &&
                    X509_sign(c, issuer.key.get(), EVP_sha256()) > 0;
  return finish(std::move(made), good);
}

std::string pem_of(X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  return text_of(out.get());
}

std::string sec1_pem_of(EVP_PKEY* key) {
  const BioPtr out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PrivateKey_traditional(out.get(), key, nullptr, nullptr, 0, nullptr,
                                                   nullptr) != 1) {
    return {};
  }
  return text_of(out.get());
}

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string serial_hex(std::uint64_t serial) {
  std::string bytes;
  for (; serial > 0; serial >>= 8U) {
    bytes.insert(bytes.begin(), static_cast<char>(serial & 0xFFU));
  }
  return colon_hex(bytes);
}

}  // namespace gw::mesh
