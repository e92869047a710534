#include "mesh/state.h"

#include <utility>

#include "base/rng.h"
#include "base/uuid.h"

namespace gw::mesh {
namespace {

AgentSettings complete(AgentSettings settings) {
  if (settings.node_id.empty()) {
    Rng rng(random_seed());
    settings.node_id = Uuid::v4(rng).str();
  }
  return settings;
}

}  // namespace

State::State(net::Loop& its_loop, AgentSettings its_settings, std::unique_ptr<Authority> its_own)
    : loop(its_loop),
      settings(complete(std::move(its_settings))),
      changes(loop),
      authority(std::move(its_own)),
      leaves(loop, changes, *authority, settings.leaves),
      intentions(changes, settings.allow_by_default &&
                              (!settings.acl.enabled || settings.acl.allow_by_default)),
      catalog(changes),
      kv(changes),
      acl(settings.acl) {
  authority->stamp(changes.index());
}

Result<std::unique_ptr<State>> State::create(net::Loop& loop, AgentSettings settings) {
  auto authority = Authority::create(settings.datacenter, whole_seconds(loop.now().wall));
  if (!authority) return std::unexpected(authority.error());
  return std::make_unique<State>(loop, std::move(settings), std::move(*authority));
}

Result<void> State::rotate(const Secret& key, bool cross_sign) {
  auto rotated = authority->rotate(whole_seconds(loop.now().wall), key, cross_sign);
  if (!rotated) return rotated;
  authority->stamp(changes.advance());
  leaves.on_rotation();
  return {};
}

}  // namespace gw::mesh
