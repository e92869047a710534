// One look at whether something answers: what TCP and HTTP checks do, in Consul's words.
#pragma once

#include <string>

#include "mesh/catalog_types.h"
#include "net/buffer.h"
#include "net/loop.h"

namespace gw::mesh {

struct Found {
  Health status = Health::critical;
  std::string output;
};

// IP addresses and localhost only; other names are critical, and the output says so. `buffers`
// outlives the task.
[[nodiscard]] net::Task<Found> probe(net::Loop& loop, net::BufferPool& buffers, CheckKind kind,
                                     CheckPlan plan);

}  // namespace gw::mesh
