#include "net/record_source.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <openssl/bio.h>

namespace gw::net {
namespace {

RecordSource& source_of(BIO* bio) {
  return *static_cast<RecordSource*>(BIO_get_data(bio));
}

int read_records(BIO* bio, char* out, std::size_t size, std::size_t* got) {
  RecordSource& source = source_of(bio);
  BIO_clear_retry_flags(bio);
  *got = std::min(size, source.in.size());
  if (*got > 0) {
    std::memcpy(out, source.in.readable().data(), *got);
    source.in.consume(*got);
    return 1;
  }
  if (!source.ended) BIO_set_retry_read(bio);
  return 0;
}

long control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_EOF:
      return source_of(bio).ended && source_of(bio).in.empty() ? 1 : 0;
    case BIO_CTRL_PENDING:
      return static_cast<long>(source_of(bio).in.size());
    case BIO_CTRL_FLUSH:
      return 1;
    default:
      return 0;
  }
}

struct FreeMethod {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

BIO_METHOD* method() {
  static const std::unique_ptr<BIO_METHOD, FreeMethod> made = [] {
    std::unique_ptr<BIO_METHOD, FreeMethod> fresh(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "records"));
    BIO_meth_set_read_ex(fresh.get(), read_records);
    BIO_meth_set_ctrl(fresh.get(), control);
    return fresh;
  }();
  return made.get();
}

}  // namespace

BIO* RecordSource::make_bio() {
  BIO* const bio = BIO_new(method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace gw::net
