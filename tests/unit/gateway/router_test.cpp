#include "gateway/router.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace gw::gateway {
namespace {

using model::Level;
using model::Route;

Route route(std::string name) {
  Route r;
  r.name = std::move(name);
  r.id = Uuid::v5(Uuid{}, r.name);
  return r;
}

// Routes and the router over them.
class Table {
 public:
  Table(std::vector<Route> routes, Level level, std::optional<RouterFlavor> flavor = {})
      : routes_(std::move(routes)) {
    const Traits traits = traits_of(level);
    auto router = Router::build(routes_, std::vector<bool>(routes_.size(), true),
                                flavor.value_or(traits.router), traits);
    REQUIRE(router.has_value());
    router_.emplace(std::move(*router));
  }

  std::string match(const RouteQuery& query) const {
    const auto found = router_->match(query);
    return found ? routes_[found->route].name : "";
  }
  std::string match(std::string_view host, std::string_view path) const {
    return match({.method = "GET", .host = host, .path = path, .sni = {}, .fields = {}});
  }
  const Router& router() const { return *router_; }

 private:
  std::vector<Route> routes_;
  std::optional<Router> router_;
};

constexpr Level kOld{2, 8};
constexpr Level kNew{3, 9};

}  // namespace

TEST_CASE("a prefix has no segment boundary and the longest wins") {
  Route shorter = route("short");
  shorter.paths = {"/foo"};
  Route longer = route("long");
  longer.paths = {"/foo/bar"};
  for (const Level level : {kOld, kNew}) {
    const Table table({shorter, longer}, level);
    CHECK(table.match("", "/foobar") == "short");
    CHECK(table.match("", "/foo/bar/baz") == "long");
    CHECK(table.match("", "/FOO") == "");
  }
}

TEST_CASE("hosts match exactly, by wildcard and by port") {
  Route exact = route("exact");
  exact.hosts = {"a.test"};
  Route left = route("left");
  left.hosts = {"*.b.test"};
  Route right = route("right");
  right.hosts = {"c.*"};
  Route port = route("port");
  port.hosts = {"d.test:8080"};
  const Table now({exact, left, right, port}, kNew);
  const Table old({exact, left, right, port}, kOld);
  struct Row {
    std::string_view host, compatible, traditional;
  };
  for (const Row& r :
       {Row{"a.test", "exact", "exact"}, Row{"A.test", "", ""}, Row{"a.test:99", "exact", "exact"},
        Row{"x.y.b.test", "left", "left"}, Row{"b.test", "", ""}, Row{".b.test", "left", ""},
        Row{"c.org", "right", "right"}, Row{"c.", "right", ""}, Row{"d.test:8080", "port", "port"},
        Row{"d.test:9", "", ""}, Row{"d.test", "", ""}}) {
    CAPTURE(r.host);
    CHECK(now.match(r.host, "/") == r.compatible);
    CHECK(old.match(r.host, "/") == r.traditional);
  }
}

TEST_CASE("a port that nobody wrote is the scheme's, or the listener's in the compatible flavour") {
  Route http = route("r");
  http.hosts = {"x.test:80"};
  const RouteQuery query{.method = "GET", .host = "x.test", .path = "/", .sni = {}, .fields = {}};
  CHECK(Table({http}, kOld).match(query) == "r");
  CHECK(Table({http}, kNew).match(query) == "");
}

TEST_CASE("more dimensions beat fewer, and host beats path among equals in the old flavour") {
  Route host_method = route("host+method");
  host_method.hosts = {"a.test"};
  host_method.methods = {"GET"};
  Route path_method = route("path+method");
  path_method.paths = {"/x"};
  path_method.methods = {"GET"};
  Route host_only = route("host");
  host_only.hosts = {"a.test"};
  const Table old({path_method, host_only, host_method}, kOld);
  CHECK(old.match("a.test", "/x") == "host+method");
  CHECK(old.match("b.test", "/x") == "path+method");
}

TEST_CASE("regexes are told by a tilde from 3.0 and by their letters before") {
  Route regex = route("regex");
  regex.paths = {"~/rx/\\d+$"};
  CHECK(Table({regex}, kNew).match("", "/rx/12") == "regex");
  CHECK(Table({regex}, kNew).match("", "/rx/12a") == "");
  CHECK(Table({regex}, kNew).match("", "/a/rx/12") == "");
  regex.paths = {"/rx/\\d+"};
  CHECK(Table({regex}, kOld).match("", "/rx/12a") == "regex");
  CHECK(Table({regex}, kNew).match("", "/rx/12") == "");  // a literal prefix there
  CHECK(Table({regex}, kNew).match("", "/rx/\\d+") == "regex");
}

TEST_CASE("among regexes the priority decides, and a regex beats a longer prefix") {
  Route low = route("low");
  low.paths = {"~/rx/\\d+"};
  low.regex_priority = 1;
  Route high = route("high");
  high.paths = {"~/rx/.*"};
  high.regex_priority = 5;
  Route prefix = route("prefix");
  prefix.paths = {"/rx/1234567890"};
  const Table table({low, high, prefix}, kNew);
  CHECK(table.match("", "/rx/1234567890") == "high");
}

TEST_CASE("a regex that is a literal with an end matches that path alone") {
  Route exact = route("exact");
  exact.paths = {"~/a\\.b$"};
  const Table table({exact}, kNew);
  CHECK(table.match("", "/a.b") == "exact");
  CHECK(table.match("", "/axb") == "");
  CHECK(table.match("", "/a.bc") == "");
}

TEST_CASE("alternatives at the top of a regex are not mistaken for a literal start") {
  Route either = route("either");
  either.paths = {"~/one|/two"};
  const Table table({either}, kNew);
  CHECK(table.match("", "/one") == "either");
  CHECK(table.match("", "/two") == "either");
}

TEST_CASE("an optional last letter is not part of a regex's literal start") {
  Route optional = route("optional");
  optional.paths = {"~/colou?r"};
  CHECK(Table({optional}, kNew).match("", "/color") == "optional");
}

TEST_CASE("header names are all needed, of their values any, without regard to case") {
  Route headers = route("headers");
  headers.paths = {"/"};
  headers.headers = {{"X-V", {"1", "two"}}, {"X-W", {"~*^gold"}}};
  Route rest = route("rest");
  rest.paths = {"/"};
  const Table table({headers, rest}, kNew);
  const std::vector<http::Field> good{{"x-v", "TWO"}, {"x-w", "Golden"}};
  const std::vector<http::Field> bad{{"x-v", "3"}, {"x-w", "Golden"}};
  RouteQuery query{.method = "GET", .host = "", .path = "/", .sni = {}, .fields = good};
  CHECK(table.match(query) == "headers");
  query.fields = bad;
  CHECK(table.match(query) == "rest");
}

TEST_CASE("the SNI counts only on TLS") {
  Route sni = route("sni");
  sni.snis = {"a.test"};
  const Table table({sni}, kNew);
  RouteQuery query{.method = "GET",
                   .host = "",
                   .path = "/",
                   .scheme = Scheme::https,
                   .sni = "b.test",
                   .fields = {}};
  CHECK(table.match(query) == "");
  query.sni = "a.test";
  CHECK(table.match(query) == "sni");
  query.scheme = Scheme::http;
  query.sni = "";
  CHECK(table.match(query) == "sni");
}

TEST_CASE("between equal routes the smaller id wins in one flavour and the larger in the other") {
  Route a = route("a");
  Route b = route("b");
  a.paths = b.paths = {"/same"};
  a.id = *Uuid::parse("11111111-1111-4111-8111-111111111111");
  b.id = *Uuid::parse("22222222-2222-4222-8222-222222222222");
  CHECK(Table({b, a}, kNew, RouterFlavor::traditional).match("", "/same") == "a");
  CHECK(Table({a, b}, kNew).match("", "/same") == "b");
  a.created_at = 20;
  b.created_at = 10;
  CHECK(Table({a, b}, kNew, RouterFlavor::traditional).match("", "/same") == "b");
}

TEST_CASE("the matched part is what stripping removes") {
  Route regex = route("regex");
  regex.paths = {"~/cap/(?<id>\\w+)/x"};
  std::vector<Route> routes{regex};
  const auto router =
      Router::build(routes, {true}, RouterFlavor::traditional_compatible, traits_of(kNew));
  REQUIRE(router.has_value());
  const auto match =
      router->match({.method = "GET", .host = "", .path = "/cap/7/xyz", .sni = {}, .fields = {}});
  REQUIRE(match.has_value());
  CHECK(match->matched == "/cap/7/x");
}

TEST_CASE("among many routes each finds its own, whatever they differ by") {
  std::vector<Route> routes;
  for (int i = 0; i < 3000; ++i) {
    const std::string n = std::to_string(i);
    Route by_path = route("path" + n);
    by_path.paths = {"/api/" + n + "/"};
    Route by_host = route("host" + n);
    by_host.hosts = {"h" + n + ".test"};
    routes.push_back(std::move(by_path));
    routes.push_back(std::move(by_host));
  }
  for (const Level level : {kOld, kNew}) {
    const Table table(routes, level);
    for (const int i : {0, 1, 10, 999, 2999}) {
      const std::string n = std::to_string(i);
      CHECK(table.match("x.test", "/api/" + n + "/y") == "path" + n);
      CHECK(table.match("h" + n + ".test", "/") == "host" + n);
    }
  }
}

TEST_CASE("a path may branch in every character, more branches than a node holds in itself") {
  std::vector<Route> routes;
  const std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-_.~";
  for (const char c : letters) {
    Route r = route(std::string(1, c));
    r.paths = {"/x/" + std::string(1, c) + "/end"};
    routes.push_back(std::move(r));
  }
  const Table table(routes, kNew);
  for (const char c : letters) {
    const std::string name(1, c);
    CHECK(table.match("", "/x/" + name + "/end/more") == name);
    CHECK(table.match("", "/x/" + name + "/en") == "");
  }
  CHECK(table.match("", "/x/!/end") == "");
}

TEST_CASE("an explanation names the routes that came next and why they lost") {
  Route wins = route("wins");
  wins.paths = {"/foo/bar"};
  Route shorter = route("shorter");
  shorter.paths = {"/foo"};
  Route other = route("other");
  other.paths = {"/other"};
  std::vector<Route> routes{wins, shorter, other};
  const auto router =
      Router::build(routes, {true, true, true}, RouterFlavor::traditional, traits_of(kOld));
  const RouteQuery query{.method = "GET", .host = "", .path = "/foo/bar", .sni = {}, .fields = {}};
  const auto next = router->explain(query, router->match(query), 5);
  REQUIRE(next.size() == 2);
  CHECK(routes[next[0].route].name == "shorter");
  CHECK(next[0].why_not.find("lower priority") != std::string::npos);
  CHECK(next[1].why_not.find("/other") != std::string::npos);
}

}  // namespace gw::gateway
