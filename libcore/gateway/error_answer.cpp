#include "gateway/error_answer.h"

#include <array>

#include "base/text.h"
#include "http/accept.h"
#include "http/message.h"

namespace gw::gateway {
namespace {

using http::ErrorType;

constexpr std::string_view kJson = "application/json; charset=utf-8";

// Minified JSON as Lua's encoder writes it: '/' is escaped too.
std::string_view json_escaped(std::string_view text, Arena& arena) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  char* const out = arena.room(6 * text.size());
  std::size_t n = 0;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '/') {
      out[n++] = '\\';
      out[n++] = c;
    } else if (octet < 0x20) {
      for (const char u : {'\\', 'u', '0', '0', kHex[octet >> 4U], kHex[octet & 15U]}) out[n++] = u;
    } else {
      out[n++] = c;
    }
  }
  return {out, n};
}

ErrorBody compact(std::string_view message, Arena& arena) {
  return {kJson, arena.concat(std::string_view("{\"message\":\""), json_escaped(message, arena),
                              std::string_view("\"}"))};
}

std::string_view html(const ErrorRequest& e, std::string_view title, Arena& arena) {
  const std::string_view id_line = e.request_id.empty()
                                       ? std::string_view{}
                                       : arena.concat(std::string_view("    <p>request_id: "),
                                                      e.request_id, std::string_view("</p>\n"));
  return arena.concat(
      std::string_view("<!doctype html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n"
                       "    <title>"),
      title, std::string_view("</title>\n  </head>\n  <body>\n    <h1>"), title,
      std::string_view("</h1>\n    <p>"), e.message, std::string_view(".</p>\n"), id_line,
      std::string_view("  </body>\n</html>\n"));
}

std::string_view xml(const ErrorRequest& e, Arena& arena) {
  const std::string_view id_line =
      e.request_id.empty() ? std::string_view{}
                           : arena.concat(std::string_view("  <requestid>"), e.request_id,
                                          std::string_view("</requestid>\n"));
  return arena.concat(
      std::string_view("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>"),
      e.message, std::string_view("</message>\n"), id_line, std::string_view("</error>\n"));
}

std::string_view json(const ErrorRequest& e, Arena& arena) {
  if (e.request_id.empty()) {
    return arena.concat(std::string_view("{\n  \"message\":\""), e.message,
                        std::string_view("\"\n}"));
  }
  return arena.concat(std::string_view("{\n  \"message\":\""), e.message,
                      std::string_view("\",\n  \"request_id\":\""), e.request_id,
                      std::string_view("\"\n}"));
}

std::string_view plain(const ErrorRequest& e, Arena& arena) {
  if (e.request_id.empty()) return arena.concat(e.message, std::string_view("\n"));
  return arena.concat(e.message, std::string_view("\nrequest_id: "), e.request_id,
                      std::string_view("\n"));
}

ErrorBody formatted(ErrorType type, const ErrorRequest& e, const Traits& traits, Arena& arena) {
  switch (type) {
    case ErrorType::json:
      return {kJson, json(e, arena)};
    case ErrorType::plain:
      return {"text/plain; charset=utf-8", plain(e, arena)};
    case ErrorType::xml:
      return {"application/xml; charset=utf-8", xml(e, arena)};
    case ErrorType::html:
      return {"text/html; charset=utf-8", html(e, traits.error_title, arena)};
    case ErrorType::grpc:
      return {"", ""};  // Kong's template for it is empty, and so is the type it announces
  }
  return {};
}

// Kong 2.0: the start of the value decides.
ErrorType type_by_prefix(std::string_view value) {
  if (value.starts_with("application/json")) return ErrorType::json;
  if (value.starts_with("text/html")) return ErrorType::html;
  if (value.starts_with("application/xml")) return ErrorType::xml;
  if (value.starts_with("application/grpc")) return ErrorType::grpc;
  return ErrorType::plain;
}

ErrorType server_type(const ErrorRequest& e, const Traits& traits, const Settings& settings) {
  const std::string_view value = e.accept         ? *e.accept
                                 : e.content_type ? *e.content_type
                                                  : settings.error_default_type;
  if (traits.server_errors_by_prefix) return type_by_prefix(value);
  if (traits.server_errors_by_quality) return http::negotiate(value);
  const std::string_view first = trim_ows(value.substr(0, value.find(';')));
  return http::error_type_of(first).value_or(ErrorType::json);
}

ErrorBody server_error(const ErrorRequest& e, const Traits& traits, const Settings& settings,
                       Arena& arena) {
  const ErrorType type = server_type(e, traits, settings);
  if (type == ErrorType::grpc) return compact(e.message, arena);
  if (traits.server_errors_by_prefix && type == ErrorType::json) {
    return {kJson, arena.concat(std::string_view("{\n  \"message\": \""), e.message,
                                std::string_view("\"\n}\n"))};
  }
  return formatted(type, e, traits, arena);
}

}  // namespace

ErrorBody error_body(const ErrorRequest& error, const Traits& traits, const Settings& settings,
                     Arena& arena) {
  if (error.source == ErrorSource::server) return server_error(error, traits, settings, arena);
  const bool follows_accept = error.source == ErrorSource::plugin ? traits.formatted_plugin_errors
                                                                  : traits.formatted_other_errors;
  if (!follows_accept) return compact(error.message, arena);
  return formatted(error.accept ? http::negotiate(*error.accept) : ErrorType::json, error, traits,
                   arena);
}

std::string_view server_page(std::uint16_t status, Arena& arena) {
  std::array<char, 8> digits{};
  const std::string_view number = arena.copy(format_uint(status, digits));
  const std::string_view line =
      arena.concat(number, std::string_view(" "), http::reason_phrase(status));
  return arena.concat(std::string_view("<html>\r\n<head><title>"), line,
                      std::string_view("</title></head>\r\n<body>\r\n<center><h1>"), line,
                      std::string_view("</h1></center>\r\n</body>\r\n</html>\r\n"));
}

}  // namespace gw::gateway
