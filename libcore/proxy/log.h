// The operational log: one line an event, as logfmt, for operators and their machines.
//
//   time=2026-11-21T10:00:00.123Z level=warn event=upstream_unreachable host=web.internal port=80
//
// Event names are stable. Values are quoted where they hold spaces, and escape whatever is not
// printable ASCII (CWE-117). Secrets, header values and query strings are never values. Whoever
// logs never waits (log_sink.h). Thread-safe.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/settings_server.h"
#include "proxy/log_limiter.h"
#include "proxy/log_sink.h"

namespace gw::proxy {

using gateway::LogLevel;

// key=value; durations carry their unit in the key (upstream_ms).
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;

  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
  LogField(std::string_view name, const std::string& text)
      : key(name), value(std::string_view(text)) {}
  LogField(std::string_view name, std::integral auto number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
  LogField(std::string_view name, double number) : key(name), value(number) {}
};
using LogFields = std::initializer_list<LogField>;

class Log {
 public:
  // `path` is empty for no log, "/dev/stderr", "-" or a file. `clock` outlives the log.
  [[nodiscard]] static Result<std::unique_ptr<Log>> open(const Clock& clock, LogLevel least,
                                                         const std::string& path);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Events of the node's own life: started, reloaded. `event` is a literal.
  void write(LogLevel level, std::string_view event, LogFields fields = {}) noexcept;
  // Events that traffic may cause: at most one line in ten seconds for an event with the same first
  // field; the next one says how many were left out.
  void write_limited(LogLevel level, std::string_view event, LogFields fields = {}) noexcept;
  void reopen();

 private:
  Log(const Clock& clock, LogLevel least);
  void put(LogLevel level, std::string_view event, LogFields fields, std::uint64_t left_out);

  const Clock& clock_;
  LogLevel least_;
  std::mutex limiter_mutex_;
  LogLimiter limiter_;
  std::unique_ptr<LogSink> sink_;  // nullptr: no log
};

// One line with its newline, as write() has it.
[[nodiscard]] std::string format_log_line(WallTime time, LogLevel level, std::string_view event,
                                          LogFields fields, std::uint64_t left_out = 0);

}  // namespace gw::proxy
