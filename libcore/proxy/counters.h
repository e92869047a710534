// Where limits are counted: the seam between a request and its store.
#pragma once

#include <optional>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/exchange.h"
#include "limit/charge.h"
#include "net/loop.h"
#include "proxy/generation.h"

namespace gw::proxy {

// One worker's way to all stores; used from its loop's thread alone.
class Counters {
 public:
  Counters() = default;
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;
  virtual ~Counters() = default;

  // How many of `charges` were reached; their readings are in `out`. An Error: `store` did not
  // answer.
  using Asked = Result<std::size_t>;
  // Without waiting; nullopt: ask().
  [[nodiscard]] virtual std::optional<Asked> charge(const gateway::Store& store,
                                                    std::span<const limit::Charge> charges,
                                                    WallTime now,
                                                    std::span<limit::Reading> out) = 0;
  [[nodiscard]] virtual net::Task<Asked> ask(const gateway::Store& store,
                                             std::span<const limit::Charge> charges, WallTime now,
                                             std::span<limit::Reading> out) = 0;

  // The stores that are asked from now on; those of earlier generations still are by requests that
  // began with these.
  virtual void adopt(const Generation& /*generation*/) {}
  // No more answers: whoever waits for one is told so, soon.
  virtual void stop() {}
  [[nodiscard]] virtual bool is_idle() const { return true; }
};

// For a store that always answers at once.
class PromptCounters : public Counters {
 public:
  [[nodiscard]] net::Task<Asked> ask(const gateway::Store& store,
                                     std::span<const limit::Charge> charges, WallTime now,
                                     std::span<limit::Reading> out) override;
};

}  // namespace gw::proxy
