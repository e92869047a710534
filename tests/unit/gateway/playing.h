// A small gateway for tests of the pipeline: one route to one service, played step by step.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/balancer.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "gateway/snapshot.h"
#include "http/message.h"

namespace gw::gateway::test {

inline Instant at_ms(std::int64_t ms) {
  const auto since = std::chrono::milliseconds{ms};
  return {WallTime{std::chrono::seconds{1'700'000'000} + since}, SteadyTime{since}};
}

inline model::Target target(std::string host, std::uint32_t weight = 100) {
  return {.id = Uuid::v5(Uuid{}, host), .host = std::move(host), .port = 8000, .weight = weight};
}

inline model::Upstream upstream_of(std::vector<model::Target> targets,
                                   model::Algorithm algorithm = model::Algorithm::round_robin) {
  model::Upstream upstream;
  upstream.id = Uuid::v5(Uuid{}, "pool");
  upstream.name = "pool";
  upstream.algorithm = algorithm;
  upstream.targets = std::move(targets);
  return upstream;
}

// "/" to a service at web.internal, or to `upstream`.
inline model::Config config_of(model::Level level, std::optional<model::Upstream> upstream = {}) {
  model::Config config;
  config.level = level;
  model::Service service;
  service.id = Uuid::v5(Uuid{}, "service");
  service.name = "web";
  service.host = upstream ? upstream->name : "web.internal";
  model::Route route;
  route.id = Uuid::v5(Uuid{}, "route");
  route.name = "all";
  route.paths = {"/"};
  route.service = service.id;
  config.services.push_back(service);
  config.routes.push_back(route);
  if (upstream) config.upstreams.push_back(std::move(*upstream));
  return config;
}

class Gateway {
 public:
  explicit Gateway(model::Config config) {
    auto compiled = compile(std::move(config), {});
    if (!compiled) throw std::runtime_error(compiled.error().message);
    snapshot_ = std::move(*compiled);
  }

  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }
  Balancers& balancers() { return balancers_; }
  Scratch& scratch() { return scratch_; }
  Rng& rng() { return rng_; }

  // The request of the next exchange. Its texts outlive this object.
  std::vector<http::Field> fields{{"Host", "api.test"}};
  std::string_view method = "GET";
  std::string_view request_target = "/a";
  bool offers_websocket = false;

  // At most one at a time.
  Exchange& begin(std::int64_t ms = 0) {
    view_ = {.head = {method, request_target, http::Version::http11, fields},
             .peer = {IpAddress::loopback(), 40000},
             .sni = {},
             .offers_websocket = offers_websocket};
    return exchange_.emplace(*snapshot_, balancers_, scratch_, view_, at_ms(ms), rng_);
  }

 private:
  SnapshotPtr snapshot_;
  Balancers balancers_;
  Scratch scratch_;
  Rng rng_{1};
  RequestView view_;
  std::optional<Exchange> exchange_;
};

inline http::ResponseHeadView answer(std::uint16_t status,
                                     std::span<const http::Field> fields = {}) {
  return {status, http::reason_phrase(status), http::Version::http11, fields};
}

inline const http::ResponseHead& head_of(const Step& step) {
  if (const auto* relay = std::get_if<Relay>(&step)) return *relay->head;
  return *std::get<Respond>(step).head;
}

// "" when the field is not there.
inline std::string field(const Step& step, std::string_view name) {
  return std::string(http::find(head_of(step).fields, name).value_or(""));
}
inline std::string sent(const Step& step, std::string_view name) {
  return std::string(http::find(std::get<Try>(step).head->fields, name).value_or(""));
}

}  // namespace gw::gateway::test
