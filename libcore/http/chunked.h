// The chunked transfer coding (RFC 9112 section 7.1), strict: hardening.md F10 to F13.
//
// White space around chunk extensions (BWS) is refused: no client needs it, and parsers differ over
// it. Extensions are read by their grammar and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "http/head_scanner.h"
#include "http/message.h"
#include "http/refusal.h"

namespace gw::http {

struct ChunkLimits {
  std::size_t line = 4096;  // a size line with its extensions; beyond: 400
  std::size_t extensions =
      std::size_t{16} * 1024;          // of all lines of one body together; beyond: 400
  std::size_t trailer_section = 8192;  // beyond: 431
  std::size_t trailer_fields = 32;     // beyond: 431
};

// Fed with whatever has arrived, in pieces of any size; keeps what it needs of unfinished lines.
class ChunkDecoder {
 public:
  explicit ChunkDecoder(const ChunkLimits& limits = {});
  void reset();

  struct Piece {
    std::size_t consumed = 0;  // of the input; call again with the rest while it is not empty
    std::string_view data;     // body bytes, within the input; may be empty
  };
  // Goes on to the end of one run of body bytes, of the body, or of the input. Consumes nothing
  // once done() or failed().
  [[nodiscard]] Piece next(std::string_view input);

  // The last chunk and its trailer section were read.
  [[nodiscard]] bool done() const { return state_ == State::done; }
  // Then refusal() says why.
  [[nodiscard]] bool failed() const { return state_ == State::failed; }
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  // Once done(): checked; framing, routing and identity fields among them are a refusal.
  [[nodiscard]] std::span<const Field> trailers() const { return scanner_.fields(); }

 private:
  enum class State : std::uint8_t {
    size_first,
    size,
    ext_name_first,
    ext_name,
    ext_value_first,
    ext_value,
    ext_quoted,
    ext_escaped,
    ext_unquoted,
    line_lf,
    data,
    data_cr,
    data_lf,
    trailers,
    done,
    failed,
  };

  std::size_t read_line(std::string_view input);
  bool take_size_octet(char c);
  bool take_extension_octet(char c);
  void end_line();
  void end_data(char c);
  std::size_t read_trailers(std::string_view input);
  void judge_trailers();
  bool fail(std::uint16_t status, std::string_view reason);

  ChunkLimits limits_;
  State state_ = State::size_first;
  std::uint64_t size_ = 0;  // of the chunk; then what is left of it
  std::size_t digits_ = 0;
  std::size_t line_ = 0;        // octets of the size line so far
  std::size_t extensions_ = 0;  // octets of all extensions so far
  std::string trailer_text_;
  HeadScanner scanner_;
  Refusal refusal_;
};

}  // namespace gw::http
