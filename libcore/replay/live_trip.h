// A request through the real proxy: its bytes out on a socket, the response's bytes back in.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "http/framing.h"
#include "http/head_parser.h"
#include "replay/live_client.h"
#include "replay/live_gateway.h"
#include "replay/live_loop.h"
#include "replay/overshoot.h"
#include "replay/trip.h"

namespace gw::replay {

class LiveTrip final : public Trip {
 public:
  // `audit` may be nullptr: nobody asks.
  LiveTrip(LiveGateway& gateway, OvershootAudit* audit);
  // Breaks off what is under way.
  ~LiveTrip() override;

  void start(const ArrivingRequest& request, std::uint32_t node, WallTime now, Keep keep) override;
  [[nodiscard]] std::optional<WallTime> due() const override;
  void resume() override;

  // What the gateway tells of the request.
  [[nodiscard]] gateway::Trace* on_begun();
  void on_counting(std::span<const limit::Charge> charges);
  void on_ended(const gateway::Exchange& exchange);

 private:
  [[nodiscard]] net::Task<void> run();
  [[nodiscard]] net::Task<std::string> exchange(bool& heard);
  [[nodiscard]] net::Task<std::string> read_head(bool& heard);
  [[nodiscard]] net::Task<std::string> read_body(const http::ResponseFraming& framing);
  void take_head();
  [[nodiscard]] bool is_over() const { return !is_running_ && is_begun_ == is_ended_; }
  void conclude();
  void look_ahead();

  LiveGateway& gateway_;
  LiveLoop& loop_;
  OvershootAudit* audit_;
  http::ResponseParser parser_;
  LiveClientKey key_;
  const ArrivingRequest* request_ = nullptr;
  LiveClient::ConnectionPtr connection_;
  std::optional<LiveLoop::Mark> awaited_;
  std::optional<WallTime> due_;
  bool is_running_ = false;
  bool is_begun_ = false;
  bool is_ended_ = false;
  std::vector<OvershootAudit::Entry> judged_;
};

}  // namespace gw::replay
