#include "net/stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace gw::net {
namespace {

namespace asio = boost::asio;

constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kAwait{};

std::size_t total(std::span<const iovec> parts) {
  std::size_t sum = 0;
  for (const iovec& part : parts) sum += part.iov_len;
  return sum;
}

}  // namespace

void SslFree::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

std::span<iovec> drop(std::span<iovec> parts, std::size_t n) {
  while (!parts.empty() && n >= parts.front().iov_len) {
    n -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (n > 0) {
    parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + n;
    parts.front().iov_len -= n;
  }
  return parts;
}

Stream::Stream(Loop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {}

Stream::~Stream() {
  close();
}

// ---- deadlines: one timer for both directions, never later than a deadline that is to come ----

void Stream::set_deadline(SteadyTime& which, SteadyTime deadline) {
  which = deadline;
  if (deadline == kNever || (alarm_ && alarm_->first <= deadline)) return;
  if (alarm_) loop_.cancel(*alarm_);
  alarm_ = loop_.at(deadline, [this] { on_alarm(); });
}

// One direction's time may be over long before the other's, which needs its alarm all the same.
void Stream::on_alarm() {
  alarm_.reset();
  const SteadyTime now = loop_.now().steady;
  SteadyTime next = kNever;
  bool is_over = false;
  for (const SteadyTime deadline : {read_deadline_, write_deadline_}) {
    if (deadline <= now) {
      is_over = true;
    } else {
      next = std::min(next, deadline);
    }
  }
  if (next != kNever) alarm_ = loop_.at(next, [this] { on_alarm(); });
  if (!is_over) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

bool Stream::expired(Waiting who) const {
  const SteadyTime deadline = who == Waiting::read ? read_deadline_ : write_deadline_;
  return deadline != kNever && loop_.now().steady >= deadline;
}

void Stream::interrupt() {
  interrupted_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

// ---- plain ----

Io Stream::interpret(const boost::system::error_code& error, std::size_t bytes, Waiting who) const {
  if (!error) return {bytes, IoError::none};
  if (error == asio::error::eof) return {0, IoError::ended};
  if (error == asio::error::operation_aborted && socket_.is_open() &&
      (interrupted_ || expired(who))) {
    return {0, IoError::timeout};
  }
  return {0, IoError::failed};
}

// The other direction's deadline cancels this one too: then it just waits again.
#define GW_WAIT_AGAIN(error, who) \
  ((error) == asio::error::operation_aborted && socket_.is_open() && !interrupted_ && !expired(who))

Task<Io> Stream::read(std::span<char> into) {
  if (ssl_) {
    const Io io = co_await read_ssl(into);
    co_return io;
  }
  interrupted_ = false;
  while (true) {
    const auto [error, bytes] =
        co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), kAwait);
    if (GW_WAIT_AGAIN(error, Waiting::read)) continue;
    co_return interpret(error, bytes, Waiting::read);
  }
}

Task<Io> Stream::wait_readable() {
  if (ssl_ && (SSL_pending(ssl_.get()) > 0 || !records_->in.empty())) co_return Io{};
  interrupted_ = false;
  const Io io = co_await wait_for(Wish::readable, Waiting::read);
  co_return io;
}

Task<Io> Stream::wait_for(Wish wish, Waiting who) {
  const auto what = wish == Wish::writable ? Socket::wait_write : Socket::wait_read;
  while (true) {
    const auto [error] = co_await socket_.async_wait(what, kAwait);
    if (GW_WAIT_AGAIN(error, who)) continue;
    co_return interpret(error, 0, who);
  }
}

Stream::Now Stream::write_now(std::span<iovec> parts) {
  if (ssl_) return ssl_write_now(parts);
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return {static_cast<std::size_t>(sent), Wish::done};
  const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {0, full ? Wish::writable : Wish::failed};
}

Task<Io> Stream::write(std::string_view bytes) {
  std::array<iovec, 1> part{{{const_cast<char*>(bytes.data()), bytes.size()}}};
  const auto io = co_await write(part);
  co_return io;
}

Task<Io> Stream::write(std::span<iovec> parts) {
  const std::size_t all = total(parts);
  if (const auto written = write_at_once(parts)) co_return *written;
  auto io = co_await finish(parts);
  if (io.ok()) io.bytes = all;
  co_return io;
}

std::optional<Io> Stream::write_at_once(std::span<iovec>& parts) {
  const std::size_t all = total(parts);
  const Now now = write_now(parts);
  if (now.wish == Wish::failed) return Io{0, IoError::failed};
  if (now.bytes == all) return Io{all, IoError::none};
  parts = drop(parts, now.bytes);
  return std::nullopt;
}

Task<Io> Stream::finish(std::span<iovec> parts) {
  Wish wish = Wish::done;
  while (total(parts) > 0) {
    if (wish == Wish::readable || wish == Wish::writable) {
      if (write_patience_.count() > 0) write_by(loop_.now().steady + write_patience_);
      const Io waited = co_await progress(wish, Waiting::write);
      if (!waited.ok()) co_return waited;
    }
    const Now now = write_now(parts);
    if (now.wish == Wish::failed || now.wish == Wish::ended || now.wish == Wish::truncated) {
      co_return Io{0, IoError::failed};
    }
    parts = drop(parts, now.bytes);
    wish = now.wish;
  }
  write_deadline_ = kNever;
  co_return Io{};
}

// ---- TLS ----

Stream::Now Stream::judge_ssl(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {0, Wish::readable};
    case SSL_ERROR_WANT_WRITE:
      return {0, Wish::writable};
    case SSL_ERROR_ZERO_RETURN:
      return {0, Wish::ended};
    case SSL_ERROR_SSL: {
      const unsigned long code = ERR_peek_last_error();
      if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return {0, Wish::truncated};
      if (ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET) {
        alert_ = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
      }
      const char* reason = ERR_reason_error_string(code);
      tls_failure_ = reason != nullptr ? reason : "TLS failed";
      return {0, Wish::failed};
    }
    default:
      if (tls_failure_.empty()) tls_failure_ = "the connection was closed or reset";
      return {0, Wish::failed};
  }
}

Stream::Now Stream::ssl_read_now(std::span<char> into) {
  ERR_clear_error();
  const int want = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
  const int got = SSL_read(ssl_.get(), into.data(), want);
  if (got > 0) return {static_cast<std::size_t>(got), Wish::done};
  return judge_ssl(got);
}

// A record costs a header, a tag and a call: small parts go out as one.
Stream::Now Stream::ssl_write_now(std::span<iovec> parts) {
  static thread_local std::array<char, std::size_t{16} * 1024> record;
  while (!parts.empty() && parts.front().iov_len == 0) parts = parts.subspan(1);
  if (parts.empty()) return {};
  const char* data = static_cast<const char*>(parts.front().iov_base);
  std::size_t size = parts.front().iov_len;
  if (parts.size() > 1 && size < record.size()) {
    std::size_t filled = 0;
    for (const iovec& part : parts) {
      const std::size_t n = std::min(part.iov_len, record.size() - filled);
      if (n > 0) std::memcpy(record.data() + filled, part.iov_base, n);
      filled += n;
      if (filled == record.size()) break;
    }
    data = record.data();
    size = filled;
  }
  ERR_clear_error();
  const int sent =
      SSL_write(ssl_.get(), data, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
  if (sent > 0) return {static_cast<std::size_t>(sent), Wish::done};
  return judge_ssl(sent);
}

Task<Io> Stream::read_ssl(std::span<char> into) {
  interrupted_ = false;
  while (true) {
    const Now now = ssl_read_now(into);
    switch (now.wish) {
      case Wish::done:
        co_return Io{now.bytes, IoError::none};
      case Wish::ended:
        co_return Io{0, IoError::ended};
      case Wish::truncated:
        co_return Io{0, IoError::truncated};
      case Wish::failed:
        co_return Io{0, IoError::failed};
      case Wish::readable:
      case Wish::writable:
        break;
    }
    const Io io = co_await progress(now.wish, Waiting::read);
    if (!io.ok()) co_return io;
  }
}

// What OpenSSL has to have before it can go on.
Task<Io> Stream::progress(Wish wish, Waiting who) {
  if (wish == Wish::readable && ssl_) {
    const Io filled = co_await fill_records();
    co_return filled;
  }
  const Io waited = co_await wait_for(wish, who);
  co_return waited;
}

// The end of the stream is OpenSSL's to judge: it knows whether the peer has said goodbye.
Task<Io> Stream::fill_records() {
  while (true) {
    const auto room = records_->in.room();
    const auto [error, bytes] =
        co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kAwait);
    if (GW_WAIT_AGAIN(error, Waiting::read)) continue;
    if (error == asio::error::eof) {
      records_->ended = true;
      co_return Io{};
    }
    if (!error) records_->in.commit(bytes);
    co_return interpret(error, bytes, Waiting::read);
  }
}

void Stream::attach(SslHandle ssl, BufferPool& pool) {
  records_ = std::make_unique<RecordSource>(pool);
  ssl_ = std::move(ssl);
  SSL_set0_rbio(ssl_.get(), records_->make_bio());
  SSL_set0_wbio(ssl_.get(), BIO_new_socket(socket_.native_handle(), BIO_NOCLOSE));
  boost::system::error_code ignored;
  socket_.native_non_blocking(true, ignored);
}

Task<Io> Stream::handshake(SslHandle ssl, BufferPool& pool) {
  attach(std::move(ssl), pool);
  interrupted_ = false;
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) co_return Io{};
    const Now now = judge_ssl(result);
    if (now.wish != Wish::readable && now.wish != Wish::writable) {
      if (tls_failure_.empty()) tls_failure_ = "the peer closed the connection";
      co_return Io{0, IoError::failed};
    }
    const Io io = co_await progress(now.wish, Waiting::read);
    if (!io.ok()) {
      tls_failure_ =
          io.error == IoError::timeout ? "timed out" : "the connection was closed or reset";
      co_return io;
    }
  }
}

#undef GW_WAIT_AGAIN

// ---- state ----

bool Stream::is_quiet() {
  char byte = 0;
  if (!socket_.is_open()) return false;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  return got > 0 && ssl_ && only_tickets_came();
}

// Whether something had arrived, which OpenSSL can read now.
bool Stream::take_arrived() {
  const auto room = records_->in.room();
  const ssize_t got = ::recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (got > 0) records_->in.commit(static_cast<std::size_t>(got));
  return got > 0;
}

// TLS 1.3 may send session tickets at any time: only application bytes spoil a connection.
bool Stream::only_tickets_came() {
  char byte = 0;
  return take_arrived() && ssl_read_now({&byte, 1}).wish == Wish::readable;
}

std::optional<int> Stream::find_alert() {
  char byte = 0;
  while (!alert_ && ssl_ && ssl_read_now({&byte, 1}).wish == Wish::readable && take_arrived()) {
  }
  return alert_;
}

void Stream::release_memory() {
  if (records_ && records_->in.empty()) records_->in.release();
}

void Stream::shutdown_send() {
  if (!socket_.is_open()) return;
  if (ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::close() {
  if (alarm_) loop_.cancel(*alarm_);
  alarm_.reset();
  if (!socket_.is_open()) return;
  if (ssl_ && SSL_is_init_finished(ssl_.get()) != 0) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Stream::abort() {
  if (!socket_.is_open()) return;
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  // No close_notify: it would call the bytes so far complete. Who still waits here needs the
  // session.
  if (ssl_) SSL_set_quiet_shutdown(ssl_.get(), 1);
  close();
}

}  // namespace gw::net
