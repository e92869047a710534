#include "proxy/log.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::proxy {
namespace {

bool is_plain(char c) {
  return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= ' ' && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    }
  }
}

void append_value(std::string& out, std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) {
    out += text;
    return;
  }
  out += '"';
  append_escaped(out, text);
  out += '"';
}

void append_value(std::string& out, std::int64_t number) {
  out += std::to_string(number);
}

void append_value(std::string& out, double number) {
  out += format_number(number);
}

// Milliseconds always, so that lines sort as text.
std::string time_text(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = format_rfc3339(second);
  text.pop_back();  // the Z
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time - second).count();
  return fmt::format("{}.{:03}Z", text, ms);
}

std::uint64_t cause_of(std::string_view event, LogFields fields) {
  std::string text(event);
  if (fields.size() > 0) {
    text += ' ';
    std::visit([&](const auto& value) { append_value(text, value); }, fields.begin()->value);
  }
  return std::hash<std::string>{}(text);
}

}  // namespace

std::string format_log_line(WallTime time, LogLevel level, std::string_view event, LogFields fields,
                            std::uint64_t left_out) {
  std::string line = fmt::format("time={} level={} event={}", time_text(time),
                                 gateway::log_level_name(level), event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    std::visit([&](const auto& value) { append_value(line, value); }, field.value);
  }
  if (left_out > 0) line += fmt::format(" left_out={}", left_out);
  line += '\n';
  return line;
}

Log::Log(const Clock& clock, LogLevel least) : clock_(clock), least_(least) {}

Result<std::unique_ptr<Log>> Log::open(const Clock& clock, LogLevel least,
                                       const std::string& path) {
  std::unique_ptr<Log> log(new Log(clock, least));
  if (path.empty()) return log;
  Log* const self = log.get();
  auto sink = LogSink::open({.path = path, .on_trouble = [self](const LogTrouble& trouble) {
                               if (trouble.dropped_lines == 0) return;
                               self->write_limited(LogLevel::error, "log_lines_dropped",
                                                   {{"lines", trouble.dropped_lines}});
                             }});
  if (!sink) return std::unexpected(sink.error());
  log->sink_ = std::move(*sink);
  return log;
}

Log::~Log() {
  if (!sink_) return;
  limiter_.drain([this](const LogLimiter::LeftOut& left_out) {
    put(LogLevel::notice, left_out.event, {}, left_out.lines);
  });
}

void Log::write(LogLevel level, std::string_view event, LogFields fields) noexcept {
  if (level < least_) return;
  try {
    put(level, event, fields, 0);
  } catch (const std::exception&) {
    return;  // out of memory: the line is lost, the request is not
  }
}

void Log::write_limited(LogLevel level, std::string_view event, LogFields fields) noexcept {
  if (level < least_) return;
  try {
    const std::uint64_t cause = cause_of(event, fields);
    std::optional<std::uint64_t> left_out;
    {
      const std::lock_guard lock(limiter_mutex_);
      left_out = limiter_.admit(event, cause, clock_.now().steady);
    }
    if (left_out) put(level, event, fields, *left_out);
  } catch (const std::exception&) {
    return;  // as above
  }
}

void Log::put(LogLevel level, std::string_view event, LogFields fields, std::uint64_t left_out) {
  if (sink_) sink_->append(0, format_log_line(clock_.now().wall, level, event, fields, left_out));
}

void Log::reopen() {
  if (sink_) sink_->reopen();
}

}  // namespace gw::proxy
