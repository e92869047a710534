#include "net/ticket_keys.h"

#include <algorithm>
#include <exception>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace gw::net {
namespace {

bool set_mac(EVP_MAC_CTX* mac, std::array<unsigned char, 32>& key) {
  char digest[] = "sha256";
  const std::array params{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, params.data()) == 1;
}

}  // namespace

TicketKeys::TicketKeys() {
  for (Key& key : keys_) draw(key);
}

TicketKeys::~TicketKeys() {
  OPENSSL_cleanse(keys_.data(), sizeof keys_);
}

// A generator that fails would leave keys that everybody knows: there is no going on.
void TicketKeys::draw(Key& key) {
  const bool drawn = RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) == 1 &&
                     RAND_priv_bytes(key.cipher.data(), static_cast<int>(key.cipher.size())) == 1 &&
                     RAND_priv_bytes(key.mac.data(), static_cast<int>(key.mac.size())) == 1;
  if (!drawn) std::terminate();
}

void TicketKeys::rotate() {
  const std::lock_guard lock(mutex_);
  keys_[1] = keys_[0];
  draw(keys_[0]);
}

TicketKeys::Key TicketKeys::key(std::size_t which) {
  const std::lock_guard lock(mutex_);
  return keys_.at(which);
}

int TicketKeys::seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                     EVP_MAC_CTX* mac) {
  Key now = key(0);
  const EVP_CIPHER* aes = EVP_aes_256_cbc();
  std::ranges::copy(now.name, name);
  const bool ok = RAND_bytes(iv, EVP_CIPHER_get_iv_length(aes)) == 1 &&
                  EVP_EncryptInit_ex(cipher, aes, nullptr, now.cipher.data(), iv) == 1 &&
                  set_mac(mac, now.mac);
  OPENSSL_cleanse(&now, sizeof now);
  return ok ? 1 : -1;
}

int TicketKeys::open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
                     EVP_MAC_CTX* mac) {
  constexpr int kUnknown = 0;  // a full handshake
  for (std::size_t which = 0; which < keys_.size(); ++which) {
    Key now = key(which);
    const bool same = std::ranges::equal(now.name, std::span(name, kNameSize));
    const bool ok =
        same &&
        EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, now.cipher.data(), iv) == 1 &&
        set_mac(mac, now.mac);
    OPENSSL_cleanse(&now, sizeof now);
    if (same) return ok ? static_cast<int>(which) + 1 : -1;  // 2: open it, and send a new one
  }
  return kUnknown;
}

}  // namespace gw::net
