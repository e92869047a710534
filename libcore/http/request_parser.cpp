#include "base/text.h"
#include "http/characters.h"
#include "http/head_parser.h"
#include "http/host.h"
#include "http/request_target.h"

namespace gw::http {
namespace {

// The longest registered method has 17 letters (UPDATEREDIRECTREF).
constexpr std::size_t kLongestMethod = 32;
constexpr std::string_view kUnknownMethod = "the method is too long to be one";

constexpr std::string_view kVersionPrefix = "HTTP/";

bool is_version(std::string_view text) {
  return text.size() == kVersionPrefix.size() + 3 && text.starts_with(kVersionPrefix) &&
         is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
}

std::size_t offset_in(std::string_view text, std::string_view part) {
  return static_cast<std::size_t>(part.data() - text.data());
}

}  // namespace

void RequestParser::reset() {
  scanner_.reset();
  progress_ = Progress::need_more;
  has_start_line_ = false;
  version_ = Version::http11;
  method_extent_ = target_extent_ = authority_ = {};
  method_ = target_ = {};
  given_target_.clear();
  refusal_ = {};
}

Progress RequestParser::refuse(std::uint16_t status, std::string_view reason) {
  refusal_ = {status, reason};
  return Progress::refused;
}

Progress RequestParser::parse(std::string_view input) {
  if (progress_ == Progress::need_more) progress_ = advance(input);
  if (progress_ != Progress::need_more) point_into(input);
  return progress_;
}

Progress RequestParser::advance(std::string_view input) {
  if (!has_start_line_) {
    const Progress progress = read_start_line(input);
    if (progress != Progress::complete) return progress;
    has_start_line_ = true;
  }
  const Progress progress = scanner_.read_fields(input);
  if (progress == Progress::refused) refusal_ = scanner_.refusal();
  return progress == Progress::complete ? judge_host(input) : progress;
}

Progress RequestParser::read_start_line(std::string_view input) {
  for (;;) {
    const std::size_t at = scanner_.consumed();
    std::string_view line;
    const Progress progress = scanner_.start_line(input, line);
    if (progress == Progress::refused) {
      refusal_ = scanner_.refusal();
      const auto method = run_of(Octets::token, input.substr(at, kLongestMethod + 1));
      if (refusal_.status == 414 && method > kLongestMethod) return refuse(501, kUnknownMethod);
    }
    if (progress != Progress::complete) return progress;
    // RFC 9112 section 2.2: old clients send an empty line behind a body.
    if (line.empty() && at == 0) continue;
    return read_request_line(line, at);
  }
}

Progress RequestParser::read_request_line(std::string_view line, std::size_t at) {
  const std::size_t method = run_of(Octets::token, line);
  if (method > kLongestMethod) return refuse(501, kUnknownMethod);
  if (method == 0 || method == line.size() || line[method] != ' ') {
    return refuse(400, "the request line does not begin with a method and one space");
  }
  method_extent_ = {at, method};
  const auto space = line.find(' ', method + 1);
  if (space == std::string_view::npos) return refuse(400, "the request line has no HTTP version");
  const auto version = line.substr(space + 1);
  if (!is_version(version)) return refuse(400, "the request line does not end with HTTP/1.1");
  if (line == "PRI * HTTP/2.0") return refuse(400, "HTTP/2 is not spoken here");
  if (version == "HTTP/0.9") return refuse(400, "HTTP/0.9 is not served");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return refuse(505, "only HTTP/1.1 and HTTP/1.0 are served");
  }
  version_ = version.back() == '0' ? Version::http10 : Version::http11;
  const auto target =
      read_target(line.substr(0, method), line.substr(method + 1, space - method - 1));
  if (!target) return refuse(target.error().status, target.error().reason);
  target_extent_ = {at + offset_in(line, target->rest), target->rest.size()};
  if (!target->authority.empty()) {
    authority_ = {at + offset_in(line, target->authority), target->authority.size()};
  }
  return Progress::complete;
}

Progress RequestParser::judge_host(std::string_view input) {
  const FieldIndex& index = scanner_.index();
  const std::size_t host = index.first(Known::host);
  if (host == FieldIndex::kNone) {
    if (version_ == Version::http11) return refuse(400, "an HTTP/1.1 request has no Host");
    if (authority_.size != 0)
      scanner_.give_field("Host", input.substr(authority_.at, authority_.size));
    return Progress::complete;
  }
  if (index.next(Known::host, host) != FieldIndex::kNone) {
    return refuse(400, "the request has more than one Host");
  }
  const std::string_view value = scanner_.fields()[host].value;
  if (!is_authority(value)) return refuse(400, "Host is not a host with an optional port");
  if (authority_.size != 0 && !iequals(value, input.substr(authority_.at, authority_.size))) {
    return refuse(400, "Host differs from the host of the request target");
  }
  return Progress::complete;
}

void RequestParser::point_into(std::string_view input) {
  scanner_.point_into(input);
  method_ = input.substr(method_extent_.at, method_extent_.size);
  target_ = input.substr(target_extent_.at, target_extent_.size);
  if (authority_.size == 0) return;
  if (target_.empty()) {
    target_ = method_ == "OPTIONS" ? "*" : "/";
  } else if (target_.front() == '?') {
    given_target_ = '/';
    given_target_ += target_;
    target_ = given_target_;
  }
}

HeadView RequestParser::head() const {
  return {method_, target_, version_, scanner_.fields()};
}

}  // namespace gw::http
