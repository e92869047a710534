#include "net/openssl.h"

#include <openssl/err.h>

namespace gw::net {

std::string take_openssl_reason(const char* otherwise) {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason == nullptr ? otherwise : reason;
  ERR_clear_error();
  return text;
}

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);  // RFC 9325 section 3.1.1
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // Without SSL_MODE_RELEASE_BUFFERS an idle connection keeps 17 KiB a direction.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
}

}  // namespace gw::net
