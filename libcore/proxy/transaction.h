// One request with its response: drives an Exchange with what comes from the sockets.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/exchange.h"
#include "http/framing.h"
#include "http/head_writer.h"
#include "net/body_reader.h"
#include "proxy/access_log_line.h"
#include "proxy/after.h"
#include "proxy/body_pump.h"
#include "proxy/client_connection.h"
#include "proxy/counters.h"
#include "proxy/dialer.h"
#include "proxy/workspace.h"

namespace gw::proxy {

class Transaction {
 public:
  Transaction(ClientConnection& client, Workspace& workspace, GenerationPtr generation);

  // Cuts the upstream's side off.
  void abort() {
    if (upstream_) upstream_->stream.abort();
  }
  // When the upstream, else the client, was last heard.
  [[nodiscard]] SteadyTime last_heard() const { return answered_.steady; }
  // At least one byte of the request has arrived.
  [[nodiscard]] net::Task<After> run();

 private:
  using Step = gateway::Step;
  enum class HeadResult : std::uint8_t { incomplete, complete, refused, timeout, gone };
  // How a try ended: with the core's next step, or with the response sent (nullopt).
  using Attempted = std::optional<Step>;

  // transaction.cpp: the client's side
  [[nodiscard]] HeadResult parse_head();
  [[nodiscard]] net::Task<HeadResult> read_head();
  [[nodiscard]] std::uint16_t begin(HeadResult head);
  [[nodiscard]] After end();
  [[nodiscard]] net::Task<After> refuse(std::uint16_t status);
  [[nodiscard]] Attempted count_at_once(const gateway::NeedCounters& need);
  [[nodiscard]] Attempted count_late(Counters::Asked asked);
  [[nodiscard]] Step counted(Counters::Asked asked);
  [[nodiscard]] net::Task<Attempted> read_body(gateway::NeedBody need);
  [[nodiscard]] Attempted refuse_body(net::BodyError error);
  [[nodiscard]] net::Task<void> respond(gateway::Respond answer);
  [[nodiscard]] bool body_rest();
  [[nodiscard]] net::Task<void> settle();
  [[nodiscard]] net::Task<bool> say_continue();
  void take_head();
  [[nodiscard]] bool may_keep_alive() const;
  void log();
  void describe(AccessEntry& entry) const;

  // attempt.cpp: the upstream's side
  [[nodiscard]] net::Task<Attempted> attempt(gateway::Try attempt);
  [[nodiscard]] bool write_request_head(const gateway::Try& attempt);
  [[nodiscard]] net::Task<std::optional<gateway::AttemptError>> exchange_with_upstream(
      const gateway::Try& attempt);
  [[nodiscard]] net::Task<bool> start_pump(const gateway::Try& attempt);
  [[nodiscard]] http::Body upstream_body(const gateway::Try& attempt) const;
  [[nodiscard]] std::string_view whole_body(const gateway::Try& attempt) const;
  [[nodiscard]] bool must_stream(const gateway::Try& attempt) const;
  [[nodiscard]] net::Task<std::optional<gateway::AttemptError>> read_response_head(
      const gateway::Try& attempt);
  [[nodiscard]] net::Task<bool> pass_on_interim(const http::ResponseHeadView& head);
  [[nodiscard]] Attempted after_client_failure();
  [[nodiscard]] bool may_redial(gateway::AttemptError error) const;
  [[nodiscard]] gateway::AttemptError refused_or(const gateway::Try& attempt,
                                                 gateway::AttemptError error);
  [[nodiscard]] bool client_has_failed() const;
  void log_failed_try(const gateway::Try& attempt, gateway::AttemptError error);

  // relay.cpp: the response
  [[nodiscard]] bool begin_relay(const http::ResponseHead& head);
  [[nodiscard]] std::optional<std::string_view> whole_answer() const;
  [[nodiscard]] net::Task<void> relay(gateway::Relay relay, const gateway::Try& attempt);
  [[nodiscard]] net::Task<bool> relay_body(const gateway::Try& attempt);
  void end_relay(bool whole);
  [[nodiscard]] net::Task<void> tunnel(gateway::Relay relay, const gateway::Try& attempt);
  [[nodiscard]] net::Task<void> stop_pump();
  void release_upstream(bool clean);

  ClientConnection& client_;
  Worker& worker_;
  Workspace& memory_;
  GenerationPtr generation_;
  Instant arrived_;
  gateway::RequestView request_;
  http::RequestFraming framing_;
  std::optional<gateway::Exchange> exchange_;
  std::optional<net::BodyReader> body_;
  bool body_kept_ = false;  // the whole body, or its begin, is in memory_.body
  bool waited_ = false;     // for the body or for counters: arrived_ is not now any more
  bool continued_ = false;  // 100 was sent, or is not wanted
  bool heard_ = false;      // the upstream has sent something in answer

  Dialer::Connection upstream_;
  http::ResponseFraming response_;
  std::unique_ptr<BodyPump> pump_;

  std::uint16_t status_ = 0;
  bool keep_alive_ = false;
  bool broken_ = false;             // the client is gone, or its response is not whole
  std::uint64_t sent_ = 0;          // bytes of the response's body
  bool answer_is_chunked_ = false;  // towards the client
  Instant dialling_;
  SteadyTime connected_at_{};
  Instant answered_;
  std::optional<std::chrono::microseconds> upstream_latency_;
};

}  // namespace gw::proxy
