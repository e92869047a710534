#include <algorithm>

#include "base/text.h"
#include "http/head_parser.h"

namespace gw::http {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";
constexpr std::size_t kStatusAt = kVersion.size() + 2;

// "HTTP/1.", 0 or 1, SP, three digits, and then the line's end or SP and a reason.
bool is_status_line(std::string_view line) {
  if (!line.starts_with(kVersion) || line.size() < kStatusAt + 3) return false;
  const char minor = line[kVersion.size()];
  if ((minor != '0' && minor != '1') || line[kStatusAt - 1] != ' ') return false;
  for (const char c : line.substr(kStatusAt, 3)) {
    if (!is_digit(c)) return false;
  }
  return line.size() == kStatusAt + 3 || line[kStatusAt + 3] == ' ';
}

}  // namespace

void ResponseParser::reset() {
  scanner_.reset();
  progress_ = Progress::need_more;
  has_start_line_ = false;
  version_ = Version::http11;
  status_ = 0;
  reason_at_ = reason_size_ = 0;
  reason_ = {};
  refusal_ = {};
}

Progress ResponseParser::refuse(std::string_view reason) {
  refusal_ = {502, reason};
  return Progress::refused;
}

Progress ResponseParser::parse(std::string_view input) {
  if (progress_ == Progress::need_more) progress_ = advance(input);
  if (progress_ != Progress::need_more) {
    scanner_.point_into(input);
    reason_ = input.substr(reason_at_, reason_size_);
  }
  return progress_;
}

Progress ResponseParser::advance(std::string_view input) {
  if (!has_start_line_) {
    std::string_view line;
    Progress progress = scanner_.start_line(input, line);
    if (progress == Progress::refused) return refuse(scanner_.refusal().reason);
    if (progress == Progress::complete) progress = read_status_line(line);
    if (progress != Progress::complete) return progress;
    has_start_line_ = true;
  }
  const Progress progress = scanner_.read_fields(input);
  return progress == Progress::refused ? refuse(scanner_.refusal().reason) : progress;
}

Progress ResponseParser::read_status_line(std::string_view line) {
  if (!is_status_line(line)) return refuse("the answer does not begin with an HTTP/1 status line");
  version_ = line[kVersion.size()] == '0' ? Version::http10 : Version::http11;
  status_ = static_cast<std::uint16_t>(hex_value(line[kStatusAt]) * 100 +
                                       hex_value(line[kStatusAt + 1]) * 10 +
                                       hex_value(line[kStatusAt + 2]));
  if (status_ < 100) return refuse("the answer's status is below 100");
  // The status line is the answer's first line: its positions are those of the input.
  reason_at_ = std::min(line.size(), kStatusAt + 4);
  reason_size_ = line.size() - reason_at_;
  return Progress::complete;
}

ResponseHeadView ResponseParser::head() const {
  return {status_, reason_, version_, scanner_.fields()};
}

}  // namespace gw::http
