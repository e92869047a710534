#include "http/head_scanner.h"

#include <algorithm>

#include "http/characters.h"
#include "http/scan.h"

namespace gw::http {
namespace {

constexpr std::size_t kNoLine = ~std::size_t{0};

std::string_view name_complaint(std::string_view line, std::size_t token) {
  if (is_in(Octets::blank, line.front())) return "a field line begins with white space";
  if (token == line.size()) return "a field line has no colon";
  if (line.front() == ':') return "a field line has no name";
  if (is_in(Octets::blank, line[token])) return "white space stands before a field's colon";
  return "a field name holds an octet that is no token character";
}

std::string_view control_complaint(char c) {
  if (c == '\n') return "a line ends with a bare LF";
  return c == '\0' ? "the head holds a NUL" : "the head holds a control character";
}

}  // namespace

void HeadScanner::reset() {
  line_ = seen_ = given_ = 0;
  fields_.clear();
  index_.clear();
  refusal_ = {};
}

Progress HeadScanner::refuse(const Refusal& why) {
  refusal_ = why;
  return Progress::refused;
}

// Size of the line that begins at line_, which then is the next one; kNoLine: judge_open_line()
// says what that means.
inline std::size_t HeadScanner::next_line(std::string_view input, std::size_t bound) {
  const std::size_t most = std::min(bound, limits_.section - line_);
  const std::size_t end = input.size() - line_ > most ? line_ + most + 1 : input.size();
  seen_ = find_control(input, seen_, end);
  const bool whole = seen_ < end && input.size() - seen_ >= 2 && input[seen_] == '\r' &&
                     input[seen_ + 1] == '\n' && limits_.section - seen_ >= 2;
  if (!whole) return kNoLine;
  const std::size_t size = seen_ - line_;
  line_ = seen_ += 2;
  return size;
}

// The order of these checks is that of the octets which break them.
Progress HeadScanner::judge_open_line(std::string_view input, std::size_t bound,
                                      const Refusal& beyond) {
  const Refusal too_large{431, "the head is too large"};
  const std::size_t left = limits_.section - line_;
  if (seen_ - line_ > std::min(bound, left)) return refuse(bound <= left ? beyond : too_large);
  if (seen_ == input.size()) return Progress::need_more;
  if (input[seen_] != '\r') return refuse({400, control_complaint(input[seen_])});
  if (limits_.section - seen_ < 2) return refuse(too_large);
  if (seen_ + 1 == input.size()) return Progress::need_more;
  return refuse({400, "a CR is not followed by LF"});
}

Progress HeadScanner::start_line(std::string_view input, std::string_view& line) {
  const std::size_t at = line_;
  const std::size_t size = next_line(input, limits_.start_line);
  if (size == kNoLine) {
    return judge_open_line(input, limits_.start_line, {414, "the start line is too long"});
  }
  line = input.substr(at, size);
  return Progress::complete;
}

Progress HeadScanner::read_fields(std::string_view input) {
  point_into(input);
  for (;;) {
    const std::size_t at = line_;
    const std::size_t size = next_line(input, limits_.field_line);
    if (size == 0) return Progress::complete;
    if (size == kNoLine) {
      return judge_open_line(input, limits_.field_line, {431, "a field line is too long"});
    }
    if (!add_field(input, at, size)) return Progress::refused;
  }
}

inline bool HeadScanner::add_field(std::string_view input, std::size_t at, std::size_t size) {
  if (fields_.size() >= limits_.fields) {
    refuse({431, "the head has too many fields"});
    return false;
  }
  // Within the whole input, where a block of sixteen is at hand; CR ends a name as well.
  const std::size_t name = token_size(input, at);
  if (name == 0 || input[at + name] != ':') {
    refuse({400, name_complaint(input.substr(at, size), name)});
    return false;
  }
  const std::string_view line = input.substr(at, size);
  fields_.push_back({line.substr(0, name), trim_blanks(line.substr(name + 1))});
  index_.add(fields_.back().name);
  return true;
}

void HeadScanner::point_into(std::string_view input) {
  if (base_ == input.data()) return;
  const auto moved = [&](std::string_view text) {
    return std::string_view(input.data() + (text.data() - base_), text.size());
  };
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i + given_ < fields_.size()) fields_[i].name = moved(fields_[i].name);
    fields_[i].value = moved(fields_[i].value);
  }
  base_ = input.data();
}

void HeadScanner::give_field(std::string_view name, std::string_view value) {
  fields_.push_back({name, value});
  index_.add(name);
  ++given_;
}

}  // namespace gw::http
