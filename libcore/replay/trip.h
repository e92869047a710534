// One request on its way through the gateway, whatever carries it there: a call of the core
// (flight.h), or sockets (live_trip.h).
//
// A trip waits in virtual time only: it says when it is due, and is resumed then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "gateway/exchange.h"
#include "gateway/trace.h"
#include "replay/arriving_request.h"
#include "replay/expectation.h"

namespace gw::replay {

// Reused from request to request.
class Trip {
 public:
  // How much is kept of what happens; less is faster.
  enum class Keep : std::uint8_t { outcome, observation, trace };

  Trip() = default;
  Trip(const Trip&) = delete;
  Trip& operator=(const Trip&) = delete;
  virtual ~Trip() = default;

  // `request` outlives the trip.
  virtual void start(const ArrivingRequest& request, std::uint32_t node, WallTime now,
                     Keep keep) = 0;
  // nullopt: it is over.
  [[nodiscard]] virtual std::optional<WallTime> due() const = 0;
  // Goes on at due(); nothing when it is over.
  virtual void resume() = 0;

  // Once it is over. Why there was no response at all; empty: there was one.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] std::uint32_t node() const { return node_; }
  [[nodiscard]] std::uint16_t status() const { return status_; }
  [[nodiscard]] gateway::Disposition disposition() const { return disposition_; }
  [[nodiscard]] const model::Route* route() const { return route_; }
  [[nodiscard]] const model::Consumer* consumer() const { return consumer_; }
  // With Keep::observation and Keep::trace.
  [[nodiscard]] const Observation& observation() const { return observation_; }
  [[nodiscard]] const gateway::Trace& trace() const { return trace_; }

 protected:
  void begin(std::uint32_t node, Keep keep);
  // What only the core knows of an answer.
  void note(const gateway::Exchange& exchange);
  // Of an answer that the core was not asked for.
  void note_refusal(std::uint16_t status);

  Keep keep_ = Keep::outcome;
  std::uint32_t node_ = 1;
  std::uint16_t status_ = 0;
  gateway::Disposition disposition_ = gateway::Disposition::failed;
  const model::Route* route_ = nullptr;
  const model::Consumer* consumer_ = nullptr;
  Observation observation_;
  gateway::Trace trace_;
  std::string trouble_;
};

// How a consumer or route is named in expectations and sums: "" for none.
[[nodiscard]] std::string shown_name(const model::Route* route);
[[nodiscard]] std::string shown_name(const model::Consumer* consumer);

}  // namespace gw::replay
