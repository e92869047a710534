#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "reading.h"

namespace {

using gw::config::Node;
using gw::config::testing::place;
using gw::config::testing::places;
using gw::config::testing::read;
using gw::config::testing::shape;

// A random JSON text, with what both languages share.
class JsonMaker {
 public:
  explicit JsonMaker(std::uint64_t seed) : rng_(seed) {}
  std::string value(int depth) {
    switch (below(depth > 3 ? 5 : 7)) {
      case 0:
        return "null";
      case 1:
        return below(2) == 0 ? "true" : "false";
      case 2:
        return std::to_string(static_cast<int>(below(2000)) - 1000);
      case 3:
        return std::to_string(below(100)) + "." + std::to_string(below(1000)) + "e-" +
               std::to_string(below(5));
      case 4:
        return string();
      case 5:
        return list(depth);
      default:
        return object(depth);
    }
  }

 private:
  gw::Rng rng_;

  std::uint64_t below(std::uint64_t n) { return rng_.next() % n; }
  std::string space() { return below(4) == 0 ? "\n  " : below(2) == 0 ? " " : ""; }
  std::string string() {
    static constexpr std::string_view kParts[] = {
        "a", "yes", "0123", "\\n", "\\\"", "\\\\", "\\u00e9", "\xC3\xA9", ": ", "# ",
        "'", "[",   "}",    " ",   "\\t",  "\\/",  "*",       "&x",       "<<", "~"};
    std::string out = "\"";
    for (auto n = below(6); n > 0; --n) out += kParts[below(std::size(kParts))];
    return out + '"';
  }
  std::string list(int depth) {
    std::string out = "[" + space();
    for (auto n = below(4); n > 0; --n) out += value(depth + 1) + (n > 1 ? "," + space() : "");
    return out + space() + "]";
  }
  std::string object(int depth) {
    std::string out = "{" + space();
    for (auto n = below(4); n > 0; --n) {
      out +=
          "\"k" + std::to_string(n) + "\":" + " " + value(depth + 1) + (n > 1 ? "," + space() : "");
    }
    return out + space() + "}";
  }
};

std::string with_places(const Node& node) {
  std::string out = place(node.where) + shape(node).substr(0, 40) + node.text;
  for (const Node& item : node.items) out += with_places(item);
  for (const auto& m : node.members) out += place(m.key_where) + with_places(m.value);
  return out;
}

TEST_CASE("a JSON text gives the same tree and places through both readers") {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    // In a list, and after a comment that only YAML has.
    const std::string json = "[" + JsonMaker(seed).value(0) + "]";
    CAPTURE(json);
    const auto by_json = read("\n" + json, "a.json");
    const auto by_yaml = read("#\n" + json, "a.yml");
    REQUIRE(by_json.found.all().empty());
    CHECK(places(by_yaml.found) == "");
    REQUIRE(by_yaml.documents.size() == 1);
    CHECK(with_places(by_json.documents.at(0)) == with_places(by_yaml.documents.at(0)));
  }
}

}  // namespace
