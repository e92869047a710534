// read_json() of reply_json.h.
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/go_values.h"
#include "mesh/reply_json.h"

namespace gw::mesh {
namespace {

constexpr std::size_t kDeepest = 100;

// A recursive descent that stops at the first mistake, which it words as Go's scanner does.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Json> read() {
    skip_space();
    if (at_end()) return fail(ErrorCode::invalid, "EOF");
    Json value;
    if (!read_value(value)) return fail(ErrorCode::invalid, std::move(mistake_));
    return value;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }

  void skip_space() {
    while (!at_end() && std::string_view(" \t\r\n").contains(peek())) ++at_;
  }

  bool wrong(std::string text) {
    mistake_ = std::move(text);
    return false;
  }

  // What stands here, or the end, is not what `where` wants.
  bool unexpected(std::string_view where) {
    if (at_end()) return wrong("unexpected EOF");
    const char c = peek();
    std::string shown = go_quote({&c, 1});
    shown = shown.substr(1, shown.size() - 2);
    if (c == '\'') shown = "\\'";
    if (c == '"') shown = "\"";
    // Go takes the byte for a code point.
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      shown = {static_cast<char>(0xC0U | (byte >> 6U)), static_cast<char>(0x80U | (byte & 0x3FU))};
    }
    return wrong(fmt::format("invalid character '{}' {}", shown, where));
  }

  bool read_value(Json& into) {
    skip_space();
    if (at_end()) return unexpected("");
    switch (peek()) {
      case '{':
        return nested([&] { return read_object(into); });
      case '[':
        return nested([&] { return read_array(into); });
      case '"':
        into = std::string();
        return read_string(into.get_ref<std::string&>());
      case 't':
        into = true;
        return read_word("true");
      case 'f':
        into = false;
        return read_word("false");
      case 'n':
        into = nullptr;
        return read_word("null");
      default:
        if (peek() != '-' && !is_digit(peek())) return unexpected("looking for beginning of value");
        return read_number(into);
    }
  }

  template <class Read>
  bool nested(Read read) {
    if (depth_ == kDeepest) return wrong("exceeded max depth");
    ++depth_;
    ++at_;
    const bool done = read();
    --depth_;
    return done;
  }

  bool read_word(std::string_view word) {
    for (std::size_t i = 0; i < word.size(); ++i, ++at_) {
      if (at_end() || peek() != word[i]) {
        return unexpected(fmt::format("in literal {} (expecting '{}')", word, word[i]));
      }
    }
    return true;
  }

  bool read_array(Json& into) {
    into = Json::array();
    skip_space();
    if (!at_end() && peek() == ']') return ++at_, true;
    while (true) {
      Json element;
      if (!read_value(element)) return false;
      into.push_back(std::move(element));
      skip_space();
      if (at_end() || (peek() != ',' && peek() != ']')) return unexpected("after array element");
      if (text_[at_++] == ']') return true;
    }
  }

  // Keeps the places of keys: the object's own look-up is linear.
  bool read_object(Json& into) {
    into = Json::object();
    auto& members = into.get_ref<Json::object_t&>();
    std::map<std::string, std::size_t, std::less<>> places;
    skip_space();
    if (!at_end() && peek() == '}') return ++at_, true;
    while (true) {
      std::string key;
      Json value;
      if (!read_member(key, value)) return false;
      const auto [place, is_new] = places.emplace(key, members.size());
      if (is_new) {
        members.push_back({std::move(key), std::move(value)});
      } else {
        std::next(members.begin(), static_cast<std::ptrdiff_t>(place->second))->second =
            std::move(value);
      }
      skip_space();
      if (at_end() || (peek() != ',' && peek() != '}')) {
        return unexpected("after object key:value pair");
      }
      if (text_[at_++] == '}') return true;
    }
  }

  bool read_member(std::string& key, Json& value) {
    skip_space();
    if (at_end() || peek() != '"') return unexpected("looking for beginning of object key string");
    if (!read_string(key)) return false;
    skip_space();
    if (at_end() || peek() != ':') return unexpected("after object key");
    ++at_;
    return read_value(value);
  }

  bool read_string(std::string& into) {
    ++at_;
    while (true) {
      if (at_end()) return unexpected("");
      const char c = peek();
      if (static_cast<unsigned char>(c) < 0x20) return unexpected("in string literal");
      ++at_;
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) >= 0x80) {
        read_sequence(into);
      } else if (c != '\\') {
        into += c;
      } else if (!read_escape(into)) {
        return false;
      }
    }
  }

  // As Go's decoder: what is not UTF-8 becomes the replacement character, a byte at a time.
  void read_sequence(std::string& into) {
    const std::size_t length = utf8_sequence(text_.substr(at_ - 1));
    into += length == 0 ? std::string_view("\xEF\xBF\xBD") : text_.substr(at_ - 1, length);
    at_ += length == 0 ? 0 : length - 1;
  }

  bool read_escape(std::string& into) {
    static constexpr std::string_view kCodes = "\"\\/bfnrt";
    static constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    if (at_end()) return unexpected("");
    if (peek() == 'u') return ++at_, read_code_point(into);
    const std::size_t which = kCodes.find(peek());
    if (which == std::string_view::npos) return unexpected("in string escape code");
    into += kMeaning[which];
    ++at_;
    return true;
  }

  bool read_hex(unsigned& code) {
    code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = at_end() ? -1 : hex_value(peek());
      if (digit < 0) return unexpected("in \\u hexadecimal character escape");
      code = code * 16 + static_cast<unsigned>(digit);
    }
    return true;
  }

  // Half of a pair becomes the replacement character, as in Go.
  bool read_code_point(std::string& into) {
    unsigned code = 0;
    if (!read_hex(code)) return false;
    const bool is_high = code >= 0xD800 && code < 0xDC00;
    if (is_high && text_.substr(at_).starts_with("\\u")) {
      const std::size_t back = at_;
      unsigned low = 0;
      at_ += 2;
      if (!read_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
      } else {
        at_ = back;
      }
    }
    append(into, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
    return true;
  }

  static void append(std::string& into, unsigned code) {
    const auto byte = [&](unsigned value) { into += static_cast<char>(value); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
      byte(0xC0U | (code >> 6U));
    } else if (code < 0x10000) {
      byte(0xE0U | (code >> 12U));
      byte(0x80U | ((code >> 6U) & 0x3FU));
    } else {
      byte(0xF0U | (code >> 18U));
      byte(0x80U | ((code >> 12U) & 0x3FU));
      byte(0x80U | ((code >> 6U) & 0x3FU));
    }
    byte(0x80U | (code & 0x3FU));
  }

  bool take_digits(std::string_view where) {
    if (at_end() || !is_digit(peek())) return unexpected(where);
    while (!at_end() && is_digit(peek())) ++at_;
    return true;
  }

  bool read_number(Json& into) {
    const std::size_t start = at_;
    bool is_whole = true;
    if (peek() == '-') ++at_;
    if (!at_end() && peek() == '0') {
      ++at_;
    } else if (!take_digits("in numeric literal")) {
      return false;
    }
    if (!at_end() && peek() == '.') {
      is_whole = false;
      ++at_;
      if (!take_digits("after decimal point in numeric literal")) return false;
    }
    if (!at_end() && to_lower(peek()) == 'e') {
      is_whole = false;
      ++at_;
      if (!at_end() && (peek() == '+' || peek() == '-')) ++at_;
      if (!take_digits("in exponent of numeric literal")) return false;
    }
    return store_number(text_.substr(start, at_ - start), is_whole, into);
  }

  bool store_number(std::string_view digits, bool is_whole, Json& into) {
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    std::int64_t whole = 0;
    std::uint64_t large = 0;
    if (digits == "-0") {
      into = -0.0;
    } else if (is_whole && std::from_chars(begin, end, whole).ec == std::errc()) {
      into = whole;
    } else if (is_whole && std::from_chars(begin, end, large).ec == std::errc()) {
      into = large;
    } else {
      double value = 0;
      if (std::from_chars(begin, end, value).ec != std::errc()) {
        return wrong(
            fmt::format("json: cannot unmarshal number {} into Go value of type float64", digits));
      }
      into = value;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string mistake_;
};

}  // namespace

Result<Json> read_json(std::string_view text) {
  return Reader(text).read();
}

}  // namespace gw::mesh
