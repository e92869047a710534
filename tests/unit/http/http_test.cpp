#include <array>
#include <string>

#include <doctest/doctest.h>

#include "base/arena.h"
#include "http/accept.h"
#include "http/arguments.h"
#include "http/message.h"
#include "http/uri.h"

namespace gw::http {

TEST_CASE("a path is brought to Kong's normal form") {
  struct Row {
    std::string_view path, normal;
  };
  for (const Row& r : {Row{"/", "/"},
                       Row{"/a/b", "/a/b"},
                       Row{"/a/", "/a/"},
                       Row{"/foo/%7Ea", "/foo/~a"},
                       Row{"/foo/a%2fb", "/foo/a%2Fb"},
                       Row{"//foo//x", "/foo/x"},
                       Row{"/foo/../foo/y", "/foo/y"},
                       Row{"/foo/%41%2e%2e/z", "/foo/A../z"},
                       Row{"/a/./b/.", "/a/b/"},
                       Row{"/a/b/..", "/a/"},
                       Row{"/../../a", "/a"},
                       Row{"/%2E%2E/a", "/a"},
                       Row{"/a%zz", "/a%zz"},
                       Row{"/%%4141", "/%%4141"},
                       Row{"/a%4", "/a%4"},
                       Row{"/a//../b", "/a/b"},
                       Row{"/..", "/"},
                       Row{"", ""},
                       Row{"a/../b", "/b"},
                       Row{"/a%25b", "/a%25b"},
                       Row{"/.hidden", "/.hidden"},
                       Row{"/a..b", "/a..b"}}) {
    CAPTURE(r.path);
    CHECK(normalize_path(r.path) == r.normal);
    Arena arena;
    CHECK(normalize_path(r.path, arena) == r.normal);
    CHECK(normalize_path(normalize_path(r.path)) == normalize_path(r.path));
  }
}

TEST_CASE("only unsafe characters are escaped on the way up, and escapes stay") {
  Arena arena;
  CHECK(escape_path("/a\"b|{}", arena) == "/a%22b%7C%7B%7D");
  CHECK(escape_path("/\xC3\xA9", arena) == "/%C3%A9");
  CHECK(escape_path("/x;p=1'()%2F", arena) == "/x;p=1'()%2F");
}

TEST_CASE("a target splits at its first question mark") {
  CHECK(split_target("/a?b?c").query == "b?c");
  CHECK(split_target("/a?").has_query);
  CHECK_FALSE(split_target("/a").has_query);
}

TEST_CASE("an argument is found decoded, once, repeated, or as a bare flag") {
  using Found = Argument::Found;
  Arena arena;
  const auto find = [&](std::string_view text) { return find_argument(text, "apikey", arena); };
  CHECK(find("apikey=k1").value == "k1");
  CHECK(find("a=1&api%6bey=k%201&b").value == "k 1");
  CHECK(find("apikey=a+b").value == "a b");
  CHECK(find("apikey").found == Found::flag);
  CHECK(find("apikey=").found == Found::value);
  CHECK(find("apikey=1&x&apikey=2").found == Found::several);
  CHECK(find("apikey[]=1").found == Found::absent);
  CHECK(find("").found == Found::absent);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "x=1&";
  CHECK(find(many + "apikey=k").found == Found::absent);
}

TEST_CASE("an argument is taken out wherever it stands and the rest keeps its order") {
  Arena arena;
  const auto without = [&](std::string_view text) {
    return without_argument(text, "apikey", arena);
  };
  CHECK(without("apikey=k1") == "");
  CHECK(without("a=1&apikey=k1&b=2&api%6Bey=z") == "a=1&b=2");
  CHECK(without("%65=%65&apikey=k&flag") == "e=e&flag");
}

TEST_CASE("the type with the highest q wins, the first among equals") {
  struct Row {
    std::string_view accept;
    ErrorType type;
  };
  for (const Row& r :
       {Row{"", ErrorType::json}, Row{"*/*", ErrorType::json}, Row{"text/html", ErrorType::html},
        Row{"text/*", ErrorType::plain}, Row{"image/png", ErrorType::json},
        Row{"application/json;q=0.2, text/html", ErrorType::html},
        Row{"text/html;q=0.9, application/xml;q=0.8", ErrorType::html},
        Row{"text/html;q=0, application/xml;q=0.1", ErrorType::xml},
        Row{"text/html, application/xml", ErrorType::html},
        Row{"application/grpc", ErrorType::grpc}, Row{"text/html;level=1", ErrorType::html}}) {
    CAPTURE(r.accept);
    CHECK(negotiate(r.accept) == r.type);
  }
}

TEST_CASE("reason phrases are nginx's and the three without one stay without") {
  CHECK(reason_phrase(503) == "Service Temporarily Unavailable");
  CHECK(reason_phrase(429) == "Too Many Requests");
  for (const std::uint16_t none : std::array<std::uint16_t, 3>{418, 426, 494})
    CHECK(reason_phrase(none).empty());
}

TEST_CASE("a response has no body when its method or status says so") {
  CHECK(has_body("GET", 200));
  CHECK_FALSE(has_body("HEAD", 200));
  for (const std::uint16_t status : std::array<std::uint16_t, 3>{100, 204, 304})
    CHECK_FALSE(has_body("GET", status));
}

TEST_CASE("fields are found without regard to case") {
  const std::array<Field, 3> fields{Field{"Host", "a"}, Field{"X-A", "1"}, Field{"x-a", "2"}};
  CHECK(find(fields, "HOST") == "a");
  CHECK(find(fields, "X-a") == "1");
  CHECK(count(fields, "x-A") == 2);
  CHECK_FALSE(find(fields, "X-B").has_value());
}

}  // namespace gw::http
