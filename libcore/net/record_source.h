// Received TLS records, for OpenSSL to read from: the bytes come off the socket in one read, as for
// a plain connection, instead of two for each record.
#pragma once

#include <openssl/types.h>

#include "net/buffer.h"

namespace gw::net {

class RecordSource {
 public:
  explicit RecordSource(BufferPool& pool) : in(pool) {}
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;

  // A BIO over `in`, owned by the caller; this object outlives it. When `in` is empty it asks to be
  // tried again, or says that the stream is at its end.
  [[nodiscard]] BIO* make_bio();

  Buffer in;
  bool ended = false;
};

}  // namespace gw::net
