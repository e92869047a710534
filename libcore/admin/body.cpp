#include "admin/body.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "admin/form.h"
#include "base/text.h"
#include "config/json_reader.h"

namespace gw::admin {
namespace {

using config::Kind;
using config::Node;

constexpr std::size_t kMaxArguments = 1000;    // Kong 2.8 and later refuse more
constexpr std::size_t kMaxArgumentsOld = 100;  // Kong 2.0 and 2.1 drop what is over

Outcome<Body> read_json_body(std::string_view body) {
  const auto bad = [] { return std::unexpected(say(400, "Cannot parse JSON body")); };
  if (!is_utf8(body)) return bad();
  config::Diagnostics dropped;
  auto read = config::read_json(0, body, dropped);
  if (!read.root) return bad();
  if (read.root->is(Kind::sequence) && read.root->items.empty()) return Body{};
  if (!read.root->is(Kind::mapping)) return bad();
  return Body{.record = std::move(*read.root), .typed = true};
}

Reply too_many() {
  return say(400, "Too many arguments");
}

// Text that the reader of files would refuse is refused here as well.
bool is_readable(const Argument& argument) {
  return is_utf8(argument.name) && is_utf8(argument.value.value_or("")) &&
         argument.value.value_or("").find('\0') == std::string::npos;
}

Outcome<Body> body_of(const std::vector<Argument>& arguments) {
  if (!std::ranges::all_of(arguments, is_readable)) {
    return std::unexpected(say(400, "Form values must be UTF-8 without NUL"));
  }
  return Body{.record = nest(arguments), .typed = false};
}

Outcome<Body> read_form(const Request& request, const model::Level& level) {
  const bool old = level < model::Level{2, 2};
  const std::size_t most = old ? kMaxArgumentsOld : kMaxArguments;
  auto arguments = parse_arguments(request.body, most);
  if (arguments.size() > most) {
    if (!old) return std::unexpected(too_many());
    arguments.resize(most);
  }
  return body_of(arguments);
}

Outcome<Body> read_multipart(const Request& request, const model::Level&) {
  const auto parts = parse_multipart(request.body, content_type(request), kMaxArguments);
  if (!parts) return std::unexpected(too_many());
  return body_of(*parts);
}

}  // namespace

std::string_view content_type(const Request& request) {
  return http::find(request.fields, "content-type").value_or("");
}

Reply unsupported_type() {
  return page(415, "415 Unsupported Media Type");
}

Outcome<Body> read_body(const Request& request, const model::Level& level) {
  const std::string_view type = content_type(request);
  if (type.empty() && request.body.empty()) return Body{};
  // Compared as Kong does it: a prefix, in this case of letters.
  if (type.starts_with("application/json")) return read_json_body(request.body);
  if (type.starts_with("application/x-www-form-urlencoded")) return read_form(request, level);
  if (type.starts_with("multipart/form-data")) return read_multipart(request, level);
  return std::unexpected(unsupported_type());
}

}  // namespace gw::admin
