// A request's way through the http module: head parsed (Beast's parser beside it), framed, written.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <boost/beast/http.hpp>

#include "http/chunked.h"
#include "http/framing.h"
#include "http/head_parser.h"
#include "http/head_writer.h"

namespace gw::http {
namespace {

// Eight fields: what a browser's fetch of a JSON API looks like.
constexpr std::string_view kRequest =
    "GET /api/v1/orders/8571?expand=lines HTTP/1.1\r\n"
    "Host: api.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: application/json\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "apikey: 5dGb1mYvQf0p8aXz2kLr\r\n"
    "Connection: keep-alive\r\n"
    "Referer: https://www.example.com/orders\r\n"
    "\r\n";

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\n"
    "Server: nginx/1.22.1\r\n"
    "Date: Tue, 05 Mar 2024 10:00:00 GMT\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Content-Length: 1024\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: no-cache, no-store, must-revalidate\r\n"
    "ETag: \"65e6f0a0-400\"\r\n"
    "Vary: Accept-Encoding\r\n"
    "\r\n";

void parse_request(benchmark::State& state) {
  RequestParser parser;
  for (auto _ : state) {
    parser.reset();
    if (parser.parse(kRequest) != Progress::complete) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.head());
  }
}
BENCHMARK(parse_request);

void parse_request_by_beast(benchmark::State& state) {
  for (auto _ : state) {
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(kRequest.data(), kRequest.size()), error);
    if (error || !parser.is_header_done()) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.get());
  }
}
BENCHMARK(parse_request_by_beast);

void parse_response(benchmark::State& state) {
  ResponseParser parser;
  for (auto _ : state) {
    parser.reset();
    if (parser.parse(kResponse) != Progress::complete) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.head());
  }
}
BENCHMARK(parse_response);

void frame_both(benchmark::State& state) {
  RequestParser request;
  ResponseParser response;
  const bool whole = request.parse(kRequest) == Progress::complete &&
                     response.parse(kResponse) == Progress::complete;
  if (!whole) state.SkipWithError("refused");
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame_request(request.head(), request.index()));
    benchmark::DoNotOptimize(frame_response("GET", response.head(), response.index()));
  }
}
BENCHMARK(frame_both);

void write_a_request(benchmark::State& state) {
  RequestParser parser;
  if (parser.parse(kRequest) != Progress::complete) state.SkipWithError("refused");
  RequestHead head{parser.head().method, parser.head().target, {}};
  for (const Field& field : parser.head().fields) {
    if (field.name != "Connection") head.fields.push_back(field);
  }
  std::string out;
  for (auto _ : state) {
    out.clear();
    if (!write_request(out, head, {}, Persistence::keep_alive)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_a_request);

void decode_chunks(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  std::string body;
  while (body.size() < 64 * 1024) {
    write_chunk_size(body, size);
    body += std::string(size, 'x') + "\r\n";
  }
  body += kLastChunk;
  ChunkDecoder decoder;
  for (auto _ : state) {
    decoder.reset();
    for (std::string_view rest = body; !rest.empty();) {
      const auto piece = decoder.next(rest);
      benchmark::DoNotOptimize(piece.data);
      rest.remove_prefix(piece.consumed);
    }
    if (!decoder.done()) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(decode_chunks)->Arg(16)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace gw::http
