// A compiled configuration: immutable, shared by all workers, swapped whole.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "gateway/settings.h"
#include "model/entities.h"

namespace gw::gateway {

// `counting` of a scenario: exact, or what Kong itself does (kong-behaviour.md 1.6 and 1.7).
enum class CountingMode : std::uint8_t { exact, kong };

class Snapshot;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// The config must have been loaded without errors; a route that cannot be compiled is an Error.
// The level is config.level.
[[nodiscard]] Result<SnapshotPtr> compile(model::Config config, const Settings& settings,
                                          CountingMode counting = CountingMode::exact);

}  // namespace gw::gateway
