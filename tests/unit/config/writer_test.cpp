#include "config/writer.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "config/reader.h"

namespace config = gw::config;
using config::Kind;
using config::Node;

namespace {

// Equal but for places and spellings.
bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() || a.members.size() != b.members.size())
    return false;
  if (a.is(Kind::string) && a.text != b.text) return false;
  if (a.is(Kind::number) && a.number != b.number) return false;
  if (a.is(Kind::boolean) && a.boolean != b.boolean) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].key != b.members[i].key || !same(a.members[i].value, b.members[i].value))
      return false;
  }
  return true;
}

void check_reads_back(const Node& tree) {
  const std::string text = config::write_yaml(tree);
  CAPTURE(text);
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("written.yml", text);
  const auto documents = config::read_documents(sources, file, diagnostics);
  CHECK(diagnostics.all().empty());
  REQUIRE(documents.size() == 1);
  CHECK(same(documents[0], tree));
}

Node random_tree(gw::Rng& rng, int depth);

std::string random_text(gw::Rng& rng) {
  static const std::vector<std::string> kParts{
      "a", "yes", "0", "-", ":", " ", "#",    "\n",  "\t", "\"",       "'", "\\", "{", "]",
      "&", "*",   "!", "%", "@", "~", "null", "1e3", "<<", "\xC3\xA9", "/", ",",  "|"};
  std::string out;
  for (auto left = rng.next() % 4; left > 0; --left) out += kParts[rng.next() % kParts.size()];
  return out;
}

Node random_mapping(gw::Rng& rng, int depth) {
  Node out = config::make_mapping();
  for (auto left = rng.next() % 4; left > 0; --left) {
    config::set(out, "k" + random_text(rng), random_tree(rng, depth - 1));
  }
  return out;
}

Node random_tree(gw::Rng& rng, int depth) {
  switch (rng.next() % (depth > 0 ? 6 : 4)) {
    case 0:
      return config::make_string(random_text(rng));
    case 1:
      return config::make_number(static_cast<double>(rng.next() % 1000) / 8);
    case 2:
      return config::make_boolean(rng.next() % 2 == 0);
    case 3:
      return Node{};
    case 4:
      return random_mapping(rng, depth);
    default:
      break;
  }
  Node out = config::make_sequence();
  for (auto left = rng.next() % 4; left > 0; --left)
    out.items.push_back(random_tree(rng, depth - 1));
  return out;
}

}  // namespace

TEST_CASE("text is quoted only where the reader would take it for something else") {
  struct Row {
    std::string text;
    std::string written;
  };
  for (const Row& row : {Row{"web", "web"}, Row{"/web/api", "/web/api"}, Row{"a:9090", "a:9090"},
                         Row{"3.0", "\"3.0\""}, Row{"yes", "\"yes\""}, Row{"", "\"\""},
                         Row{"true", "\"true\""}, Row{"a: b", "\"a: b\""}, Row{"*", "\"*\""},
                         Row{"a\nb", "\"a\\nb\""}, Row{"~/x$", "\"~/x$\""}}) {
    CAPTURE(row.text);
    CHECK(config::write_yaml(config::make_string(row.text)) == row.written + "\n");
  }
}

TEST_CASE("lists and mappings are blocks in the order they have") {
  Node route = config::make_mapping();
  config::set(route, "name", config::make_string("web"));
  config::set(route, "paths", config::make_sequence({config::make_string("/web")}));
  Node root = config::make_mapping();
  config::set(root, "routes", config::make_sequence({route}));
  config::set(root, "plugins", config::make_sequence());
  CHECK(config::write_yaml(root) == "routes:\n- name: web\n  paths:\n  - /web\nplugins: []\n");
}

TEST_CASE("whatever is written reads back as the same tree") {
  gw::Rng rng(7);
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    Node root = random_mapping(rng, 5);
    config::set(root, "last", random_tree(rng, 4));
    check_reads_back(root);
  }
}
