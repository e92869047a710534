// Every entity of the running config as the files have it, to be looked up and shown.
//
// The model keeps what requests need; the Admin API shows all that was written (tags, remarks of
// plugins that are not run, health checks), so it keeps the checked documents. Immutable, shared.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "config/inventory.h"
#include "config/load.h"
#include "config/schema.h"
#include "model/level.h"

namespace gw::admin {

class Catalogue;
using CataloguePtr = std::shared_ptr<const Catalogue>;

class Catalogue {
 public:
  // Of documents that config::load() has accepted, with the level that it found.
  [[nodiscard]] static CataloguePtr make(std::vector<config::Document> documents,
                                         const std::vector<config::Patch>& patches,
                                         model::Level level, WallTime loaded_at);
  [[nodiscard]] static CataloguePtr empty(model::Level level);

  [[nodiscard]] const model::Level& level() const;
  [[nodiscard]] WallTime loaded_at() const;
  // 32 hex digits that depend on what the documents say, not on their layout; all zeros before any
  // config was loaded.
  [[nodiscard]] const std::string& hash() const;

  // Ascending by id; without those that a later entity replaced.
  [[nodiscard]] std::span<const config::Entity* const> of(std::string_view collection) const;
  [[nodiscard]] const config::Entity* by_id(std::string_view collection, const Uuid& id) const;
  // By the text of its endpoint key.
  [[nodiscard]] const config::Entity* by_name(std::string_view collection,
                                              std::string_view name) const;
  // Those whose `field` refers to `parent`; ascending by id.
  [[nodiscard]] std::span<const config::Entity* const> children(std::string_view collection,
                                                                std::string_view field,
                                                                const Uuid& parent) const;
  // The entity that a foreign field refers to; nullptr when it is not set.
  [[nodiscard]] const config::Entity* target(const config::Entity& entity,
                                             std::string_view field) const;

  ~Catalogue();
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

 private:
  struct State;
  explicit Catalogue(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

// The field whose text names an entity in paths; "" when only its id does.
[[nodiscard]] std::string_view endpoint_key(const config::EntitySpec& spec,
                                            const model::Level& level);

// A config that was read, checked and bound, ready to be made the running one.
struct Candidate {
  model::Config config;
  CataloguePtr catalogue;
};

// One text (YAML or JSON) as a whole config. nullopt after errors; every mistake is in
// `diagnostics`, among them values that GET /config had masked.
[[nodiscard]] std::optional<Candidate> read_candidate(std::string_view name, std::string_view text,
                                                      const config::LoadOptions& options,
                                                      WallTime now, config::Sources& sources,
                                                      config::Diagnostics& diagnostics);

}  // namespace gw::admin
