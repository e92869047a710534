// Lines to a file, a pipe or standard output, written by a thread of its own.
//
// Whoever logs never waits: a line goes into the memory of its lane under a lock that is held for a
// copy, and is dropped and counted when the lane is full, because the disk or the reader is slow.
// Lines of one lane keep their order; between lanes there is none.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"

namespace gw::proxy {

// What an operator should be told of; either may be empty.
struct LogTrouble {
  std::uint64_t dropped_lines = 0;
  std::string_view error{};
};

struct LogSinkOptions {
  std::string path{};     // "-" is standard output, /dev/stderr standard error
  std::size_t lanes = 1;  // one a thread that logs, so that none waits for another
  // 1 MiB: a tenth of a second of the busiest worker, at 200 bytes a line and 50,000 a second.
  std::size_t lane_bytes = std::size_t{1} << 20;
  std::function<void(const LogTrouble&)> on_trouble{};  // called by the sink's thread
};

class LogSink {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LogSink>> open(LogSinkOptions options);
  // Writes what is left; a reader that takes nothing is given up after a second.
  ~LogSink();
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  // `line` ends with its newline. From any thread.
  void append(std::size_t lane, std::string_view line) noexcept;
  // Opens the path anew, after a rotation. On failure the old file stays.
  void reopen();

 private:
  struct alignas(64) Lane {
    std::mutex mutex;
    std::string filling;
    std::string writing;  // the sink's thread alone
    std::uint64_t dropped = 0;
  };

  LogSink(LogSinkOptions options, int descriptor);
  void run();
  bool wait_for_work();
  void write_lanes();
  void write_text(std::string_view text);
  bool wait_until_writable();
  void reopen_now();
  void use(int descriptor);
  void lose(std::string_view text, int error);
  void report();
  void wake();

  LogSinkOptions options_;
  int descriptor_ = -1;
  bool is_regular_ = false;
  bool is_torn_ = false;  // the last write ended within a line
  int patience_ = 10;     // tenths of a second, once stopping
  LogTrouble trouble_;
  std::string error_;
  std::vector<Lane> lanes_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::atomic<bool> has_lines_{false};
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> wants_reopen_{false};
  std::thread thread_;
};

}  // namespace gw::proxy
