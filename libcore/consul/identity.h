// What a service shows and trusts in the mesh, and whether it is fit to be used.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "consul/answers.h"

namespace gw::consul {

// Whether `leaf` is that of `service`, is valid at `now`, leads to one of the roots by what it
// brings along, and belongs to its key. ErrorCode::invalid, with everything that is wrong.
[[nodiscard]] Result<void> check_identity(const Roots& roots, const Leaf& leaf,
                                          const std::string& service, WallSeconds now);

// Whether the source should have renewed the leaf by now: nine tenths of its life are over
// (consul-behaviour.md 3.5).
[[nodiscard]] bool is_overdue(const Leaf& leaf, WallSeconds now);
// Whether a third of its life or less is left: somebody should know.
[[nodiscard]] bool is_expiring(const Leaf& leaf, WallSeconds now);
// When to ask again for a leaf that nobody has renewed: by chance between 90 and 95 % of its life,
// so that a fleet does not ask at once.
[[nodiscard]] WallSeconds renewal_time(const Leaf& leaf, Rng& rng);

}  // namespace gw::consul
