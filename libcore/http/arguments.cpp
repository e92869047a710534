#include "http/arguments.h"

#include "base/text.h"

namespace gw::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

// %XX and '+' decoded; `text` itself when there is nothing to decode.
std::string_view decode(std::string_view text, Arena& arena) {
  if (text.find_first_of("%+") == std::string_view::npos) return text;
  char* const out = arena.room(text.size());
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      out[n++] = static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out[n++] = text[i] == '+' ? ' ' : text[i];
    }
  }
  return {out, n};
}

bool is_unreserved(char c) {
  return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string_view encode(std::string_view text, Arena& arena) {
  char* const out = arena.room(3 * text.size());
  std::size_t n = 0;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out[n++] = c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out[n++] = '%';
    out[n++] = kHex[octet >> 4U];
    out[n++] = kHex[octet & 15U];
  }
  return {out, n};
}

struct Pair {
  std::string_view name;   // as written
  std::string_view value;  // as written
  bool has_value = false;
};

// Calls visit(Pair) for each argument until it returns false. Empty pieces are passed over.
template <class Visit>
void each_argument(std::string_view arguments, Visit visit) {
  while (!arguments.empty()) {
    const auto end = arguments.find('&');
    const std::string_view piece = arguments.substr(0, end);
    arguments.remove_prefix(end == std::string_view::npos ? arguments.size() : end + 1);
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const bool has_value = equals != std::string_view::npos;
    const Pair pair{piece.substr(0, equals), has_value ? piece.substr(equals + 1) : "", has_value};
    if (!visit(pair)) return;
  }
}

}  // namespace

Argument find_argument(std::string_view arguments, std::string_view name, Arena& arena) {
  Argument result;
  std::size_t seen = 0;
  each_argument(arguments, [&](const Pair& pair) {
    if (++seen > kMaxArguments) return false;
    if (decode(pair.name, arena) != name) return true;
    if (result.found != Argument::Found::absent) {
      result.found = Argument::Found::several;
      return false;
    }
    result.found = pair.has_value ? Argument::Found::value : Argument::Found::flag;
    result.value = decode(pair.value, arena);
    return true;
  });
  return result;
}

std::string_view without_argument(std::string_view arguments, std::string_view name, Arena& arena) {
  std::string_view out;
  each_argument(arguments, [&](const Pair& pair) {
    const std::string_view decoded = decode(pair.name, arena);
    if (decoded == name) return true;
    const std::string_view separator = out.empty() ? "" : "&";
    const std::string_view key = encode(decoded, arena);
    out = pair.has_value ? arena.concat(out, separator, key, std::string_view("="),
                                        encode(decode(pair.value, arena), arena))
                         : arena.concat(out, separator, key);
    return true;
  });
  return out;
}

}  // namespace gw::http
