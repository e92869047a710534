#include "mesh/operator_key.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <openssl/ec.h>
#include <openssl/objects.h>

namespace gw::mesh {
namespace {

// A longer one signs for seconds, and all the mesh waits.
constexpr int kMaxRsaBits = 8192;
constexpr std::size_t kMaxPem = std::size_t{64} * 1024;

std::unexpected<Error> unreadable(std::string_view why) {
  return fail(ErrorCode::invalid, "error parsing private key \"hidden\": " + std::string(why));
}

// "EC PRIVATE KEY" of the first block; nullopt: there is none.
std::optional<std::string> first_label(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kDashes = "-----";
  std::size_t at = pem.find(kBegin);
  while (at != std::string_view::npos && at != 0 && pem[at - 1] != '\n') {
    at = pem.find(kBegin, at + 1);
  }
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = pem.substr(at + kBegin.size());
  const std::size_t end = rest.find(kDashes);
  if (end == std::string_view::npos) return std::nullopt;
  std::string label(rest.substr(0, end));
  if (label.contains('\n') || !rest.contains("-----END " + label + "-----")) return std::nullopt;
  return label;
}

bool is_nist_curve(const EVP_PKEY* key) {
  constexpr std::array kCurves{NID_secp224r1, NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1};
  std::array<char, 64> group{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1) return false;
  return std::ranges::find(kCurves, OBJ_txt2nid(group.data())) != kCurves.end();
}

// How Go says that a block is no key of the kind that its label names.
std::string parser_of(std::string_view label) {
  if (label == "EC PRIVATE KEY") return "x509: failed to parse EC private key: ";
  if (label == "RSA PRIVATE KEY") return "x509: failed to parse RSA private key: ";
  return "x509: failed to parse private key: ";
}

Result<void> check_kind(const EVP_PKEY* key, std::string_view label) {
  const bool is_wrapped = label == "PRIVATE KEY";
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) {
    if (is_nist_curve(key)) return {};
    return unreadable(is_wrapped ? "x509: failed to parse EC private key embedded in PKCS#8: x509: "
                                   "unknown elliptic curve"
                                 : "x509: unknown elliptic curve");
  }
  if (kind == EVP_PKEY_RSA) {
    if (EVP_PKEY_get_bits(key) <= kMaxRsaBits) return {};
    return fail(ErrorCode::too_large, "RSA key length must be at most 8192 bits");
  }
  if (kind == EVP_PKEY_ED25519) {
    return fail(ErrorCode::invalid, "invalid key type: ed25519.PublicKey");
  }
  return unreadable("x509: PKCS#8 wrapping contained private key with unknown algorithm");
}

}  // namespace

Result<x509::KeyPtr> read_operator_key(const Secret& pem) {
  if (pem.reveal().size() > kMaxPem) return unreadable("longer than 64 KiB");
  const auto label = first_label(pem.reveal());
  if (!label) return unreadable("no PEM-encoded data found");
  if (*label != "EC PRIVATE KEY" && *label != "RSA PRIVATE KEY" && *label != "PRIVATE KEY") {
    return unreadable("unknown PEM block type for signing key: " + *label);
  }
  auto key = x509::parse_private_key(pem.reveal());
  if (!key) return unreadable(parser_of(*label) + key.error().message);
  if (const auto checked = check_kind(key->get(), *label); !checked) {
    return std::unexpected(checked.error());
  }
  return key;
}

std::string key_type_of(const EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? "rsa" : "ec";
}

}  // namespace gw::mesh
