#include "base/digest.h"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace gw {
namespace {

template <std::size_t N>
std::array<std::byte, N> digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, kind, nullptr) != 1 ||
      length != N) {
    throw std::runtime_error(
        "OpenSSL could not compute a digest");  // out of memory or a FIPS-only build
  }
  std::array<std::byte, N> result{};
  for (std::size_t i = 0; i < N; ++i) result[i] = std::byte{out[i]};
  return result;
}

}  // namespace

std::array<std::byte, 20> sha1(std::string_view bytes) {
  return digest<20>(EVP_sha1(), bytes);
}
std::array<std::byte, 32> sha256(std::string_view bytes) {
  return digest<32>(EVP_sha256(), bytes);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace gw
