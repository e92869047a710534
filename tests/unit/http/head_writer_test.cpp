#include "http/head_writer.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "http/head_parser.h"
#include "unit/http/parse_whole.h"

namespace gw::http {
namespace {

using namespace std::string_view_literals;

std::string request(const Body& body, Persistence persistence, const RequestHead& head) {
  std::string out = "before";
  if (!write_request(out, head, body, persistence)) return out == "before" ? "no" : "half: " + out;
  return out.substr(6);
}

std::string response(std::uint16_t status, const ResponseFrame& frame,
                     std::vector<Field> fields = {}) {
  std::string out = "before";
  if (!write_response(out, {status, std::move(fields)}, frame)) {
    return out == "before" ? "no" : "half: " + out;
  }
  return out.substr(6);
}

}  // namespace

TEST_CASE("a request is written with its framing behind its fields") {
  const RequestHead head{"GET", "/a?b", {{"Host", "a"}, {"X", ""}}};
  CHECK(request({}, Persistence::keep_alive, head) ==
        "GET /a?b HTTP/1.1\r\nHost: a\r\nX: \r\nConnection: keep-alive\r\n\r\n");
  CHECK(request({BodyKind::sized, 12}, Persistence::close, head) ==
        "GET /a?b HTTP/1.1\r\nHost: a\r\nX: \r\nConnection: close\r\nContent-Length: 12\r\n\r\n");
  CHECK(request({BodyKind::chunked, 0}, Persistence::upgrade, head) ==
        "GET /a?b HTTP/1.1\r\nHost: a\r\nX: \r\nConnection: keep-alive, Upgrade\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
  CHECK(request({BodyKind::until_close, 0}, Persistence::close, head) == "no");
}

TEST_CASE("an answer is written with the reason that nginx gives") {
  const ResponseFrame five{BodyKind::sized, 5, Persistence::keep_alive};
  CHECK(response(200, five, {{"A", "b"}}) ==
        "HTTP/1.1 200 OK\r\nA: b\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
  CHECK(response(503, {BodyKind::chunked, 5, Persistence::close}) ==
        "HTTP/1.1 503 Service Temporarily Unavailable\r\nConnection: close\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
  CHECK(response(200, {BodyKind::until_close, std::nullopt, Persistence::close}) ==
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  CHECK(response(200, {BodyKind::none, 7, Persistence::keep_alive}) ==
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 7\r\n\r\n");
  for (const auto& [status, line] :
       {std::pair{418, "HTTP/1.1 418 \r\n"}, std::pair{426, "HTTP/1.1 426 \r\n"},
        std::pair{494, "HTTP/1.1 494 \r\n"}}) {
    CHECK(response(static_cast<std::uint16_t>(status), five).starts_with(line));
  }
}

TEST_CASE("what has no body gets no framing") {
  const ResponseFrame five{BodyKind::sized, 5, Persistence::keep_alive};
  CHECK(response(204, five) == "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
  CHECK(response(100, five) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(response(103, {BodyKind::chunked, {}, {}}, {{"Link", "x"}}) ==
        "HTTP/1.1 103 \r\nLink: x\r\n\r\n");
  CHECK(response(101, {BodyKind::none, {}, Persistence::upgrade}, {{"Upgrade", "websocket"}}) ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
  CHECK(response(304, {BodyKind::none, 5, Persistence::keep_alive}) ==
        "HTTP/1.1 304 Not Modified\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n");
}

TEST_CASE("Kong's 426 keeps its own Connection beside the connection's") {
  const std::string text = response(426, {BodyKind::sized, 0, Persistence::close},
                                    {{"Connection", "Upgrade"}, {"Upgrade", "HTTP/2"}});
  CHECK(text ==
        "HTTP/1.1 426 \r\nConnection: Upgrade\r\nUpgrade: HTTP/2\r\nConnection: close\r\n"
        "Content-Length: 0\r\n\r\n");
}

TEST_CASE("an answer whose end could not be told is not written") {
  CHECK(response(200, {BodyKind::sized, std::nullopt, Persistence::keep_alive}) == "no");
  CHECK(response(200, {BodyKind::until_close, std::nullopt, Persistence::keep_alive}) == "no");
  CHECK(response(99, {BodyKind::none, 0, Persistence::close}) == "no");
  CHECK(response(1000, {BodyKind::none, 0, Persistence::close}) == "no");
}

TEST_CASE("what must not be written is refused whole") {
  for (const Field& bad :
       {Field{"A", "b\r\nC: d"}, Field{"A", "b\rc"}, Field{"A", "b\nc"}, Field{"A", "b\0c"sv},
        Field{"A", "\x7F"}, Field{"", "b"}, Field{"A B", "c"}, Field{"A:", "c"},
        Field{"A\r\n", "c"}, Field{"\x80", "c"}, Field{"Content-Length", "1"},
        Field{"transfer-encoding", "chunked"}}) {
    CAPTURE(bad.name);
    CAPTURE(bad.value);
    CHECK(request({}, {}, {"GET", "/", {{"Host", "a"}, bad}}) == "no");
    CHECK(response(200, {BodyKind::none, {}, {}}, {{"A", "b"}, bad}) == "no");
  }
  CHECK(request({}, {}, {"GET", "/", {{"connection", "close"}}}) == "no");
  for (const std::string_view target :
       {"", "/ HTTP/1.1\r\nX: y", "/a b", "/a\n", "/\xC3", "/a#b"}) {
    CAPTURE(target);
    CHECK(request({}, {}, {"GET", target, {}}) == "no");
  }
  CHECK(request({}, {}, {"", "/", {}}) == "no");
  CHECK(request({}, {}, {"GET /", "/", {}}) == "no");
  CHECK(request({}, {}, {"GET", "/", {{"A", "tab\tand \x80"}}})
            .starts_with("GET / HTTP/1.1\r\nA: t"));
}

TEST_CASE("what was written is read as what was meant") {
  for (const std::string_view text :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /a?b=c HTTP/1.1\r\nHost:a:80\r\nX:\r\nY: \tz \r\n\r\n", "OPTIONS * HTTP/1.0\r\n\r\n",
        "GET http://a?b HTTP/1.1\r\nHost: A\r\nCookie: a=b; c\r\n\r\n"}) {
    CAPTURE(text);
    RequestParser first;
    REQUIRE(first.parse(text) == Progress::complete);
    const HeadView head = first.head();
    std::string out;
    REQUIRE(write_request(out, {head.method, head.target, {head.fields.begin(), head.fields.end()}},
                          {BodyKind::sized, 3}, Persistence::keep_alive));
    RequestParser second;
    // HTTP/1.1 is our version, and asks for Host.
    const Progress again = second.parse(out);
    if (head.fields.empty()) {
      CHECK(again == Progress::refused);
      continue;
    }
    REQUIRE(again == Progress::complete);
    CHECK(testing::describe(second.head()) ==
          testing::describe(HeadView{head.method, head.target, Version::http11, head.fields}) +
              "|Connection=keep-alive|Content-Length=3");
  }
}

TEST_CASE("a chunk's size is written in hex") {
  std::string out;
  write_chunk_size(out, 0);
  write_chunk_size(out, 8000);
  write_chunk_size(out, ~std::uint64_t{0});
  CHECK(out == "0\r\n1f40\r\nffffffffffffffff\r\n");
}

}  // namespace gw::http
