#include "http/uri.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gw::http {
namespace {

using Table = std::array<bool, 256>;

constexpr Table make_table(std::string_view characters, bool alnum) {
  Table table{};
  for (const char c : characters) table[static_cast<unsigned char>(c)] = true;
  for (unsigned c = 0; c < 128; ++c) {
    if (alnum && is_alnum(static_cast<char>(c))) table[c] = true;
  }
  return table;
}
// RFC 3986 section 2.2 and '%': these stay encoded in the normal form.
constexpr Table kReserved = make_table("!*'();:@&=+$,/?%#[]", false);
// What Kong sends upstream unescaped.
constexpr Table kSafe = make_table("!#$&'()*+,/:;=?@[]-_.~%", true);

constexpr std::string_view kHex = "0123456789ABCDEF";

bool in(const Table& table, char c) {
  return table[static_cast<unsigned char>(c)];
}

// The octet that the escape at `i` stands for, or -1 when there is none.
int escaped_octet(std::string_view text, std::size_t i) {
  if (text[i] != '%' || i + 2 >= text.size()) return -1;
  const int high = hex_value(text[i + 1]);
  const int low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Step 1 into `out`, which has room for path.size() characters; returns the length written.
// Behind a '%' that begins no escape, a hex digit stays encoded: decoded it would make one up, and
// the normal form would no longer be a fixed point ("%%4141").
std::size_t decode_unreserved(std::string_view path, char* out) {
  std::size_t n = 0;
  std::size_t stray_reach = 0;  // up to where in `out` a stray '%' could take digits
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int octet = escaped_octet(path, i);
    const char c = static_cast<char>(octet);
    if (octet < 0) {
      out[n++] = path[i];
      if (path[i] == '%') stray_reach = n + 2;
    } else if (in(kReserved, c) || (n < stray_reach && hex_value(c) >= 0)) {
      out[n++] = '%';
      out[n++] = to_upper(path[i + 1]);
      out[n++] = to_upper(path[i + 2]);
      i += 2;
    } else {
      out[n++] = c;
      i += 2;
    }
  }
  return n;
}

// Step 2, in place.
std::size_t remove_dot_segments(char* text, std::size_t size) {
  const std::string_view in(text, size);
  std::size_t n = 0;
  std::size_t i = 0;
  if (!in.starts_with('/')) {  // leading ./ and ../ of a relative path
    while (in.substr(i).starts_with("./") || in.substr(i).starts_with("../")) {
      i += in[i + 1] == '/' ? 2U : 3U;
    }
    if (in.substr(i) == "." || in.substr(i) == "..") return 0;
  }
  while (i < size) {
    const std::size_t start = i;
    const bool slash = text[i] == '/';
    std::size_t end = i + (slash ? 1 : 0);
    while (end < size && text[end] != '/') ++end;
    const std::string_view segment(text + start + (slash ? 1 : 0), end - start - (slash ? 1 : 0));
    const bool last = end == size;
    if (slash && (segment == "." || segment == "..")) {
      if (segment == "..") {
        while (n > 0 && text[n - 1] != '/') --n;
        if (n > 0) --n;
      }
      if (last) text[n++] = '/';
    } else {
      std::copy(text + start, text + end, text + n);
      n += end - start;
    }
    i = end;
  }
  return n;
}

// Step 3, in place.
std::size_t merge_slashes(char* text, std::size_t size) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (text[i] == '/' && n > 0 && text[n - 1] == '/') continue;
    text[n++] = text[i];
  }
  return n;
}

bool is_normal(std::string_view path) {
  if (!path.starts_with('/')) return false;
  char before = '\0';
  for (const char c : path) {
    if (c == '%' || (before == '/' && (c == '/' || c == '.'))) return false;
    before = c;
  }
  return true;
}

std::size_t normalize_into(std::string_view path, char* out) {
  return merge_slashes(out, remove_dot_segments(out, decode_unreserved(path, out)));
}

}  // namespace

TargetView split_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}, false};
  return {target.substr(0, mark), target.substr(mark + 1), true};
}

std::string normalize_path(std::string_view path) {
  std::string out(path.size() + 1, '\0');
  out.resize(normalize_into(path, out.data()));
  return out;
}

std::string_view normalize_path(std::string_view path, Arena& arena) {
  if (is_normal(path)) return path;
  char* out = arena.room(path.size() + 1);
  return {out, normalize_into(path, out)};
}

std::string_view escape_path(std::string_view path, Arena& arena) {
  const auto unsafe = [](char c) { return !in(kSafe, c); };
  const auto escapes = static_cast<std::size_t>(std::ranges::count_if(path, unsafe));
  if (escapes == 0) return path;
  char* const out = arena.room(path.size() + 2 * escapes);
  char* at = out;
  for (const char c : path) {
    if (!unsafe(c)) {
      *at++ = c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    *at++ = '%';
    *at++ = kHex[octet >> 4U];
    *at++ = kHex[octet & 15U];
  }
  return {out, static_cast<std::size_t>(at - out)};
}

bool has_nul(std::string_view path) {
  return path.find('\0') != std::string_view::npos || path.find("%00") != std::string_view::npos;
}

}  // namespace gw::http
