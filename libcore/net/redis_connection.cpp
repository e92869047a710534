#include "net/redis_connection.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace gw::net {

using Kind = RedisFailure::Kind;

RedisConnection::RedisConnection(Loop& loop, Socket socket, BufferPool& pool,
                                 std::chrono::milliseconds timeout)
    : loop_(loop), stream_(loop, std::move(socket)), in_(pool), timeout_(timeout) {
  stream_.write_patience(timeout);
}

void RedisConnection::start(std::shared_ptr<const void> token) {
  token_ = std::move(token);
  watch();
  ++running_;
  boost::asio::co_spawn(loop_.executor(), read(shared_from_this()), boost::asio::detached);
}

void RedisConnection::ask(std::span<const std::string_view> words, RedisHandler handler) {
  append_command(out_, words);
  outstanding_.push_back({std::move(handler), loop_.now().steady});
  if (outstanding_.size() == 1) watch();
  flush_soon();
}

// The oldest question's deadline comes first: all have the same patience.
void RedisConnection::watch() {
  stream_.read_by(outstanding_.empty() ? Stream::kNever : outstanding_.front().asked + timeout_);
}

Task<void> RedisConnection::read([[maybe_unused]] std::shared_ptr<RedisConnection> self) {
  while (open_) {
    const auto room = in_.room();
    const Io io = co_await stream_.read(room);
    if (!open_) break;
    if (io.error == IoError::timeout) {
      close({Kind::timeout, "no answer within " + std::to_string(timeout_.count()) + " ms"});
    } else if (!io.ok()) {
      close({Kind::closed,
             stream_.tls_failure().empty() ? "the connection was lost" : stream_.tls_failure()});
    } else {
      in_.commit(io.bytes);
      reader_.feed(in_.readable());
      in_.consume(io.bytes);
      take_answers();
    }
  }
  release();
}

void RedisConnection::take_answers() {
  while (open_) {
    auto reply = reader_.next();
    if (!reply) break;
    if (outstanding_.empty()) {
      close({Kind::out_of_step, "an answer that nobody asked for"});
      return;
    }
    RedisHandler handler = std::move(outstanding_.front().handler);
    outstanding_.pop_front();
    if (reply->type != RedisReply::Type::error) {
      ++answers_;
      handler(std::move(*reply));
      continue;
    }
    const RedisFailure failure = redis_error(reply->text);
    handler(std::unexpected(failure));
    if (failure.ends_connection()) close(failure);
  }
  if (!open_) return;
  if (!reader_.failure().empty()) {
    close({Kind::out_of_step, "no valid answer: " + reader_.failure()});
    return;
  }
  watch();
}

// One write for all that is asked in one turn of the loop.
void RedisConnection::flush_soon() {
  if (flushing_ || writing_) return;
  flushing_ = true;
  boost::asio::post(loop_.executor(), [self = shared_from_this()] {
    self->flushing_ = false;
    self->flush();
  });
}

void RedisConnection::flush() {
  if (!open_ || writing_ || out_.empty()) return;
  sending_.swap(out_);
  out_.clear();
  part_ = {sending_.data(), sending_.size()};
  std::span<iovec> parts(&part_, 1);
  if (const auto io = stream_.write_at_once(parts)) {
    if (!io->ok()) close({Kind::closed, "the connection was lost"});
    return;
  }
  writing_ = true;
  ++running_;
  boost::asio::co_spawn(loop_.executor(), finish_writing(shared_from_this()),
                        boost::asio::detached);
}

Task<void> RedisConnection::finish_writing([[maybe_unused]] std::shared_ptr<RedisConnection> self) {
  const Io io = co_await stream_.finish(std::span(&part_, 1));
  writing_ = false;
  if (open_ && !io.ok()) {
    close({io.error == IoError::timeout ? Kind::timeout : Kind::closed, "could not send"});
  }
  flush();
  release();
}

// Not on the spot: whoever waits may do anything, even end what this belongs to.
void RedisConnection::close(const RedisFailure& why) {
  if (!std::exchange(open_, false)) return;
  stream_.close();
  std::optional<SteadyTime> asked;
  if (!outstanding_.empty()) asked = outstanding_.front().asked;
  for (Outstanding& one : std::exchange(outstanding_, {})) {
    boost::asio::post(loop_.executor(), [handler = std::move(one.handler), own = why]() mutable {
      handler(std::unexpected(std::move(own)));
    });
  }
  if (const auto tell = std::exchange(on_close_, nullptr)) tell(why, asked);
}

void RedisConnection::release() {
  if (--running_ == 0) token_.reset();
}

}  // namespace gw::net
