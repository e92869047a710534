// One pipelined connection to a Redis: questions go out together, answers come back in order.
//
// Any doubt ends it: an answer late, of a wrong form, or to no question at all. What is outstanding
// then fails, and no answer can reach another's question (hardening.md R2, R3, R14).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/uio.h>

#include "net/buffer.h"
#include "net/loop.h"
#include "net/redis_failure.h"
#include "net/redis_protocol.h"
#include "net/stream.h"

namespace gw::net {

// An error reply is a failure.
using RedisAnswer = std::expected<RedisReply, RedisFailure>;
using RedisHandler = std::move_only_function<void(RedisAnswer)>;

// Used from its loop's thread alone.
class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  static constexpr std::size_t kMostOutstanding = 10'000;

  // `timeout`: of each answer. Loop and pool outlive it.
  RedisConnection(Loop& loop, Socket socket, BufferPool& pool, std::chrono::milliseconds timeout);

  [[nodiscard]] Stream& stream() { return stream_; }
  // Once it is connected. `token` is held as long as something runs here.
  void start(std::shared_ptr<const void> token);
  // `handler` is called once, later; with an answer from the place where it is read.
  void ask(std::span<const std::string_view> words, RedisHandler handler);
  // Tells everyone who waits; then on_close, when it was not closed already.
  void close(const RedisFailure& why);
  [[nodiscard]] bool is_open() const { return open_; }
  // Good answers so far.
  [[nodiscard]] std::uint64_t answers() const { return answers_; }
  [[nodiscard]] bool is_full() const { return outstanding_.size() >= kMostOutstanding; }
  // `asked`: when the oldest question was that had no answer yet.
  using OnClose = std::function<void(const RedisFailure&, std::optional<SteadyTime> asked)>;
  void on_close(OnClose tell) { on_close_ = std::move(tell); }

 private:
  struct Outstanding {
    RedisHandler handler;
    SteadyTime asked;
  };
  Task<void> read(std::shared_ptr<RedisConnection> self);
  Task<void> finish_writing(std::shared_ptr<RedisConnection> self);
  void take_answers();
  void watch();
  void flush_soon();
  void flush();
  void release();

  Loop& loop_;
  Stream stream_;
  Buffer in_;
  std::chrono::milliseconds timeout_;
  RedisReader reader_;
  std::deque<Outstanding> outstanding_;
  std::string out_;      // gathers until the loop has come round
  std::string sending_;  // is on its way
  iovec part_{};
  bool open_ = true;
  bool flushing_ = false;
  bool writing_ = false;
  std::uint64_t answers_ = 0;
  std::size_t running_ = 0;  // coroutines of ours
  std::shared_ptr<const void> token_;
  OnClose on_close_;
};

}  // namespace gw::net
