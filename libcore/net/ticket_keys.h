// The keys that seal session tickets (RFC 5077, RFC 8446 section 4.6.1): one for sealing, and the
// one before it for opening what is still around.
//
// OpenSSL 3 draws one key a context and keeps it for life. Here somebody rotates them, at most
// every twelve hours, so that a stolen key opens a day of traffic and no more; and a reload that
// hands the keys on costs no client its session.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>

#include <openssl/ssl.h>

namespace gw::net {

// Thread-safe.
class TicketKeys {
 public:
  TicketKeys();
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // From now on tickets are sealed with a new key; those of the key before the last are worthless.
  void rotate();

  // What SSL_CTX_set_tlsext_ticket_key_evp_cb(3) asks for, with its return values.
  int seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac);
  int open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
           EVP_MAC_CTX* mac);

  static constexpr std::size_t kNameSize = 16;

 private:
  struct Key {
    std::array<unsigned char, kNameSize> name{};
    std::array<unsigned char, 32> cipher{};
    std::array<unsigned char, 32> mac{};
  };
  [[nodiscard]] Key key(std::size_t which);
  static void draw(Key& key);

  std::mutex mutex_;
  std::array<Key, 2> keys_;  // the current one, the one before
};

}  // namespace gw::net
