#include "mesh/sample_body.h"

#include <span>

#include <fmt/format.h>

namespace gw::mesh {
namespace {

// How many octets the UTF-8 sequence at the front of `text` has; 0: it is none (RFC 3629).
std::size_t sequence_size(std::string_view text) {
  const auto octet = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = octet(0);
  const std::size_t size = first < 0x80                     ? 1
                           : first >= 0xC2 && first <= 0xDF ? 2
                           : (first & 0xF0U) == 0xE0        ? 3
                           : first >= 0xF0 && first <= 0xF4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xC0U) != 0x80) return 0;
  }
  const unsigned second = octet(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : size;
}

// U+2028 and U+2029 end a line in JavaScript.
bool is_line_separator(std::string_view sequence) {
  return sequence == "\xE2\x80\xA8" || sequence == "\xE2\x80\xA9";
}

void escape_octet(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const bool escaped = static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&';
  if (escaped) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    out += c;
  }
}

// As Go 1.12's json.Encoder: safe within HTML; octets that are no UTF-8 become U+FFFD.
void quote(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t size = sequence_size(text);
    const std::string_view sequence = text.substr(0, size == 0 ? 1 : size);
    if (size == 0) {
      out += "\\ufffd";
    } else if (size == 1) {
      escape_octet(out, sequence.front());
    } else if (is_line_separator(sequence)) {
      out += sequence.back() == '\xA8' ? "\\u2028" : "\\u2029";
    } else {
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  out += '"';
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void write(const SampleAnswer& answer) {
    out_ += '{';
    ++depth_;
    bool first = true;
    text("name", answer.name, first);
    text("uri", answer.uri, first);
    text("type", answer.type, first);
    if (!answer.ip_addresses.empty()) addresses(answer.ip_addresses, first);
    text("start_time", answer.start_time, first);
    text("end_time", answer.end_time, first);
    text("duration", answer.duration, first);
    text("body", answer.body, first);
    if (!answer.upstream_calls.empty()) calls(answer.upstream_calls, first);
    key("code", first);
    out_ += std::to_string(answer.code);
    text("error", answer.error, first);
    --depth_;
    line();
    out_ += '}';
  }

 private:
  void line() { out_.append(1, '\n').append(2 * depth_, ' '); }
  void next(bool& first) {
    if (!first) out_ += ',';
    first = false;
    line();
  }
  void key(std::string_view name, bool& first) {
    next(first);
    quote(out_, name);
    out_ += ": ";
  }
  void text(std::string_view name, const std::string& value, bool& first) {
    if (value.empty()) return;
    key(name, first);
    quote(out_, value);
  }
  void addresses(std::span<const std::string> all, bool& first) {
    list("ip_addresses", first, all, [this](const std::string& one) { quote(out_, one); });
  }
  void calls(std::span<const SampleAnswer> all, bool& first) {
    list("upstream_calls", first, all, [this](const SampleAnswer& one) { write(one); });
  }
  template <class T, class Write>
  void list(std::string_view name, bool& first, std::span<const T> all, const Write& write_one) {
    key(name, first);
    out_ += '[';
    ++depth_;
    bool first_item = true;
    for (const T& one : all) {
      next(first_item);
      write_one(one);
    }
    --depth_;
    line();
    out_ += ']';
  }

  std::string& out_;
  std::size_t depth_ = 0;
};

// "1.5" of 1,500,000,000 with nine digits: no zeros at the end, no point without digits.
std::string decimal(std::uint64_t value, unsigned digits) {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < digits; ++i) scale *= 10;
  std::string text = fmt::format("{}.{:0{}}", value / scale, value % scale, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string to_json(const SampleAnswer& answer) {
  std::string out;
  Writer(out).write(answer);
  out += '\n';
  return out;
}

std::string sample_time(WallTime t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(t - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string go_duration(std::chrono::nanoseconds span) {
  constexpr std::uint64_t kMicrosecond = 1'000;
  constexpr std::uint64_t kMillisecond = 1'000'000;
  constexpr std::uint64_t kSecond = 1'000'000'000;
  constexpr std::uint64_t kMinute = 60 * kSecond;
  constexpr std::uint64_t kHour = 60 * kMinute;
  const bool negative = span.count() < 0;
  const auto bits = static_cast<std::uint64_t>(span.count());
  const std::uint64_t n = negative ? 0 - bits : bits;
  std::string text = negative ? "-" : "";
  if (n == 0) return "0s";
  if (n < kMicrosecond) return text + std::to_string(n) + "ns";
  if (n < kMillisecond) return text + decimal(n, 3) + "\u00B5s";
  if (n < kSecond) return text + decimal(n, 6) + "ms";
  if (n >= kHour) text += std::to_string(n / kHour) + "h";
  if (n >= kMinute) text += std::to_string(n % kHour / kMinute) + "m";
  return text + decimal(n % kMinute, 9) + "s";
}

SampleAnswer unreachable_upstream(std::string_view configured_uri, std::string_view requested_uri,
                                  std::string_view why) {
  constexpr int kNoStatus = -1;
  SampleAnswer answer;
  answer.uri = configured_uri;
  answer.code = kNoStatus;
  answer.error =
      fmt::format("Error communicating with upstream service: Get {}: {}", requested_uri, why);
  return answer;
}

}  // namespace gw::mesh
