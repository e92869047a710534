// The chunk decoder on any octets: the cut of the input changes nothing, and what was decoded is
// encoded as something that is decoded as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/chunked.h"
#include "http/head_writer.h"

namespace {

using gw::http::ChunkDecoder;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
};

void feed(ChunkDecoder& decoder, std::string_view input, Decoded& out) {
  while (!input.empty() && !decoder.done() && !decoder.failed()) {
    const auto piece = decoder.next(input);
    require(piece.consumed > 0 && piece.consumed <= input.size());
    out.body += piece.data;
    out.consumed += piece.consumed;
    input.remove_prefix(piece.consumed);
  }
}

void check_round_trip(const std::string& body) {
  std::string text;
  if (!body.empty()) {
    gw::http::write_chunk_size(text, body.size());
    text += body + "\r\n";
  }
  text += gw::http::kLastChunk;
  ChunkDecoder decoder;
  Decoded again;
  feed(decoder, text, again);
  require(decoder.done() && again.body == body && again.consumed == text.size());
}

}  // namespace

// The first octet says how large the pieces are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  ChunkDecoder whole;
  Decoded at_once;
  feed(whole, input, at_once);

  ChunkDecoder split;
  Decoded in_pieces;
  const std::size_t step = data[0] % 16U + 1;
  for (std::size_t at = 0; at < input.size(); at += step) {
    feed(split, input.substr(at, step), in_pieces);
  }
  require(whole.done() == split.done() && whole.failed() == split.failed());
  require(whole.refusal().reason == split.refusal().reason);
  require(at_once.body == in_pieces.body);
  if (!whole.done()) return 0;
  require(at_once.consumed == in_pieces.consumed);
  require(whole.trailers().size() == split.trailers().size());
  check_round_trip(at_once.body);
  return 0;
}
