// A stub's end of one connection: whole requests in, what the stub says out.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/framing.h"
#include "http/head_parser.h"
#include "net/buffer.h"
#include "net/stream.h"
#include "replay/live_stubs.h"

namespace gw::replay {

class LiveStubs::Connection {
 public:
  Connection(LiveStubs& stubs, net::Socket socket, LiveLinePtr line, const LiveTarget& target);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] net::Task<void> run();
  void close() { stream_.close(); }

 private:
  [[nodiscard]] net::Task<bool> shake_hands();
  [[nodiscard]] net::Task<void> refuse_handshake();
  [[nodiscard]] net::Task<bool> serve();
  [[nodiscard]] net::Task<bool> read_request();
  // Whether the gateway still waits when the time is over; nullopt: it never is.
  [[nodiscard]] net::Task<bool> hold(std::optional<std::chrono::microseconds> time);
  [[nodiscard]] net::Task<bool> answer(const Stub& stub);

  LiveStubs& stubs_;
  net::Stream stream_;
  net::Buffer in_;
  LiveLinePtr line_;
  const LiveTarget& target_;
  http::RequestParser parser_;
  std::string head_;
  UpstreamRequest request_;
  bool keep_alive_ = true;
};

}  // namespace gw::replay
