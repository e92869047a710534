#include "proxy/counters.h"

namespace gw::proxy {

net::Task<Counters::Asked> PromptCounters::ask(const gateway::Store& store,
                                               std::span<const limit::Charge> charges, WallTime now,
                                               std::span<limit::Reading> out) {
  auto asked = charge(store, charges, now, out);
  if (!asked) co_return fail(ErrorCode::internal, "a store that answers at once did not");
  co_return std::move(*asked);
}

}  // namespace gw::proxy
