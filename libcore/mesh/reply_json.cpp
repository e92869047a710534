#include "mesh/reply_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "mesh/go_values.h"

namespace gw::mesh {
namespace {

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void write(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return object(value);
      case Json::value_t::array:
        return array(value);
      case Json::value_t::string:
        return text(value.get_ref<const std::string&>());
      case Json::value_t::number_float:
        return number(value.get<double>());
      case Json::value_t::number_integer:
        return integer(value.get<std::int64_t>());
      case Json::value_t::number_unsigned:
        return integer(value.get<std::uint64_t>());
      case Json::value_t::boolean:
        out_ += value.get<bool>() ? "true" : "false";
        return;
      default:
        out_ += "null";
    }
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_ * 4, ' ');
  }

  void object(const Json& value) {
    if (value.empty()) {
      out_ += "{}";
      return;
    }
    char before = '{';
    ++depth_;
    for (const auto& [key, member] : value.items()) {
      out_ += before;
      before = ',';
      line();
      text(key);
      out_ += pretty_ ? ": " : ":";
      write(member);
    }
    --depth_;
    line();
    out_ += '}';
  }

  void array(const Json& value) {
    if (value.empty()) {
      out_ += "[]";
      return;
    }
    char before = '[';
    ++depth_;
    for (const Json& element : value) {
      out_ += before;
      before = ',';
      line();
      write(element);
    }
    --depth_;
    line();
    out_ += ']';
  }

  template <class Number>
  void integer(Number value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    out_.append(digits.begin(), end);
  }

  // Go writes an exponent only below 1e-6 and from 1e21 on, and that without a leading zero.
  void number(double value) {
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-6 && size < 1e21);
    std::array<char, 64> digits{};
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(digits.begin(), digits.end(), value, format).ptr;
    std::string written(digits.begin(), end);
    const std::size_t zero = written.find("e-0");
    if (zero != std::string::npos) written.erase(zero + 2, 1);
    out_ += written;
  }

  void text(std::string_view value) {
    out_ += '"';
    for (std::size_t i = 0; i < value.size();) i += character(value.substr(i));
    out_ += '"';
  }

  // Writes what `rest` begins with; how many bytes that was.
  std::size_t character(std::string_view rest) {
    const auto c = static_cast<unsigned char>(rest.front());
    if (c >= 0x80) return beyond_ascii(rest);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += rest.front();
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out_ += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
      escape(c);
    } else {
      out_ += rest.front();
    }
    return 1;
  }

  void escape(unsigned code) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out_ += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out_ += kHex[(code >> shift) & 15U];
  }

  // Go escapes the two separators of lines that JavaScript minds, and what is not UTF-8.
  std::size_t beyond_ascii(std::string_view rest);

  bool pretty_;
  std::size_t depth_ = 0;
  std::string out_;
};

std::size_t Writer::beyond_ascii(std::string_view rest) {
  const std::size_t length = utf8_sequence(rest);
  if (length == 0) {
    escape(0xFFFD);
    return 1;
  }
  const std::string_view sequence = rest.substr(0, length);
  if (sequence == "\xE2\x80\xA8" || sequence == "\xE2\x80\xA9") {
    escape(sequence.back() == '\xA8' ? 0x2028 : 0x2029);
  } else {
    out_ += sequence;
  }
  return length;
}

}  // namespace

void add_member(Json& object, std::string key, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(std::move(key), std::move(value));
}

std::string go_json(const Json& value, bool pretty) {
  Writer writer(pretty);
  writer.write(value);
  std::string out = writer.take();
  if (pretty) out += '\n';
  return out;
}

Reply json_reply(const Call& call, const Json& value) {
  return {.body = go_json(value, call.pretty)};
}

}  // namespace gw::mesh
