#include "config/check_path.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/regex.h"
#include "base/text.h"
#include "config/check_format.h"
#include "http/uri.h"

namespace gw::config {
namespace {

using Complaint = std::optional<std::string>;
constexpr model::Level k30{3, 0};

// "missing closing parenthesis at offset 5" in the words of the PCRE binding that Kong uses.
Complaint check_regex(std::string_view pattern) {
  const auto compiled = Regex::compile(pattern, {.anchored = true});
  if (compiled) return std::nullopt;
  std::string_view why = compiled.error().message;
  const std::size_t offset = why.rfind(" at offset ");
  std::string place;
  if (offset != std::string_view::npos) {
    const std::size_t at = parse_uint(why.substr(offset + 11)).value_or(0);
    if (at < pattern.size()) place = fmt::format(" at \"{}\"", pattern.substr(at));
    why = why.substr(0, offset);
  }
  return fmt::format("invalid regex: '{}' (PCRE returned: pcre2_compile() failed: {} in \"{}\"{})",
                     pattern, why, pattern, place);
}

Complaint check_prefix(std::string_view path) {
  if (path.find("//") != std::string_view::npos) return "must not have empty segments";
  const std::string_view bad = bad_escape(path);
  if (!bad.empty()) return fmt::format("invalid url-encoded value: '{}'", bad);
  const std::string normal = http::normalize_path(path);
  if (normal != path) {
    return fmt::format("non-normalized path, consider use '{}' instead", normal);
  }
  return std::nullopt;
}

// A decoded character of a migrated regex, escaped where it would mean something.
void append_literal(std::string& out, char c) {
  if (std::string_view("-.+[]()$^?*\\|{}").find(c) != std::string_view::npos) out += '\\';
  out += c;
}

std::string decode_escapes(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '%' && i + 2 < pattern.size() &&
                        hex_value(pattern[i + 1]) >= 0 && hex_value(pattern[i + 2]) >= 0;
    if (!escape) {
      out += pattern[i];
      continue;
    }
    append_literal(out,
                   static_cast<char>(hex_value(pattern[i + 1]) * 16 + hex_value(pattern[i + 2])));
    i += 2;
  }
  return out;
}

bool is_back_reference(std::string_view escape) {
  const char c = escape.empty() ? '\0' : escape.front();
  return (c >= '1' && c <= '9') || c == 'k' || c == 'g';
}

}  // namespace

bool looks_like_regex(std::string_view path) {
  return !std::ranges::all_of(path, [](char c) {
    return is_alnum(c) || std::string_view(".-_~/%").find(c) != std::string_view::npos;
  });
}

std::string migrate_path(std::string_view path) {
  if (looks_like_regex(path)) return "~" + decode_escapes(path);
  return http::normalize_path(path);
}

Complaint check_route_path(std::string_view text, const model::Level& level) {
  if (level < k30) {
    if (!text.starts_with('/')) return "should start with: /";
    return looks_like_regex(text) ? check_regex(text) : check_format(Format::path, text, level);
  }
  if (text.starts_with("~/")) return check_regex(text.substr(1));
  if (!text.starts_with('/')) return "should start with: / (fixed path) or ~/ (regex path)";
  return check_prefix(text);
}

Complaint router_objection(std::string_view pattern) {
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (rest.front() == '\\') {
      if (!in_class && is_back_reference(rest.substr(1))) {
        return "backreferences are not supported";
      }
      ++i;
      continue;
    }
    if (rest.front() == '[') in_class = true;
    if (rest.front() == ']') in_class = false;
    if (in_class) continue;
    if (rest.starts_with("(?=") || rest.starts_with("(?!") || rest.starts_with("(?<=") ||
        rest.starts_with("(?<!")) {
      return "look-around, including look-ahead and look-behind, is not supported";
    }
    if (rest.starts_with("(?>") || rest.starts_with("(?(") || rest.starts_with("(?P=") ||
        rest.starts_with("(?R)") || rest.starts_with("(*")) {
      return "unrecognized flag";
    }
  }
  return std::nullopt;
}

}  // namespace gw::config
