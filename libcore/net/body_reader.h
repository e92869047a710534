// A message's body as it comes off a connection, freed of its framing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/chunked.h"
#include "http/framing.h"
#include "net/buffer.h"
#include "net/stream.h"

namespace gw::net {

enum class BodyError : std::uint8_t {
  none,
  truncated,  // the peer stopped before the end
  timeout,
  malformed,  // the chunked coding is broken
};

// Reads from `in` first and from `stream` when that is empty. Bytes behind the body stay in `in`.
class BodyReader {
 public:
  BodyReader(Stream& stream, Buffer& in, const http::Body& body);

  struct Piece {
    std::string_view data;  // within the buffer, until the next call
    BodyError error = BodyError::none;
  };
  // What has arrived already, without waiting; nothing when there is nothing, or at the end.
  [[nodiscard]] Piece take();
  // At least one byte, or the end (done()), or an error.
  [[nodiscard]] Task<Piece> read();

  [[nodiscard]] bool done() const { return done_; }
  // All of a sized body when the rest of it lies in the buffer; nothing is consumed.
  [[nodiscard]] std::optional<std::string_view> whole() const;
  // The status for the client when its own body was refused.
  [[nodiscard]] const http::Refusal& refusal() const { return decoder_->refusal(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] Piece take_sized();
  [[nodiscard]] Piece take_chunked();

  Stream& stream_;
  Buffer& in_;
  http::BodyKind kind_;
  std::uint64_t remaining_;
  std::optional<http::ChunkDecoder> decoder_;
  std::size_t handed_out_ = 0;  // of the buffer's front, not consumed yet
  std::uint64_t bytes_ = 0;
  bool done_;
};

}  // namespace gw::net
