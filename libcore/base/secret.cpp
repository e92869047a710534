#include "base/secret.h"

#include <openssl/crypto.h>

#include "base/digest.h"
#include "base/text.h"

namespace gw {

Secret::~Secret() {
  OPENSSL_cleanse(value_.data(), value_.size());
}

std::string Secret::fingerprint() const {
  return to_hex(sha256(value_)).substr(0, 8);
}

}  // namespace gw
