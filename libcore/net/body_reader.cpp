#include "net/body_reader.h"

#include <algorithm>
#include <utility>

namespace gw::net {

using http::BodyKind;

BodyReader::BodyReader(Stream& stream, Buffer& in, const http::Body& body)
    : stream_(stream),
      in_(in),
      kind_(body.kind),
      remaining_(body.size),
      done_(body.kind == BodyKind::none || (body.kind == BodyKind::sized && body.size == 0)) {
  if (kind_ == BodyKind::chunked) decoder_.emplace();
}

BodyReader::Piece BodyReader::take() {
  in_.consume(std::exchange(handed_out_, 0));
  if (done_ || in_.empty()) return {};
  return kind_ == BodyKind::chunked ? take_chunked() : take_sized();
}

// A body that ends with its connection has no size to count down.
BodyReader::Piece BodyReader::take_sized() {
  std::string_view data = in_.readable();
  if (kind_ == BodyKind::sized) {
    data =
        data.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, data.size())));
    remaining_ -= data.size();
    done_ = remaining_ == 0;
  }
  handed_out_ = data.size();
  bytes_ += data.size();
  return {data};
}

BodyReader::Piece BodyReader::take_chunked() {
  while (!in_.empty()) {
    const auto piece = decoder_->next(in_.readable());
    if (decoder_->failed()) return {{}, BodyError::malformed};
    done_ = decoder_->done();
    if (!piece.data.empty()) {
      handed_out_ = piece.consumed;
      bytes_ += piece.data.size();
      return {piece.data};
    }
    in_.consume(piece.consumed);
    if (done_) break;
  }
  return {};
}

Task<BodyReader::Piece> BodyReader::read() {
  while (true) {
    const Piece piece = take();
    if (done_ || !piece.data.empty() || piece.error != BodyError::none) co_return piece;
    const auto room = in_.room();
    const Io io = co_await stream_.read(room);
    if (io.ok()) {
      in_.commit(io.bytes);
      continue;
    }
    if (io.error == IoError::ended && kind_ == BodyKind::until_close) {
      done_ = true;
      co_return Piece{};
    }
    co_return Piece{{}, io.error == IoError::timeout ? BodyError::timeout : BodyError::truncated};
  }
}

std::optional<std::string_view> BodyReader::whole() const {
  if (kind_ == BodyKind::none) return std::string_view{};
  if (kind_ != BodyKind::sized || in_.size() < handed_out_ + remaining_) return std::nullopt;
  return in_.readable().substr(handed_out_, static_cast<std::size_t>(remaining_));
}

}  // namespace gw::net
