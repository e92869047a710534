// One connection's bytes, plain or TLS, with deadlines: reads and writes as coroutines.
//
// TLS drives OpenSSL over the socket itself; an idle connection holds no buffer of ours.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/uio.h>

#include <boost/asio/ip/tcp.hpp>

#include "base/clock.h"
#include "net/buffer.h"
#include "net/loop.h"
#include "net/record_source.h"

struct ssl_st;

namespace gw::net {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

enum class IoError : std::uint8_t {
  none,
  ended,      // the peer has closed its side, in order
  truncated,  // TLS without close_notify: what came before may be incomplete
  timeout,    // the deadline has passed
  failed,     // reset, a TLS alert, and the like
};

struct Io {
  std::size_t bytes = 0;
  IoError error = IoError::none;
  [[nodiscard]] bool ok() const { return error == IoError::none; }
};

struct SslFree {
  void operator()(ssl_st* ssl) const;
};
using SslHandle = std::unique_ptr<ssl_st, SslFree>;

// One reader and one writer at a time, on the loop's thread. Deadlines are absolute and stay until
// changed. After close() whatever waits ends with IoError::failed.
class Stream {
 public:
  Stream(Loop& loop, Socket socket);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  static constexpr SteadyTime kNever = SteadyTime::max();
  void read_by(SteadyTime deadline) { set_deadline(read_deadline_, deadline); }
  void write_by(SteadyTime deadline) { set_deadline(write_deadline_, deadline); }
  // How long a write may stand still; counts anew whenever some of it has gone out.
  void write_patience(std::chrono::milliseconds patience) { write_patience_ = patience; }

  // Takes `ssl` and shakes hands, as server or client by how it was prepared. On failure
  // tls_failure() says why. `pool` outlives the stream.
  [[nodiscard]] Task<Io> handshake(SslHandle ssl, BufferPool& pool);
  // At least one byte, or an error.
  [[nodiscard]] Task<Io> read(std::span<char> into);
  // Everything, or an error.
  [[nodiscard]] Task<Io> write(std::string_view bytes);
  [[nodiscard]] Task<Io> write(std::span<iovec> parts);  // the parts are used up
  // Without waiting: nullopt when not everything went out; then finish(parts), which has what is
  // left. A coroutine saved on the path that nearly all messages take.
  [[nodiscard]] std::optional<Io> write_at_once(std::span<iovec>& parts);
  [[nodiscard]] Task<Io> finish(std::span<iovec> parts);
  // Until there is something to read, the end included.
  [[nodiscard]] Task<Io> wait_readable();

  // Whether an idle connection is as it was left: nothing arrived, not closed.
  [[nodiscard]] bool is_quiet();
  // Ends what waits here without closing; its result is IoError::timeout.
  void interrupt();
  // Before it lies idle: gives back what memory it can.
  void release_memory();
  void shutdown_send();
  void close();
  // As close(), with a reset: the peer must not take what it got for complete.
  void abort();
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }

  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] Loop& loop() { return loop_; }
  [[nodiscard]] ssl_st* ssl() const { return ssl_.get(); }
  [[nodiscard]] const std::string& tls_failure() const { return tls_failure_; }
  // After a failure of TLS: the number of the fatal alert that the peer has sent (RFC 8446 section
  // 6), which may lie unread behind a write that failed.
  [[nodiscard]] std::optional<int> find_alert();

 private:
  enum class Wish : std::uint8_t { done, readable, writable, ended, truncated, failed };
  struct Now {
    std::size_t bytes = 0;
    Wish wish = Wish::done;
  };
  enum class Waiting : std::uint8_t { read, write };

  Now write_now(std::span<iovec> parts);
  Now ssl_write_now(std::span<iovec> parts);
  Now ssl_read_now(std::span<char> into);
  Now judge_ssl(int result);
  Task<Io> wait_for(Wish wish, Waiting who);
  Task<Io> read_ssl(std::span<char> into);
  Task<Io> fill_records();
  Task<Io> progress(Wish wish, Waiting who);
  void attach(SslHandle ssl, BufferPool& pool);
  bool take_arrived();
  bool only_tickets_came();
  [[nodiscard]] Io interpret(const boost::system::error_code& error, std::size_t bytes,
                             Waiting who) const;
  [[nodiscard]] bool expired(Waiting who) const;
  void set_deadline(SteadyTime& which, SteadyTime deadline);
  void on_alarm();

  Loop& loop_;
  Socket socket_;
  std::unique_ptr<RecordSource> records_;  // outlives ssl_
  SslHandle ssl_;
  SteadyTime read_deadline_ = kNever;
  SteadyTime write_deadline_ = kNever;
  std::chrono::milliseconds write_patience_{0};  // 0: for ever
  std::optional<Timers::Id> alarm_;
  bool interrupted_ = false;
  std::string tls_failure_;
  std::optional<int> alert_;
};

// Drops the first `n` bytes of `parts`; what is left of them.
[[nodiscard]] std::span<iovec> drop(std::span<iovec> parts, std::size_t n);

}  // namespace gw::net
