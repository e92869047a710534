#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "http/head_parser.h"
#include "unit/http/parse_whole.h"

namespace gw::http {

using testing::parse_at_once;
using testing::parse_however_cut;

TEST_CASE("a response head is taken apart, or refused as 502, however the network cuts it") {
  struct Row {
    std::string_view why, text, outcome;
  };
  for (const Row& r : {
           Row{"plain", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody", "30: 200 OK 1.1|Server=x"},
           Row{"1.0", "HTTP/1.0 404 Not Found\r\n\r\n", "26: 404 Not Found 1.0"},
           Row{"an empty reason", "HTTP/1.1 426 \r\n\r\n", "17: 426  1.1"},
           Row{"no reason at all", "HTTP/1.1 999\r\n\r\n", "16: 999  1.1"},
           Row{"obs-text and tab in a reason", "HTTP/1.1 200 \xC3\tx\r\n\r\n",
               "20: 200 \xC3\tx 1.1"},
           Row{"interim", "HTTP/1.1 100 Continue\r\n\r\n", "25: 100 Continue 1.1"},
           Row{"no Host is asked for", "HTTP/1.1 200 OK\r\nHost: a\r\nHost: b\r\n\r\n",
               "37: 200 OK 1.1|Host=a|Host=b"},
           Row{"an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", "502"},
           Row{"status 99", "HTTP/1.1 099 Low\r\n\r\n", "502 the answer's status is below 100"},
           Row{"four digits", "HTTP/1.1 2000 OK\r\n\r\n", "502"},
           Row{"two digits", "HTTP/1.1 20 OK\r\n\r\n", "502"},
           Row{"hex digits", "HTTP/1.1 2a0 OK\r\n\r\n", "502"},
           Row{"two spaces", "HTTP/1.1  200 OK\r\n\r\n", "502"},
           Row{"HTTP/2", "HTTP/2 200 OK\r\n\r\n", "502"},
           Row{"HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", "502"},
           Row{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "502"},
           Row{"ICY", "ICY 200 OK\r\n\r\n", "502"},
           Row{"bare LF", "HTTP/1.1 200 OK\n\n", "502 a line ends with a bare LF"},
           Row{"space before the colon", "HTTP/1.1 200 OK\r\nA : b\r\n", "502 white space stands"},
           Row{"obs-fold", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", "502 a field line begins with"},
           Row{"control in a value", "HTTP/1.1 200 OK\r\nA: \x01", "502 the head holds a control"},
       }) {
    CAPTURE(r.why);
    const std::string outcome = parse_at_once<ResponseParser>(r.text);
    CHECK(outcome.substr(0, r.outcome.size()) == r.outcome);
    CHECK(parse_however_cut<ResponseParser>(r.text, outcome) == outcome);
  }
}

TEST_CASE("a response beyond the bounds is a 502 too") {
  const std::string long_line = "HTTP/1.1 200 " + std::string(17000, 'x');
  CHECK(parse_at_once<ResponseParser>(long_line) == "502 the start line is too long");
  const std::string long_field = "HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'x');
  CHECK(parse_at_once<ResponseParser>(long_field) == "502 a field line is too long");
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1001; ++i) many += "a:\r\n";
  CHECK(parse_at_once<ResponseParser>(many).starts_with("502 the head has too many fields"));
}

}  // namespace gw::http
