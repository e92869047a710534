#include "http/head_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>

#include "base/text.h"
#include "http/characters.h"
#include "http/scan.h"

namespace gw::http {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kColon = ": ";

// What follows the fields: the gateway's own lines.
struct Tail {
  std::string_view connection;   // a whole line, or nothing
  std::string_view length_name;  // "Content-Length: " or nothing
  std::string_view length;       // its digits
  std::string_view rest;         // "\r\n" behind the digits, or Transfer-Encoding's line
  [[nodiscard]] std::size_t size() const {
    return connection.size() + length_name.size() + length.size() + rest.size() + kCrlf.size();
  }
};

constexpr std::string_view kContentLength = "Content-Length: ";
constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n";

// By Persistence.
constexpr std::array<std::string_view, 3> kRequestConnection{
    "Connection: keep-alive\r\n", "Connection: close\r\n", "Connection: keep-alive, Upgrade\r\n"};
constexpr std::array<std::string_view, 3> kResponseConnection{
    "Connection: keep-alive\r\n", "Connection: close\r\n", "Connection: upgrade\r\n"};

using Digits = std::array<char, 20>;

void set_length(Tail& tail, Digits& digits, std::uint64_t length) {
  tail.length_name = kContentLength;
  tail.length = format_uint(length, digits);
  tail.rest = kCrlf;
}

bool is(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && iequals(name, wanted);
}

bool is_framing(std::string_view name) {
  return is(name, "Content-Length") || is(name, "Transfer-Encoding");
}

// The size of the field lines; nullopt when one of them must not be written.
std::optional<std::size_t> size_of(std::span<const Field> fields, bool may_have_connection) {
  std::size_t size = 0;
  for (const Field& field : fields) {
    if (field.name.empty() || is_framing(field.name)) return std::nullopt;
    if (!may_have_connection && is(field.name, "Connection")) return std::nullopt;
    size += field.name.size() + kColon.size() + field.value.size() + kCrlf.size();
  }
  return size;
}

// `end`: of the memory that is being written to.
bool is_name(const char* written, const char* end, std::string_view name) {
  if (static_cast<std::size_t>(end - written) >= kReadable && is_plain_name(written, name.size())) {
    return true;
  }
  return token_size(name, 0) == name.size();
}

char* put(char* at, std::string_view text) {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// Every line has one CR and one LF of ours: any other control (HTAB may be) came with a field. One
// pass over what was written costs a quarter of looking at each value for itself.
bool is_clean(std::string_view written, std::size_t lines) {
  return count_controls(written) == 2 * lines;
}

// False, and nothing appended: a value holds what must not be written.
bool append(std::string& out, std::span<const std::string_view> start_line,
            std::span<const Field> fields, std::size_t fields_size, const Tail& tail) {
  const std::size_t before = out.size();
  std::size_t size = before + fields_size + tail.size();
  for (const std::string_view part : start_line) size += part.size();
  bool named = true;
  out.resize_and_overwrite(size, [&, used = out.size()](char* to, std::size_t) {
    char* at = to + used;
    for (const std::string_view part : start_line) at = put(at, part);
    for (const Field& field : fields) {
      char* const name = at;
      at = put(at, field.name);
      named = named && is_name(name, to + size, field.name);
      std::memcpy(at, kColon.data(), 2);
      at = put(at + 2, field.value);
      std::memcpy(at, kCrlf.data(), 2);
      at += 2;
    }
    for (const std::string_view part :
         {tail.connection, tail.length_name, tail.length, tail.rest, kCrlf}) {
      at = put(at, part);
    }
    return size;
  });
  // The start line, the empty line, Connection's and that of the framing.
  const std::size_t own = 2U + (tail.connection.empty() ? 0U : 1U) + (tail.rest.empty() ? 0U : 1U);
  if (named && is_clean(std::string_view(out).substr(before), fields.size() + own)) return true;
  out.resize(before);
  return false;
}

// Whether the end of an answer's body can be told; writes its framing into `tail`.
bool frame_answer(const ResponseFrame& frame, Tail& tail, Digits& digits) {
  if (frame.kind == BodyKind::chunked) {
    tail.rest = kChunked;
    return true;
  }
  if (frame.length) set_length(tail, digits, *frame.length);
  if (frame.kind == BodyKind::sized) return frame.length.has_value();
  return frame.kind == BodyKind::none || frame.persistence == Persistence::close;
}

}  // namespace

bool write_request(std::string& out, const RequestHead& head, const Body& body,
                   Persistence persistence) {
  if (!is_token(head.method) || head.target.empty() || !all_of(Octets::target, head.target)) {
    return false;
  }
  if (body.kind == BodyKind::until_close) return false;
  const auto fields = size_of(head.fields, false);
  if (!fields) return false;
  Digits digits{};
  Tail tail{.connection = kRequestConnection[static_cast<std::size_t>(persistence)],
            .length_name = {},
            .length = {},
            .rest = {}};
  if (body.kind == BodyKind::sized) set_length(tail, digits, body.size);
  if (body.kind == BodyKind::chunked) tail.rest = kChunked;
  return append(out,
                std::array<std::string_view, 4>{head.method, " ", head.target, " HTTP/1.1\r\n"},
                head.fields, *fields, tail);
}

bool write_response(std::string& out, const ResponseHead& head, const ResponseFrame& frame) {
  if (head.status < 100 || head.status > 999) return false;
  const auto fields = size_of(head.fields, true);
  if (!fields) return false;
  Digits status{};
  Digits digits{};
  Tail tail{};
  // RFC 9110 section 15.2: an interim answer says nothing of the connection, but for 101.
  if (head.status >= 200 || head.status == 101) {
    tail.connection = kResponseConnection[static_cast<std::size_t>(frame.persistence)];
  }
  const bool framed = head.status >= 200 && head.status != 204;
  if (framed && !frame_answer(frame, tail, digits)) return false;
  return append(out,
                std::array<std::string_view, 5>{"HTTP/1.1 ", format_uint(head.status, status), " ",
                                                reason_phrase(head.status), kCrlf},
                head.fields, *fields, tail);
}

void write_chunk_size(std::string& out, std::uint64_t size) {
  std::array<char, 18> text{};
  char* const end = std::to_chars(text.data(), text.data() + 16, size, 16).ptr;
  out.append(text.data(), put(end, kCrlf));
}

}  // namespace gw::http
