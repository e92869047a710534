#include "proxy/log_sink.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <climits>
#include <fmt/format.h>

namespace gw::proxy {
namespace {

using namespace std::chrono_literals;

// What comes within this time is written at once.
constexpr auto kBatch = 10ms;

std::string reason(int error) {
  return std::generic_category().message(error);
}

bool is_standard(int descriptor) {
  return descriptor <= STDERR_FILENO;
}

// Opening /dev/stderr fails where it is a socket, as under systemd: the descriptor itself is used.
int open_path(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  // Non-blocking, so that a named pipe without a reader is an error and no standstill.
  return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
}

bool is_regular_file(int descriptor) {
  struct stat facts{};
  return ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

}  // namespace

Result<std::unique_ptr<LogSink>> LogSink::open(LogSinkOptions options) {
  const int descriptor = open_path(options.path);
  if (descriptor < 0) {
    const int error = errno;
    return fail(error == ENOENT ? ErrorCode::missing : ErrorCode::unreachable,
                fmt::format("{}: cannot open the log: {}", options.path, reason(error)));
  }
  return std::unique_ptr<LogSink>(new LogSink(std::move(options), descriptor));
}

LogSink::LogSink(LogSinkOptions options, int descriptor)
    : options_(std::move(options)), lanes_(std::max<std::size_t>(options_.lanes, 1)) {
  use(descriptor);
  thread_ = std::thread([this] { run(); });
}

LogSink::~LogSink() {
  is_stopping_ = true;
  wake();
  thread_.join();
  if (!is_standard(descriptor_)) ::close(descriptor_);
}

void LogSink::append(std::size_t lane_index, std::string_view line) noexcept {
  Lane& lane = lanes_[lane_index % lanes_.size()];
  {
    const std::lock_guard lock(lane.mutex);
    if (lane.filling.size() + line.size() > options_.lane_bytes) {
      ++lane.dropped;
    } else {
      try {
        lane.filling.append(line);
      } catch (const std::bad_alloc&) {
        ++lane.dropped;
      }
    }
  }
  // The writer clears the flag before it takes a lane: a line that it missed sees it cleared.
  if (!has_lines_.load(std::memory_order_relaxed) && !has_lines_.exchange(true)) wake();
}

void LogSink::reopen() {
  wants_reopen_ = true;
  wake();
}

void LogSink::wake() {
  // Taken and let go, so that a writer between its check and its sleep is not missed.
  {
    const std::lock_guard lock(mutex_);
  }
  work_.notify_one();
}

void LogSink::run() {
  for (bool go_on = true; go_on;) {
    go_on = wait_for_work();
    write_lanes();
    if (wants_reopen_.exchange(false)) reopen_now();
    report();
  }
}

// False when it is the last time.
bool LogSink::wait_for_work() {
  const auto is_urgent = [&] { return is_stopping_.load() || wants_reopen_.load(); };
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] { return is_urgent() || has_lines_.load(); });
  work_.wait_for(lock, kBatch, is_urgent);
  return !is_stopping_;
}

void LogSink::write_lanes() {
  has_lines_ = false;
  for (Lane& lane : lanes_) {
    {
      const std::lock_guard lock(lane.mutex);
      lane.filling.swap(lane.writing);
      trouble_.dropped_lines += std::exchange(lane.dropped, 0);
    }
    write_text(lane.writing);
    lane.writing.clear();
  }
}

void LogSink::write_text(std::string_view text) {
  if (text.empty()) return;
  if (is_torn_) is_torn_ = ::write(descriptor_, "\n", 1) != 1;
  while (!text.empty()) {
    if (!wait_until_writable()) return lose(text, EAGAIN);
    // A pipe that poll() calls writable takes PIPE_BUF bytes without a wait (pipe(7)).
    const std::size_t size =
        is_regular_ ? text.size() : std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(descriptor_, text.data(), size);
    if (written >= 0) {
      is_torn_ = written > 0 && text[static_cast<std::size_t>(written) - 1] != '\n';
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return lose(text, errno);
    }
  }
}

bool LogSink::wait_until_writable() {
  if (is_regular_) return true;
  for (;;) {
    pollfd wanted{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    if (::poll(&wanted, 1, 100) > 0) return true;
    if (is_stopping_ && --patience_ <= 0) return false;
  }
}

void LogSink::lose(std::string_view text, int error) {
  trouble_.dropped_lines += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  error_ = fmt::format("{}: cannot write: {}", options_.path, reason(error));
}

void LogSink::use(int descriptor) {
  if (descriptor_ >= 0 && !is_standard(descriptor_)) ::close(descriptor_);
  descriptor_ = descriptor;
  is_regular_ = is_regular_file(descriptor);
  is_torn_ = false;
}

void LogSink::reopen_now() {
  const int fresh = open_path(options_.path);
  if (fresh >= 0) return use(fresh);
  error_ =
      fmt::format("{}: cannot open anew, the old file stays: {}", options_.path, reason(errno));
}

void LogSink::report() {
  trouble_.error = error_;
  const bool is_worth_it = trouble_.dropped_lines > 0 || !error_.empty();
  if (is_worth_it && options_.on_trouble) options_.on_trouble(trouble_);
  trouble_ = {};
  error_.clear();
}

}  // namespace gw::proxy
