#include <span>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "http/head_parser.h"
#include "unit/http/parse_whole.h"

namespace gw::http {
namespace {

using testing::parse_at_once;
using testing::parse_however_cut;

struct Row {
  std::string_view why, text;
  std::string_view outcome;  // how it begins
};

void check(std::span<const Row> rows, const HeadLimits& limits = {}) {
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CAPTURE(r.text);
    const std::string outcome = parse_at_once<RequestParser>(r.text, limits);
    CHECK(outcome.substr(0, r.outcome.size()) == r.outcome);
    CHECK(parse_however_cut<RequestParser>(r.text, outcome, limits) == outcome);
  }
}

using namespace std::string_view_literals;

}  // namespace

TEST_CASE("a valid request head is taken apart, however the network cuts it") {
  constexpr Row kRows[]{
      {"a plain one", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "27: GET / 1.1|Host=a"},
      {"bytes behind it stay", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /n", "27: GET / 1.1|Host=a"},
      {"one empty line before it", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "29: GET / 1.1|Host=a"},
      {"no fields in 1.0", "GET /x?y HTTP/1.0\r\n\r\n", "21: GET /x?y 1.0"},
      {"blanks around a value", "GET / HTTP/1.1\r\nHost: \t a \t\r\nX:y\r\n\r\n",
       "36: GET / 1.1|Host=a|X=y"},
      {"empty values", "GET / HTTP/1.1\r\nHost:a\r\nX:\r\nY: \t \r\n\r\n",
       "37: GET / 1.1|Host=a|X=|Y="},
      {"a tab and obs-text within", "GET / HTTP/1.1\r\nHost:a\r\nX: a\tb\x80\xFF\r\n\r\n",
       "36: GET / 1.1|Host=a|X=a\tb\x80\xFF"},
      {"underscores in names", "GET / HTTP/1.1\r\nHost:a\r\nx_y: 1\r\n\r\n",
       "34: GET / 1.1|Host=a|x_y=1"},
      {"methods keep their case", "gEt!~ / HTTP/1.1\r\nHost:a\r\n\r\n", "28: gEt!~ / 1.1"},
      {"a method of 32 octets", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.1\r\nHost:a\r\n\r\n",
       "55: ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / 1.1"},
      {"unwise characters in a target", "GET /\"<>[]{}|\\^` HTTP/1.1\r\nHost:a\r\n\r\n",
       "37: GET /\"<>[]{}|\\^` 1.1"},
      {"two slashes are a path", "GET //a/b HTTP/1.1\r\nHost:a\r\n\r\n", "30: GET //a/b 1.1"},
      {"asterisk", "OPTIONS * HTTP/1.1\r\nHost:a\r\n\r\n", "30: OPTIONS * 1.1"},
      {"authority", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "39: CONNECT a:443 1.1"},
  };
  check(kRows);
}

TEST_CASE("an absolute target gives its path and has to agree with Host") {
  constexpr Row kRows[]{
      {"path and query", "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "38: GET /b?c 1.1|Host=a"},
      {"scheme and host in any case", "GET HTTPS://EX.com:80/b HTTP/1.1\r\nHost: ex.COM:80\r\n\r\n",
       "53: GET /b 1.1|Host=ex.COM:80"},
      {"no path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "34: GET / 1.1|Host=a"},
      {"no path, but a query", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "36: GET /?b 1.1"},
      {"OPTIONS without path", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "38: OPTIONS * 1.1"},
      {"1.0 without Host is given one", "GET http://a:1/b HTTP/1.0\r\nX: y\r\n\r\n",
       "35: GET /b 1.0|X=y|Host=a:1"},
      {"another host", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "400 Host differs"},
      {"another port", "GET http://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n", "400 Host differs"},
      {"userinfo", "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
       "400 the request target has user"},
      {"no host", "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n",
       "400 the request target has no valid"},
      {"only a port", "GET http://:80/b HTTP/1.1\r\nHost: a\r\n\r\n",
       "400 the request target has no"},
      {"port too large", "GET http://a:65536/ HTTP/1.1\r\nHost: a:65536\r\n\r\n",
       "400 the request t"},
      {"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
       "400 the request target is neith"},
      {"no scheme", "GET ://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400 the request target is neither"},
      {"still needs Host in 1.1", "GET http://a/ HTTP/1.1\r\n\r\n",
       "400 an HTTP/1.1 request has no"},
  };
  check(kRows);
}

TEST_CASE("a request line that leaves any doubt is refused") {
  constexpr Row kRows[]{
      {"two empty lines", "\r\n\r\nGET / HTTP/1.1\r\n", "400 the request line"},
      {"two spaces first", "GET  / HTTP/1.1\r\n", "400 the request line"},
      {"two spaces second", "GET /  HTTP/1.1\r\n", "400 the request line"},
      {"a tab first", "GET\t/ HTTP/1.1\r\n", "400 the request line"},
      {"a tab second", "GET /\tHTTP/1.1\r\n", "400 the request line"},
      {"space before", " GET / HTTP/1.1\r\n", "400 the request line"},
      {"space behind", "GET / HTTP/1.1 \r\n", "400 the request line"},
      {"space within the target", "GET /a b HTTP/1.1\r\n", "400 the request line"},
      {"HTTP/0.9", "GET /\r\n", "400 the request line has no HTTP version"},
      {"HTTP/0.9 by name", "GET / HTTP/0.9\r\n", "400 HTTP/0.9"},
      {"method alone", "GET\r\n", "400 the request line"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\n", "505"},
      {"HTTP/2.0", "GET / HTTP/2.0\r\n", "505"},
      {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
       "400 HTTP/2 is not spoken here: PRI"},
      {"HTTP/1", "GET / HTTP/1\r\n", "400"},
      {"HTTP/1.10", "GET / HTTP/1.10\r\n", "400"},
      {"HTTP/01.1", "GET / HTTP/01.1\r\n", "400"},
      {"small letters", "GET / http/1.1\r\n", "400"},
      {"another protocol", "GET / ICAP/1.0\r\n", "400"},
      {"method no token", "GE(T / HTTP/1.1\r\n", "400"},
      {"method beyond 32 octets", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n", "501"},
      {"fragment", "GET /a#b HTTP/1.1\r\n", "400 the request target holds"},
      {"obs-text in the target", "GET /\xC3\xA9 HTTP/1.1\r\n", "400 the request target holds"},
      {"relative target", "GET a/b HTTP/1.1\r\n", "400 the request target is neither"},
      {"asterisk for GET", "GET * HTTP/1.1\r\n", "400 the request target *"},
      {"asterisk and more", "OPTIONS *a HTTP/1.1\r\n", "400"},
      {"authority for GET", "GET a:80 HTTP/1.1\r\n", "400"},
      {"CONNECT with a path", "CONNECT /a HTTP/1.1\r\n", "400 the request target of CONNECT"},
      {"CONNECT without port", "CONNECT a HTTP/1.1\r\n", "400 the request target of CONNECT"},
      {"CONNECT with an empty port", "CONNECT a: HTTP/1.1\r\n", "400 the request target of CONN"},
      {"CONNECT with port 0", "CONNECT a:0 HTTP/1.1\r\n", "400 the request target of CONNECT"},
      {"TLS on a plain port", "\x16\x03\x01\x02", "400 the head holds a control character"},
      {"NUL", "GET /\0 HTTP/1.1\r\n"sv, "400 the head holds a NUL"},
      {"DEL", "GET /\x7F HTTP/1.1\r\n", "400 the head holds a control character"},
  };
  check(kRows);
}

TEST_CASE("lines end with CRLF and nothing else, and controls are refused at once") {
  constexpr Row kRows[]{
      {"bare LF in the request line", "GET / HTTP/1.1\nHost: a\n\n",
       "400 a line ends with a bare LF"},
      {"bare LF behind a field", "GET / HTTP/1.1\r\nHost: a\n\r\n",
       "400 a line ends with a bare LF"},
      {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n",
       "400 a line ends with a bare LF: GET"},
      {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
       "400 a CR is not followed by LF"},
      {"bare CR first", "\rGET / HTTP/1.1\r\n", "400 a CR is not followed by LF"},
      {"CR CR LF", "GET / HTTP/1.1\r\r\n", "400 a CR is not followed by LF"},
      {"NUL in a value", "GET / HTTP/1.1\r\nX: a\0b"sv, "400 the head holds a NUL"},
      {"BEL in a value", "GET / HTTP/1.1\r\nX: a\ab", "400 the head holds a control character"},
      {"DEL in a value", "GET / HTTP/1.1\r\nX: a\x7F", "400 the head holds a control character"},
      {"VT for a blank", "GET / HTTP/1.1\r\nX:\va", "400 the head holds a control character"},
  };
  check(kRows);
}

TEST_CASE("a field line that leaves any doubt is refused, and those before it are known") {
  constexpr Row kRows[]{
      {"space before the colon", "GET / HTTP/1.1\r\nAccept: x\r\nHost : a\r\n",
       "400 white space stands before a field's colon: GET|Accept=x"},
      {"tab before the colon", "GET / HTTP/1.1\r\nHost\t: a\r\n", "400 white space stands before"},
      {"obs-fold", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n",
       "400 a field line begins with white space"},
      {"obs-fold by tab", "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n",
       "400 a field line begins with white"},
      {"blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n", "400 a field line begins"},
      {"a line of blanks", "GET / HTTP/1.1\r\nHost: a\r\n \r\n",
       "400 a field line begins with white"},
      {"no colon", "GET / HTTP/1.1\r\nHost\r\n", "400 a field line has no colon"},
      {"no name", "GET / HTTP/1.1\r\n: a\r\n", "400 a field line has no name"},
      {"space within a name", "GET / HTTP/1.1\r\nHo st: a\r\n", "400 white space stands before"},
      {"obs-text in a name", "GET / HTTP/1.1\r\nX\x80: a\r\n", "400 a field name holds an octet"},
      {"a bracket in a name", "GET / HTTP/1.1\r\nX[a]: a\r\n", "400 a field name holds an octet"},
      {"a quote first", "GET / HTTP/1.1\r\n\"X\": a\r\n", "400 a field name holds an octet"},
  };
  check(kRows);
}

TEST_CASE("a request names one host, in a form that nobody can read otherwise") {
  constexpr Row kRows[]{
      {"none in 1.1", "GET / HTTP/1.1\r\nX: y\r\n\r\n",
       "400 an HTTP/1.1 request has no Host: GET|X=y"},
      {"two", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 the request has more than one"},
      {"the same twice", "GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n",
       "400 the request has more"},
      {"two in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nX: 1\r\nHost: a\r\n\r\n",
       "400 the request has mor"},
      {"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400 Host is not a host"},
      {"invalid in 1.0", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n", "400 Host is not a host"},
      {"a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400 Host is not a host"},
      {"a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400 Host is not a host"},
  };
  check(kRows);
}

TEST_CASE("bounds are kept as soon as they are passed, to the octet") {
  constexpr HeadLimits kTight{.start_line = 20, .field_line = 10, .section = 64, .fields = 3};
  constexpr Row kRows[]{
      {"start line of 20", "GET /0123456 HTTP/1.0\r\n\r\n", "414"},
      {"one less", "GET /012345 HTTP/1.0\r\n\r\n", "24: GET /012345 1.0"},
      {"an unfinished start line", "GET /0123456789ABCDEF", "414 the start line is too long"},
      {"a control behind the bound", "GET /0123456789ABCDEF\0"sv, "414 the start line is too long"},
      {"an unfinished long field", "GET / HTTP/1.0\r\nX: 45678901",
       "431 a field line is too long: GET"},
      {"a field of ten", "GET / HTTP/1.0\r\nX: 4567890\r\n\r\n", "30: GET / 1.0|X=4567890"},
      {"fields", "GET / HTTP/1.0\r\na:\r\nb:\r\nc:\r\nd:\r\n\r\n",
       "431 the head has too many fields"},
      {"fields at the bound", "GET / HTTP/1.0\r\na:\r\nb:\r\nc:\r\n\r\n", "30: GET / 1.0|a=|b=|c="},
  };
  check(kRows, kTight);
  constexpr HeadLimits kSmall{.start_line = 100, .field_line = 100, .section = 24, .fields = 9};
  constexpr Row kSections[]{
      {"a section of 24", "GET / HTTP/1.0\r\nX: 1\r\n\r\n", "24: GET / 1.0|X=1"},
      {"of 25", "GET / HTTP/1.0\r\nX: 12\r\n\r\n", "431 the head is too large: GET|X=12"},
      {"without end", "GET / HTTP/1.0\r\nX: 456789", "431 the head is too large: GET"},
      {"within the start line", "GET /56789012345678901234", "431 the head is too large"},
  };
  check(kSections, kSmall);
  CHECK(parse_at_once<RequestParser>("G" + std::string(40000, 'E')).starts_with("501"));
  CHECK(parse_at_once<RequestParser>("GET /" + std::string(40000, 'e')).starts_with("414"));
}

TEST_CASE("an unfinished head asks for more") {
  for (const std::string_view text : {"", "\r", "\r\n", "G", "GET / HTTP/1.1\r",
                                      "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
    CAPTURE(text);
    CHECK(parse_at_once<RequestParser>(text) == "more");
    CHECK(parse_however_cut<RequestParser>(text, "more") == "more");
  }
}

TEST_CASE("a head that is complete follows its buffer to another place") {
  for (const std::string_view text :
       {"GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "GET http://a?b HTTP/1.0\r\nX: y\r\n\r\n"}) {
    RequestParser parser;
    std::string buffer(text);
    const Progress first = parser.parse(buffer);
    const std::string before = testing::describe(parser, first);
    const std::string moved = buffer + "body";
    buffer.assign(buffer.size(), '#');
    const Progress again = parser.parse(moved);
    CHECK(testing::describe(parser, again) == before);
    CHECK(parser.index().size() == parser.head().fields.size());
  }
}

TEST_CASE("known fields are found by number, in any case") {
  RequestParser parser;
  const Progress progress = parser.parse(
      "GET / HTTP/1.1\r\nhOST: a\r\nX-Real-IP: 1\r\nTE: t\r\nx-kong-upstream-latency: 1\r\n"
      "VIA: 1\r\nVia: 2\r\nEx~ect: 1\r\n\r\n");
  REQUIRE(progress == Progress::complete);
  CHECK(parser.index().first(Known::host) == 0);
  CHECK(parser.index().first(Known::x_real_ip) == 1);
  CHECK(parser.index().first(Known::te) == 2);
  CHECK(parser.index().first(Known::x_kong_upstream_latency) == 3);
  CHECK(parser.index().first(Known::via) == 4);
  CHECK(parser.index().next(Known::via, 4) == 5);
  CHECK(parser.index().next(Known::via, 5) == FieldIndex::kNone);
  CHECK(parser.index().first(Known::expect) == FieldIndex::kNone);
  CHECK(classify("keep\ralive") == Known::other);
  CHECK(classify("KEEP-alive") == Known::keep_alive);
}

}  // namespace gw::http
