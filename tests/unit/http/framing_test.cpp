#include "http/framing.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "http/head_parser.h"

namespace gw::http {
namespace {

std::string describe(const Body& body) {
  switch (body.kind) {
    case BodyKind::none:
      return "none";
    case BodyKind::sized:
      return "sized " + std::to_string(body.size);
    case BodyKind::chunked:
      return "chunked";
    case BodyKind::until_close:
      return "until close";
  }
  return {};
}

std::string describe(const Refusal& refusal) {
  return std::to_string(refusal.status);
}

// Of a request with these fields besides Host.
std::string request(std::string_view method, std::string_view version, std::string_view fields) {
  std::string text(method);
  text += " / HTTP/";
  text += version;
  text += "\r\nHost: a\r\n";
  text += fields;
  text += "\r\n";
  RequestParser parser;
  const Progress progress = parser.parse(text);
  REQUIRE(progress == Progress::complete);
  const auto framing = frame_request(parser.head(), parser.index());
  if (!framing) return describe(framing.error());
  return describe(framing->body) + (framing->keep_alive ? ", keep" : ", close") +
         (framing->expects_continue ? ", continue" : "") +
         (framing->offers_websocket ? ", websocket" : "");
}

std::string response(std::string_view method, std::string_view head) {
  ResponseParser parser;
  const std::string text = "HTTP/" + std::string(head) + "\r\n";
  const Progress progress = parser.parse(text);
  REQUIRE(progress == Progress::complete);
  const auto framing = frame_response(method, parser.head(), parser.index());
  if (!framing) return describe(framing.error());
  return describe(framing->body) + (framing->keep_alive ? ", keep" : ", close") +
         (framing->length ? ", length " + std::to_string(*framing->length) : "");
}

struct Row {
  std::string_view why, fields, outcome;
};

}  // namespace

TEST_CASE("a request's body ends where its fields say, or the request is refused") {
  for (const Row& r :
       {Row{"nothing said", "", "none, keep"},
        Row{"a length", "Content-Length: 12\r\n", "sized 12, keep"},
        Row{"a length of nothing", "Content-Length: 0\r\n", "sized 0, keep"},
        Row{"leading zeros", "Content-Length: 0012\r\n", "sized 12, keep"},
        Row{"64 bits", "Content-Length: 18446744073709551615\r\n",
            "sized 18446744073709551615, keep"},
        Row{"chunked", "Transfer-Encoding: chunked\r\n", "chunked, keep"},
        Row{"chunked in any case", "transfer-encoding: cHuNkEd\r\n", "chunked, keep"},
        Row{"F1: both", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "400"},
        Row{"F1: both, unknown coding", "Transfer-Encoding: x\r\nContent-Length: 1\r\n", "400"},
        Row{"F2: not the last", "Transfer-Encoding: chunked, gzip\r\n", "400"},
        Row{"F3: twice", "Transfer-Encoding: chunked, chunked\r\n", "400"},
        Row{"F3: twice on two lines",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"},
        Row{"F4: unknown first", "Transfer-Encoding: gzip, chunked\r\n", "501"},
        Row{"F4: unknown alone", "Transfer-Encoding: gzip\r\n", "501"},
        Row{"F4: identity", "Transfer-Encoding: identity\r\n", "501"},
        Row{"F4: nearly", "Transfer-Encoding: xchunked\r\n", "501"},
        Row{"F4: on two lines", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            "501"},
        Row{"F5: parameters", "Transfer-Encoding: chunked;a=b\r\n", "400"},
        Row{"empty", "Transfer-Encoding:\r\n", "400"},
        Row{"an empty element", "Transfer-Encoding: , chunked\r\n", "400"},
        Row{"a comma behind", "Transfer-Encoding: chunked,\r\n", "400"},
        Row{"a quoted one", "Transfer-Encoding: \"chunked\"\r\n", "400"},
        Row{"a space within", "Transfer-Encoding: chun ked\r\n", "400"},
        Row{"F7: plus", "Content-Length: +1\r\n", "400"},
        Row{"F7: minus", "Content-Length: -1\r\n", "400"},
        Row{"F7: empty", "Content-Length:\r\n", "400"},
        Row{"F7: hex", "Content-Length: 0x10\r\n", "400"},
        Row{"F7: underscore", "Content-Length: 1_0\r\n", "400"},
        Row{"F7: a space", "Content-Length: 1 0\r\n", "400"},
        Row{"F7: a list", "Content-Length: 5, 5\r\n", "400"},
        Row{"F7: a fraction", "Content-Length: 5.0\r\n", "400"},
        Row{"F8: twice the same", "Content-Length: 5\r\nContent-Length: 5\r\n", "400"},
        Row{"F8: two", "Content-Length: 5\r\nX: y\r\nContent-Length: 6\r\n", "400"},
        Row{"F9: beyond 64 bits", "Content-Length: 18446744073709551616\r\n", "413"}}) {
    CAPTURE(r.why);
    // F21: whatever the method is.
    for (const std::string_view method : {"POST", "GET", "HEAD", "OPTIONS", "DELETE", "X"}) {
      CHECK(request(method, "1.1", r.fields) == r.outcome);
    }
  }
  CHECK(request("POST", "1.0", "Transfer-Encoding: chunked\r\n") == "400");
  CHECK(request("POST", "1.0", "Content-Length: 3\r\n") == "sized 3, close");
}

TEST_CASE("a connection lives on as version and Connection say") {
  CHECK(request("GET", "1.1", "Connection: close\r\n") == "none, close");
  CHECK(request("GET", "1.1", "Connection: x, CLOSE ,y\r\n") == "none, close");
  CHECK(request("GET", "1.1", "Connection: keep-alive\r\nConnection: close\r\n") == "none, close");
  CHECK(request("GET", "1.1", "Connection: closed\r\n") == "none, keep");
  CHECK(request("GET", "1.0", "") == "none, close");
  CHECK(request("GET", "1.0", "Connection: Keep-Alive\r\n") == "none, keep");
  CHECK(request("GET", "1.0", "Connection: keep-alive, close\r\n") == "none, close");
}

TEST_CASE("only 100-continue may be expected, and HTTP/1.0 cannot") {
  CHECK(request("PUT", "1.1", "Expect: 100-Continue\r\n") == "none, keep, continue");
  CHECK(request("PUT", "1.1", "Content-Length: 1\r\nExpect: 100-continue\r\n") ==
        "sized 1, keep, continue");
  CHECK(request("PUT", "1.0", "Expect: 100-continue\r\n") == "none, close");
  for (const std::string_view odd :
       {"Expect: 200-ok\r\n", "Expect:\r\n", "Expect: 100-continue, x\r\n",
        "Expect: 100-continue\r\nExpect: x\r\n", "Expect: 100-continue;q=1\r\n"}) {
    CAPTURE(odd);
    CHECK(request("PUT", "1.1", odd) == "417");
  }
}

TEST_CASE("an upgrade is offered to websocket alone, by a GET without body") {
  constexpr std::string_view kOffer = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n";
  CHECK(request("GET", "1.1", kOffer) == "none, keep, websocket");
  CHECK(request("GET", "1.0", kOffer) == "none, keep");
  CHECK(request("POST", "1.1", kOffer) == "none, keep");
  CHECK(request("GET", "1.1", std::string(kOffer) + "Content-Length: 3\r\n") == "sized 3, keep");
  CHECK(request("GET", "1.1", std::string(kOffer) + "Content-Length: 0\r\n") ==
        "sized 0, keep, websocket");
  CHECK(request("GET", "1.1", std::string(kOffer) + "Transfer-Encoding: chunked\r\n") ==
        "chunked, keep");
  for (const std::string_view none :
       {"Upgrade: websocket\r\n", "Connection: upgrade\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\n",
        "Connection: upgrade\r\nUpgrade: websocket, h2c\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n",
        "Connection: upgrades\r\nUpgrade: websocket\r\n"}) {
    CAPTURE(none);
    CHECK(request("GET", "1.1", none) == "none, keep");
  }
}

TEST_CASE("a response's body ends where method, status and fields say") {
  struct Answer {
    std::string_view why, method, head, outcome;
  };
  for (const Answer& r : {
           Answer{"sized", "GET", "1.1 200 OK\r\nContent-Length: 5\r\n", "sized 5, keep, length 5"},
           Answer{"chunked", "GET", "1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n",
                  "chunked, keep"},
           Answer{"until close", "GET", "1.1 200 OK\r\n", "until close, close"},
           Answer{"1.0", "GET", "1.0 200 OK\r\nContent-Length: 5\r\n", "sized 5, close, length 5"},
           Answer{"1.0 kept", "GET",
                  "1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n",
                  "sized 5, keep, length 5"},
           Answer{"close", "GET", "1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n",
                  "sized 5, close, length 5"},
           Answer{"HEAD", "HEAD", "1.1 200 OK\r\nContent-Length: 5\r\n", "none, keep, length 5"},
           Answer{"HEAD chunked", "HEAD", "1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
                  "none, keep"},
           Answer{"HEAD without a word", "HEAD", "1.1 200 OK\r\n", "none, keep"},
           Answer{"304", "GET", "1.1 304 Not Modified\r\nContent-Length: 5\r\n",
                  "none, keep, length 5"},
           Answer{"204", "GET", "1.1 204 No Content\r\n", "none, keep"},
           Answer{"204 that says 0", "GET", "1.1 204 No Content\r\nContent-Length: 0\r\n",
                  "none, keep, length 0"},
           Answer{"204 with a length", "GET", "1.1 204 No Content\r\nContent-Length: 5\r\n",
                  "none, close, length 5"},
           Answer{"204 chunked", "GET", "1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n",
                  "none, close"},
           Answer{"100", "GET", "1.1 100 Continue\r\n", "none, keep"},
           Answer{"101", "GET", "1.1 101 x\r\nConnection: upgrade\r\n", "none, keep"},
           Answer{"the same length twice", "GET",
                  "1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
                  "sized 5, keep, length 5"},
           Answer{"two lengths", "GET", "1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
                  "502"},
           Answer{"F17: both", "GET",
                  "1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "502"},
           Answer{"both, to HEAD", "HEAD",
                  "1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "502"},
           Answer{"F17: no number", "GET", "1.1 200 OK\r\nContent-Length: x\r\n", "502"},
           Answer{"a list", "GET", "1.1 200 OK\r\nContent-Length: 5, 5\r\n", "502"},
           Answer{"beyond 64 bits", "GET", "1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
                  "502"},
           Answer{"unknown coding", "GET", "1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
                  "502"},
           Answer{"coding in 1.0", "GET", "1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", "502"},
       }) {
    CAPTURE(r.why);
    CHECK(response(r.method, r.head) == r.outcome);
  }
}

}  // namespace gw::http
