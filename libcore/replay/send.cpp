#include "replay/send.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::replay {
namespace {

bool is_printable(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet > 0x20 && octet != 0x7F;
}

}  // namespace

bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string_view fault_of_target(std::string_view target) {
  if (target.empty()) return "the target is empty";
  if (!std::ranges::all_of(target, is_printable)) {
    return "the target has a space or control character; write %20 for a space";
  }
  const bool absolute = target.starts_with("http://") || target.starts_with("https://");
  if (target.front() != '/' && target != "*" && !absolute) return "the target must begin with /";
  return {};
}

Result<RequestLine> parse_request_line(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return fail(ErrorCode::invalid,
                fmt::format("'{}' is not METHOD TARGET, such as GET /web?x=1: {}",
                            printable(clip(text)), why));
  };
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return bad("there is no space between the two");
  const std::string_view method = text.substr(0, space);
  const std::string_view target = text.substr(space + 1);
  if (!is_token(method)) return bad("the method is not a word");
  if (const auto fault = fault_of_target(target); !fault.empty()) return bad(fault);
  return RequestLine{std::string(method), std::string(target)};
}

Result<Request> parse_send(std::string_view text) {
  auto line = parse_request_line(text);
  if (!line) return std::unexpected(std::move(line.error()));
  Request request;
  request.method = std::move(line->method);
  request.target = std::move(line->target);
  request.fields.push_back({"Host", request.host});
  return request;
}

}  // namespace gw::replay
