// The strict parsers beside Boost.Beast's: what we accept Beast accepts with the same meaning;
// where Beast takes more, the case says so.
#include <string>
#include <string_view>

#include <boost/beast/http.hpp>
#include <doctest/doctest.h>

#include "http/head_parser.h"
#include "unit/http/parse_whole.h"

namespace gw::http {
namespace {

namespace beast = boost::beast;

// Method, target and fields as testing::describe() writes them; "refused" or "more" otherwise.
std::string by_beast(std::string_view text) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(64 * 1024);
  beast::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error && error != beast::http::error::need_more) return "refused";
  if (!parser.is_header_done()) return "more";
  const auto& head = parser.get();
  std::string out(head.method_string());
  out += " " + std::string(head.target()) + (head.version() == 10 ? " 1.0" : " 1.1");
  for (const auto& field : head) {
    out += "|" + std::string(field.name_string()) + "=" + std::string(field.value());
  }
  return out;
}

std::string by_us(std::string_view text) {
  RequestParser parser;
  const Progress progress = parser.parse(text);
  if (progress == Progress::need_more) return "more";
  return progress == Progress::complete ? testing::describe(parser.head()) : "refused";
}

std::string with_fields(std::string_view fields) {
  return "GET /a HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST_CASE("what is accepted means to Beast what it means to us") {
  for (const std::string& text :
       {with_fields(""), with_fields("A: b\r\nC:d\r\nE: \t f \t\r\nG:\r\n"),
        with_fields(
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\nCookie: a=b\r\n"),
        with_fields("X: \xC3\xA9\ty\r\nx_y: 1\r\n!#$%&'*+-.^_`|~: z\r\n"),
        with_fields("X: a\r\nX: b\r\nx: c\r\n"), with_fields("Content-Length: 5\r\n"),
        with_fields("Transfer-Encoding: chunked\r\nConnection: close\r\n"),
        std::string("GET / HTTP/1.0\r\n\r\n"),
        std::string("POST /x?y=%20 HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("X-M!E /;a=b HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\n"), std::string("GET / HT"), std::string()}) {
    CAPTURE(text);
    CHECK(by_us(text) == by_beast(text));
  }
}

TEST_CASE("what both refuse") {
  for (const std::string& text :
       {with_fields("A b: c\r\n"), with_fields("A(: c\r\n"), with_fields(": c\r\n"),
        with_fields("A\r\n"), with_fields("A: b\x01\r\n"), with_fields("A: b\rc\r\n"),
        with_fields("A: b\x7F\r\n"), with_fields("A : b\r\n"),
        std::string("GET  / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1 \r\n\r\n"),
        std::string("GET /\r\n\r\n"), std::string("GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        std::string("GET / http/1.1\r\nHost: a\r\n\r\n"), std::string("G(T / HTTP/1.1\r\n\r\n"),
        std::string("GET /\x01 HTTP/1.1\r\n\r\n")}) {
    CAPTURE(text);
    CHECK(by_beast(text) == "refused");
    CHECK(by_us(text) == "refused");
  }
}

TEST_CASE("where Beast is lenient, we are not") {
  for (const std::string& text :
       {with_fields("A: b\r\n c\r\n"), with_fields("Host: b\r\n"), with_fields(" A: b\r\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        std::string("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        std::string("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    CAPTURE(text);
    CHECK(by_beast(text) != "refused");
    CHECK(by_us(text) == "refused");
  }
}

}  // namespace gw::http
