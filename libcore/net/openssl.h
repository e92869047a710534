// OpenSSL's handles as values, and its error queue as text.
//
// Whatever fails drains the queue, or its errors would be blamed on the next connection
// (SSL_get_error(3): "the current thread's error queue must be empty").
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace gw::net {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
inline void free_chain(STACK_OF(X509) * chain) {
  sk_X509_pop_free(chain, X509_free);
}

using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using ChainPtr = std::unique_ptr<STACK_OF(X509), OpensslFree<free_chain>>;
using PrivateKeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpensslFree<SSL_SESSION_free>>;

// The oldest reason in this thread's queue, which is emptied; `otherwise` when there is none.
[[nodiscard]] std::string take_openssl_reason(const char* otherwise);

// What every context of ours has, client or server: TLS 1.2 at least, no compression, no
// renegotiation, buffers given back while idle, partial writes from moving buffers.
void harden(SSL_CTX* context);

}  // namespace gw::net
