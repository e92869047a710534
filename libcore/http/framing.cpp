#include "http/framing.h"

#include <span>

#include "base/text.h"
#include "http/characters.h"

namespace gw::http {
namespace {

constexpr std::uint16_t kNoBodyStatus = 204;

struct Lines {
  std::span<const Field> fields;
  const FieldIndex& index;
};

template <class Visit>
void each_line(const Lines& lines, Known name, Visit visit) {
  for (std::size_t i = lines.index.first(name); i != FieldIndex::kNone;
       i = lines.index.next(name, i)) {
    visit(lines.fields[i].value);
  }
}

// The comma-separated elements of all lines, empty ones included.
template <class Visit>
void each_element(const Lines& lines, Known name, Visit visit) {
  each_line(lines, name, [&](std::string_view rest) {
    for (;;) {
      const auto comma = rest.find(',');
      visit(trim_blanks(rest.substr(0, comma)));
      if (comma == std::string_view::npos) return;
      rest.remove_prefix(comma + 1);
    }
  });
}

std::unexpected<Refusal> refuse(std::uint16_t status, std::string_view reason) {
  return std::unexpected(Refusal{status, reason});
}

struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;

  [[nodiscard]] bool persists(Version version) const {
    return !close && (version == Version::http11 || keep_alive);
  }
};

ConnectionOptions read_connection(const Lines& lines) {
  ConnectionOptions options;
  each_element(lines, Known::connection, [&](std::string_view element) {
    options.close |= iequals(element, "close");
    options.keep_alive |= iequals(element, "keep-alive");
    options.upgrade |= iequals(element, "upgrade");
  });
  return options;
}

struct Codings {
  int chunked = 0;
  bool chunked_last = false;
  bool unknown = false;
  bool malformed = false;  // an empty element, parameters, or no token
};

Codings read_codings(const Lines& lines) {
  Codings codings;
  each_element(lines, Known::transfer_encoding, [&](std::string_view element) {
    codings.chunked_last = iequals(element, "chunked");
    codings.chunked += codings.chunked_last ? 1 : 0;
    codings.malformed |= !is_token(element);
    codings.unknown |= !codings.chunked_last;
  });
  return codings;
}

// Of a message that has Transfer-Encoding: what is wrong with it (RFC 9112 sections 6.1 and 6.3).
std::optional<Refusal> coding_complaint(const Lines& lines, Version version) {
  if (version == Version::http10) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  if (lines.index.first(Known::content_length) != FieldIndex::kNone) {
    return Refusal{400, "Content-Length and Transfer-Encoding are both there"};
  }
  const Codings codings = read_codings(lines);
  if (codings.malformed) return Refusal{400, "Transfer-Encoding is not a list of coding names"};
  if (codings.chunked > 1) return Refusal{400, "the chunked coding is applied twice"};
  if (codings.chunked == 1 && !codings.chunked_last) {
    return Refusal{400, "chunked is not the last transfer coding"};
  }
  if (codings.unknown) return Refusal{501, "a transfer coding other than chunked is not known"};
  return std::nullopt;
}

std::expected<std::uint64_t, Refusal> read_length(std::string_view text) {
  if (const auto length = parse_uint(text)) return *length;
  for (const char c : text) {
    if (!is_digit(c)) return refuse(400, "Content-Length is not a number");
  }
  if (text.empty()) return refuse(400, "Content-Length is empty");
  return refuse(413, "Content-Length is beyond what can be counted");
}

std::expected<Body, Refusal> request_body(const Lines& lines, Version version) {
  const std::size_t length = lines.index.first(Known::content_length);
  if (lines.index.first(Known::transfer_encoding) != FieldIndex::kNone) {
    if (const auto complaint = coding_complaint(lines, version)) return std::unexpected(*complaint);
    return Body{BodyKind::chunked};
  }
  if (length == FieldIndex::kNone) return Body{};
  if (lines.index.next(Known::content_length, length) != FieldIndex::kNone) {
    return refuse(400, "the request has more than one Content-Length");
  }
  const auto size = read_length(lines.fields[length].value);
  if (!size) return std::unexpected(size.error());
  return Body{BodyKind::sized, *size};
}

// Whether all that Expect lists is 100-continue (RFC 9110 section 10.1.1).
bool expects_only_continue(const Lines& lines) {
  bool only = true;
  each_element(lines, Known::expect,
               [&](std::string_view element) { only = only && iequals(element, "100-continue"); });
  return only;
}

bool offers_websocket(const HeadView& head, const Lines& lines, const Body& body) {
  const std::size_t upgrade = lines.index.first(Known::upgrade);
  return upgrade != FieldIndex::kNone && head.version == Version::http11 && head.method == "GET" &&
         lines.index.next(Known::upgrade, upgrade) == FieldIndex::kNone &&
         iequals(head.fields[upgrade].value, "websocket") && body.kind != BodyKind::chunked &&
         body.size == 0;
}

// The one length that all Content-Length lines name, if there are any (RFC 9110 section 8.6 lets
// equal ones be one).
std::expected<std::optional<std::uint64_t>, Refusal> response_length(const Lines& lines) {
  std::optional<std::uint64_t> length;
  std::optional<Refusal> complaint;
  each_line(lines, Known::content_length, [&](std::string_view value) {
    const auto read = read_length(value);
    if (!read) {
      complaint = Refusal{502, read.error().reason};
    } else if (length && *length != *read) {
      complaint = Refusal{502, "the answer has two different Content-Lengths"};
    } else {
      length = *read;
    }
  });
  if (complaint) return std::unexpected(*complaint);
  return length;
}

}  // namespace

std::expected<RequestFraming, Refusal> frame_request(const HeadView& head,
                                                     const FieldIndex& index) {
  const Lines lines{head.fields, index};
  const auto body = request_body(lines, head.version);
  if (!body) return std::unexpected(body.error());
  if (!expects_only_continue(lines)) return refuse(417, "Expect asks for more than 100-continue");
  const ConnectionOptions options = read_connection(lines);
  return RequestFraming{
      .body = *body,
      .keep_alive = options.persists(head.version),
      .expects_continue =
          head.version == Version::http11 && index.first(Known::expect) != FieldIndex::kNone,
      .offers_websocket = options.upgrade && offers_websocket(head, lines, *body)};
}

std::expected<ResponseFraming, Refusal> frame_response(std::string_view request_method,
                                                       const ResponseHeadView& head,
                                                       const FieldIndex& index) {
  const Lines lines{head.fields, index};
  const bool coded = index.first(Known::transfer_encoding) != FieldIndex::kNone;
  if (coded) {
    if (const auto complaint = coding_complaint(lines, head.version)) {
      return refuse(502, complaint->reason);
    }
  }
  const auto length = response_length(lines);
  if (!length) return std::unexpected(length.error());

  ResponseFraming framing{
      .body = {}, .length = *length, .keep_alive = read_connection(lines).persists(head.version)};
  if (!has_body(request_method, head.status)) {
    // Who announces a body where none can be may also send one: RFC 9112 section 6.1 forbids it.
    const bool announced = coded || length->value_or(0) != 0;
    if (head.status == kNoBodyStatus && announced) framing.keep_alive = false;
  } else if (coded) {
    framing.body = {BodyKind::chunked};
  } else if (*length) {
    framing.body = {BodyKind::sized, **length};
  } else {
    framing.body = {BodyKind::until_close};
    framing.keep_alive = false;
  }
  return framing;
}

}  // namespace gw::http
