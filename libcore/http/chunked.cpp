#include "http/chunked.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "http/characters.h"

namespace gw::http {
namespace {

// 64 bits are 16 hex digits: what has no more cannot overflow.
constexpr std::size_t kMostDigits = 16;

// What stands for the whole message or decides who gets it has no place behind its body
// (RFC 9110 section 6.5.1): framing, routing, identity, and how content is to be read.
constexpr std::array<std::string_view, 33> kNeverTrailers{"Accept-Encoding",
                                                          "Authorization",
                                                          "Cache-Control",
                                                          "Connection",
                                                          "Content-Encoding",
                                                          "Content-Length",
                                                          "Content-Range",
                                                          "Content-Type",
                                                          "Cookie",
                                                          "Expect",
                                                          "Forwarded",
                                                          "Host",
                                                          "Keep-Alive",
                                                          "Max-Forwards",
                                                          "Proxy-Authenticate",
                                                          "Proxy-Authorization",
                                                          "Proxy-Connection",
                                                          "Range",
                                                          "Set-Cookie",
                                                          "TE",
                                                          "Trailer",
                                                          "Transfer-Encoding",
                                                          "Upgrade",
                                                          "Via",
                                                          "WWW-Authenticate",
                                                          "X-Anonymous-Consumer",
                                                          "X-Consumer-Custom-ID",
                                                          "X-Consumer-ID",
                                                          "X-Consumer-Username",
                                                          "X-Credential-Identifier",
                                                          "X-Forwarded-For",
                                                          "X-Forwarded-Host",
                                                          "X-Real-IP"};

}  // namespace

ChunkDecoder::ChunkDecoder(const ChunkLimits& limits)
    : limits_(limits),
      scanner_({.start_line = 0,
                .field_line = limits.trailer_section,
                .section = limits.trailer_section,
                .fields = limits.trailer_fields}) {}

void ChunkDecoder::reset() {
  state_ = State::size_first;
  size_ = 0;
  digits_ = line_ = extensions_ = 0;
  trailer_text_.clear();
  scanner_.reset();
  refusal_ = {};
}

bool ChunkDecoder::fail(std::uint16_t status, std::string_view reason) {
  refusal_ = {status, reason};
  state_ = State::failed;
  return false;
}

ChunkDecoder::Piece ChunkDecoder::next(std::string_view input) {
  std::size_t at = 0;
  while (at < input.size() && !done() && !failed()) {
    if (state_ == State::data) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(size_, input.size() - at));
      size_ -= size;
      if (size_ == 0) state_ = State::data_cr;
      return {at + size, input.substr(at, size)};
    }
    if (state_ == State::trailers) {
      at += read_trailers(input.substr(at));
    } else if (state_ == State::data_cr || state_ == State::data_lf) {
      end_data(input[at++]);
    } else {
      at += read_line(input.substr(at));
    }
  }
  return {at, {}};
}

void ChunkDecoder::end_data(char c) {
  if (c != (state_ == State::data_cr ? '\r' : '\n')) {
    fail(400, "chunk data is not followed by CRLF");
    return;
  }
  state_ = state_ == State::data_cr ? State::data_lf : State::size_first;
}

// To the end of a size line, or of the input.
std::size_t ChunkDecoder::read_line(std::string_view input) {
  std::size_t at = 0;
  while (at < input.size()) {
    const char c = input[at++];
    if (state_ == State::line_lf) {
      if (c != '\n') {
        fail(400, "a CR of a chunk size line is not followed by LF");
        return at;
      }
      end_line();
      return at;
    }
    if (c != '\r' && ++line_ > limits_.line) {
      fail(400, "a chunk size line is too long");
      return at;
    }
    if (!(state_ <= State::size ? take_size_octet(c) : take_extension_octet(c))) return at;
  }
  return at;
}

bool ChunkDecoder::take_size_octet(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (++digits_ > kMostDigits) return fail(400, "a chunk size has more than 16 digits");
    size_ = size_ * 16 + static_cast<unsigned>(digit);
    state_ = State::size;
    return true;
  }
  if (state_ == State::size_first) return fail(400, "a chunk does not begin with its size in hex");
  if (c == '\r') {
    state_ = State::line_lf;
  } else if (c == ';') {
    state_ = State::ext_name_first;
  } else {
    return fail(400, "a chunk size is followed by neither CRLF nor an extension");
  }
  return c == '\r' || ++extensions_ <= limits_.extensions ||
         fail(400, "the chunk extensions are too long");
}

// chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] )
bool ChunkDecoder::take_extension_octet(char c) {
  struct Move {
    State from;
    bool (*on)(char);
    State to;
  };
  static constexpr auto kToken = [](char o) { return is_in(Octets::token, o); };
  static constexpr auto kQuote = [](char o) { return o == '"'; };
  static constexpr auto kSemicolon = [](char o) { return o == ';'; };
  static constexpr auto kCr = [](char o) { return o == '\r'; };
  static constexpr std::array kMoves{
      Move{State::ext_name_first, kToken, State::ext_name},
      Move{State::ext_name, kToken, State::ext_name},
      Move{State::ext_name, [](char o) { return o == '='; }, State::ext_value_first},
      Move{State::ext_value_first, kToken, State::ext_value},
      Move{State::ext_value_first, kQuote, State::ext_quoted},
      Move{State::ext_value, kToken, State::ext_value},
      Move{State::ext_quoted, [](char o) { return is_in(Octets::quoted, o); }, State::ext_quoted},
      Move{State::ext_quoted, kQuote, State::ext_unquoted},
      Move{State::ext_quoted, [](char o) { return o == '\\'; }, State::ext_escaped},
      Move{State::ext_escaped, [](char o) { return !is_control(o); }, State::ext_quoted},
      Move{State::ext_name, kSemicolon, State::ext_name_first},
      Move{State::ext_value, kSemicolon, State::ext_name_first},
      Move{State::ext_unquoted, kSemicolon, State::ext_name_first},
      Move{State::ext_name, kCr, State::line_lf},
      Move{State::ext_value, kCr, State::line_lf},
      Move{State::ext_unquoted, kCr, State::line_lf},
  };
  if (c != '\r' && ++extensions_ > limits_.extensions) {
    return fail(400, "the chunk extensions are too long");
  }
  for (const Move& move : kMoves) {
    if (move.from != state_ || !move.on(c)) continue;
    state_ = move.to;
    return true;
  }
  return fail(400, "a chunk extension is malformed");
}

void ChunkDecoder::end_line() {
  state_ = size_ == 0 ? State::trailers : State::data;
  digits_ = line_ = 0;
}

// The scanner wants its section from the beginning each time, hence the copy; the usual empty
// section is told without one.
std::size_t ChunkDecoder::read_trailers(std::string_view input) {
  if (trailer_text_.empty() && input.starts_with("\r\n")) {
    state_ = State::done;
    return 2;
  }
  const std::size_t before = trailer_text_.size();
  trailer_text_ += input.substr(0, limits_.trailer_section + 1 - before);
  const Progress progress = scanner_.read_fields(trailer_text_);
  if (progress == Progress::need_more) return trailer_text_.size() - before;
  if (progress == Progress::refused) {
    fail(scanner_.refusal().status, scanner_.refusal().reason);
    return trailer_text_.size() - before;
  }
  trailer_text_.resize(scanner_.consumed());
  scanner_.point_into(trailer_text_);
  judge_trailers();
  return trailer_text_.size() - before;
}

void ChunkDecoder::judge_trailers() {
  const bool forbidden = std::ranges::any_of(trailers(), [](const Field& field) {
    return std::ranges::any_of(kNeverTrailers,
                               [&](std::string_view name) { return iequals(name, field.name); });
  });
  if (forbidden) {
    fail(400, "a trailer field is one that must stand in the head");
  } else {
    state_ = State::done;
  }
}

}  // namespace gw::http
