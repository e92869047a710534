// A checked document: what a YAML or JSON text says, with the place of every part.
//
// Strings are valid UTF-8 without NUL; keys of a mapping are unique; depth is at most kMaxDepth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::config {

// Index of a text in Sources.
using FileId = std::uint32_t;

// Part of a text: 1-based line and column in characters; the end is exclusive. Line 0: nowhere.
struct Span {
  FileId file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
};

enum class Kind : std::uint8_t { null, boolean, number, string, sequence, mapping };

struct Member;

// One value. Copies are deep.
struct Node {
  Kind kind = Kind::null;
  bool boolean = false;
  bool integer = false;  // of a number: written without fraction and exponent, or a whole double
  bool quoted = false;   // of a string: written in quotes or as a block
  Span where;
  double number = 0;
  std::string text;             // of a string; of a number or boolean its spelling in the file
  std::vector<Node> items;      // of a sequence
  std::vector<Member> members;  // of a mapping, in order

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  // The value of `key`, or nullptr when this is no mapping or has no such key.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] const Member* member(std::string_view key) const;
};

struct Member {
  std::string key;
  Span key_where;
  Node value;
};

// "null", "a string", ...: as messages name what was found.
[[nodiscard]] std::string_view describe(Kind kind);

// Values made by the program itself (translations, tests); `where` is the place they stand for.
[[nodiscard]] Node make_string(std::string text, Span where = {});
[[nodiscard]] Node make_number(double number, Span where = {});
[[nodiscard]] Node make_boolean(bool value, Span where = {});
[[nodiscard]] Node make_sequence(std::vector<Node> items = {}, Span where = {});
[[nodiscard]] Node make_mapping(std::vector<Member> members = {}, Span where = {});
// Sets `key` of a mapping, replacing an earlier value.
void set(Node& mapping, std::string key, Node value);

// RFC 7396: `patch` applied to `target`; a null removes.
void merge_patch(Node& target, const Node& patch);

}  // namespace gw::config
