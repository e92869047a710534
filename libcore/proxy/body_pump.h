// A request's body on its way to the upstream, while the response is awaited.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/settings_server.h"
#include "net/body_reader.h"
#include "net/signal.h"

namespace gw::proxy {

// A client may pause, but not for longer than the rate allows for all that it has sent.
[[nodiscard]] SteadyTime body_deadline(const gateway::ClientSettings& bounds, SteadyTime began,
                                       std::uint64_t bytes);

// Runs as a coroutine of its own beside the transaction, which outlives it and waits for it with
// finished(). Trailers are dropped.
class BodyPump {
 public:
  enum class Result : std::uint8_t {
    running,
    sent,             // all of it, the last chunk included
    client_failed,    // gone, too slow or malformed: see error()
    too_large,        // over the bound on bodies
    upstream_failed,  // does not take it; its response may still come
    stopped,
  };

  // `prefix`: what was read of the body before. `chunked`: how the upstream gets it.
  // `response_timeout` begins for the upstream's reader when all has been sent.
  BodyPump(net::Stream& client, net::Stream& upstream, net::BodyReader& body,
           std::string_view prefix, bool chunked, const gateway::ClientSettings& bounds,
           std::chrono::milliseconds response_timeout);

  void start();
  // Ends it soon, wherever it waits.
  void stop();
  [[nodiscard]] net::Task<void> finished();
  [[nodiscard]] Result result() const { return result_; }
  [[nodiscard]] net::BodyError error() const { return error_; }

 private:
  net::Task<void> run();
  net::Task<Result> pump();
  net::Task<bool> send(std::string_view data, bool last);
  void finish(Result result);

  net::Stream& client_;
  net::Stream& upstream_;
  net::BodyReader& body_;
  std::string_view prefix_;
  bool chunked_;
  const gateway::ClientSettings& bounds_;
  std::chrono::milliseconds response_timeout_;
  SteadyTime began_;
  bool stopping_ = false;
  Result result_ = Result::running;
  net::BodyError error_ = net::BodyError::none;
  net::Signal done_;
};

}  // namespace gw::proxy
