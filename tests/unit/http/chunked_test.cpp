#include "http/chunked.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unit/http/parse_whole.h"

namespace gw::http {
namespace {

using namespace std::string_view_literals;

// What came of a body that arrives in pieces of `step` octets, the first one of `first`.
std::string decode(ChunkDecoder& decoder, std::string_view text, std::size_t first,
                   std::size_t step) {
  std::string body;
  std::size_t consumed = 0;
  std::size_t size = first;
  while (!text.empty() && !decoder.done() && !decoder.failed()) {
    const std::vector<char> piece(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(size, text.size())));
    std::string_view rest(piece.data(), piece.size());
    while (!rest.empty() && !decoder.done() && !decoder.failed()) {
      const auto got = decoder.next(rest);
      body += got.data;
      consumed += got.consumed;
      rest.remove_prefix(got.consumed);
    }
    text.remove_prefix(piece.size());
    size = step;
  }
  if (decoder.failed()) {
    return std::to_string(decoder.refusal().status) + " " + std::string(decoder.refusal().reason);
  }
  if (!decoder.done()) return "more: " + body;
  return std::to_string(consumed) + ": " + body + testing::describe(decoder.trailers());
}

struct Row {
  std::string_view why, text, outcome;  // how it begins
};

void check(std::span<const Row> rows, const ChunkLimits& limits = {}) {
  ChunkDecoder decoder(limits);
  for (const Row& r : rows) {
    CAPTURE(r.why);
    decoder.reset();
    const std::string outcome = decode(decoder, r.text, r.text.size(), 1);
    CHECK(outcome.substr(0, r.outcome.size()) == r.outcome);
    for (std::size_t cut = 1; cut <= r.text.size(); ++cut) {
      CAPTURE(cut);
      decoder.reset();
      CHECK(decode(decoder, r.text, cut, r.text.size()) == outcome);
      decoder.reset();
      CHECK(decode(decoder, r.text, cut, 1) == outcome);
    }
  }
}

}  // namespace

TEST_CASE("a chunked body is read, however the network cuts it") {
  constexpr Row kRows[]{
      {"one chunk", "5\r\nhello\r\n0\r\n\r\n", "15: hello"},
      {"two, and the next message", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET /", "21: hello!"},
      {"nothing", "0\r\n\r\n", "5: "},
      {"zeros", "0005\r\nhello\r\n0000000000000000\r\n\r\n", "33: hello"},
      {"hex in both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
       "35: 01234567890123456789"},
      {"data that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "17: \r\n0\r\n\r\n"},
      {"extensions", "1;a;b=c;d=\"e;\\\"\xC3\r\"", "400"},
      {"extensions are dropped", "1;a;b=c;d=\"e; \\\"\\\\\xC3\t\";f\r\nx\r\n0;last\r\n\r\n",
       "38: x"},
      {"an empty quoted value", "1;a=\"\"\r\nx\r\n0\r\n\r\n", "16: x"},
      {"trailers", "1\r\nx\r\n0\r\nDigest: abc\r\nX-Sum:  1 \r\n\r\n", "36: x|Digest=abc|X-Sum=1"},
      {"unfinished", "5\r\nhel", "more: hel"},
      {"unfinished trailers", "0\r\nA: b\r\n", "more: "},
  };
  check(kRows);
}

TEST_CASE("a chunk that leaves any doubt ends the body") {
  constexpr Row kRows[]{
      {"no size", "\r\n", "400 a chunk does not begin with its size"},
      {"no size, but an extension", ";a\r\n", "400 a chunk does not begin with its size"},
      {"prefix", "0x5\r\nhello", "400 a chunk size is followed by"},
      {"plus", "+5\r\n", "400 a chunk does not begin"},
      {"minus", "-1\r\n", "400 a chunk does not begin"},
      {"underscore", "1_0\r\n", "400 a chunk size is followed by"},
      {"leading space", " 5\r\n", "400 a chunk does not begin"},
      {"trailing space", "5 \r\nhello", "400 a chunk size is followed by"},
      {"no hex", "5g\r\n", "400 a chunk size is followed by"},
      {"17 digits", "00000000000000005\r\n", "400 a chunk size has more than 16 digits"},
      {"an overflow", "10000000000000000\r\n", "400 a chunk size has more than 16 digits"},
      {"bare LF behind the size", "5\nhello\r\n", "400 a chunk size is followed by"},
      {"bare CR behind the size", "5\rhello\r\n", "400 a CR of a chunk size line"},
      {"too much data", "5\r\nhello!\r\n", "400 chunk data is not followed by CRLF"},
      {"too little data", "5\r\nhell\r\n0\r\n\r\n", "400 chunk data is not followed by CRLF"},
      {"bare LF behind data", "5\r\nhello\n0\r\n\r\n", "400 chunk data is not followed by CRLF"},
      {"CR and something behind data", "5\r\nhello\rx", "400 chunk data is not followed by CRLF"},
      {"no extension name", "5;\r\n", "400 a chunk extension is malformed"},
      {"bare LF in an extension", "5;a\n", "400 a chunk extension is malformed"},
      {"bare CR in an extension", "5;a\rb\r\n", "400 a CR of a chunk size line"},
      {"CR within quotes", "5;a=\"\r\n", "400 a chunk extension is malformed"},
      {"LF within quotes", "5;a=\"\nx\"\r\n", "400 a chunk extension is malformed"},
      {"an escaped LF", "5;a=\"\\\n\"\r\n", "400 a chunk extension is malformed"},
      {"NUL in an extension", "5;a\0\r\n"sv, "400 a chunk extension is malformed"},
      {"a blank before an extension", "5 ;a\r\n", "400 a chunk size is followed by"},
      {"a blank within an extension", "5;a =b\r\n", "400 a chunk extension is malformed"},
      {"no value", "5;a=\r\n", "400 a chunk extension is malformed"},
      {"something behind quotes", "5;a=\"b\"c\r\n", "400 a chunk extension is malformed"},
      {"bare LF ends the trailers", "0\r\n\n", "400 a line ends with a bare LF"},
      {"bare LF behind a trailer", "0\r\nA: b\n\r\n", "400 a line ends with a bare LF"},
      {"CR and something ends them", "0\r\n\rx", "400 a CR is not followed by LF"},
      {"obs-fold in trailers", "0\r\nA: b\r\n c\r\n\r\n", "400 a field line begins with white"},
      {"a trailer without colon", "0\r\nGET / HTTP/1.1\r\n\r\n", "400 white space stands before"},
  };
  check(kRows);
}

TEST_CASE("a trailer that belongs in the head is refused") {
  for (const std::string_view name :
       {"Content-Length", "transfer-encoding", "HOST", "Authorization", "Connection", "Trailer",
        "TE", "Content-Type", "Cookie", "X-Consumer-ID", "Set-Cookie", "Proxy-Authorization"}) {
    CAPTURE(name);
    const std::string text = "0\r\nA: b\r\n" + std::string(name) + ": 1\r\n\r\n";
    check(std::vector<Row>{{"trailer", text, "400 a trailer field is one that must stand"}});
  }
}

TEST_CASE("size lines, extensions and trailers are bounded to the octet") {
  constexpr ChunkLimits kTight{
      .line = 6, .extensions = 8, .trailer_section = 12, .trailer_fields = 2};
  constexpr Row kRows[]{
      {"a line of six", "1;abcd\r\nx\r\n0\r\n\r\n", "16: x"},
      {"of seven", "1;abcde", "400 a chunk size line is too long"},
      {"extensions of eight", "1;abc\r\nx\r\n1;def\r\ny\r\n0\r\n\r\n", "25: xy"},
      {"of nine", "1;abc\r\nx\r\n1;def\r\ny\r\n0;", "400 the chunk extensions are too long"},
      {"trailers of twelve", "0\r\na:1\r\nb:2\r\n\r\n", "15: |a=1|b=2"},
      {"of thirteen", "0\r\na:1\r\nb:23\r\n\r\n", "431 the head is too large"},
      {"without end", "0\r\nabcdefghijklm", "431 a field line is too long"},
      {"a CR at the very end", "0\r\nabcdefghijk\r\n", "431 the head is too large"},
      {"three fields", "0\r\na:\r\nb:\r\nc:\r\n", "431 the head has too many fields"},
  };
  check(kRows, kTight);
}

TEST_CASE("body octets are views of the input") {
  ChunkDecoder decoder;
  const std::string input = "ffffffffffffffff\r\n" + std::string(100000, 'x');
  const auto piece = decoder.next(input);
  CHECK(piece.consumed == input.size());
  CHECK(piece.data.data() == input.data() + 18);
  CHECK(piece.data.size() == 100000);
  CHECK_FALSE(decoder.done());
}

}  // namespace gw::http
