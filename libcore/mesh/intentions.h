// The agent's intentions, with what Consul keeps beside each (consul-behaviour.md 2.9 to 2.11).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "connect/intention.h"
#include "mesh/changes.h"

namespace gw::mesh {

struct StoredIntention {
  std::string id;  // UUID
  connect::Intention what;
  std::string description;
  std::map<std::string, std::string> meta;
  // Of 1.9 and later: rules by request, as JSON; what has them is denied by who knows none.
  std::string permissions;
  WallTime created{};
  WallTime updated{};
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;

  [[nodiscard]] int precedence() const {
    return connect::precedence(what.source, what.destination);
  }
  // "DENY default/web => default/api (ID: <uuid>, Precedence: 9)"
  [[nodiscard]] std::string str() const;
};

struct IntentionFields {
  connect::Intention what;
  std::string description{};
  std::map<std::string, std::string> meta{};
  std::string permissions{};  // then the action is deny
};

struct Decision {
  bool allowed = false;
  const StoredIntention* by = nullptr;  // nullptr: the default
};

// On the agent's loop alone; every change advances `changes`.
class Intentions {
 public:
  static constexpr std::size_t kMost = 4096;

  Intentions(Changes& changes, bool allow_by_default);

  // In the order of evaluation: precedence, then names.
  [[nodiscard]] const std::vector<StoredIntention>& all() const { return all_; }
  [[nodiscard]] const StoredIntention* find(std::string_view id) const;
  [[nodiscard]] const StoredIntention* find(std::string_view source,
                                            std::string_view destination) const;
  // Of the last change of any; what X-Consul-Index says of lists.
  [[nodiscard]] std::uint64_t index() const { return index_; }

  [[nodiscard]] Decision decide(std::string_view source, std::string_view destination) const;
  [[nodiscard]] bool allow_by_default() const { return allow_by_default_; }

  // Errors (invalid) are worded as Consul's: "duplicate intention found: ..."; too_large: there
  // are kMost already.
  [[nodiscard]] Result<std::string> create(IntentionFields fields, WallTime now);  // its id
  [[nodiscard]] Result<void> update(std::string_view id, IntentionFields fields, WallTime now);
  // By source and destination; keeps meta where the fields have none.
  Result<void> upsert(IntentionFields fields, WallTime now);
  bool remove(std::string_view id);
  bool remove(std::string_view source, std::string_view destination);

 private:
  using Place = std::vector<StoredIntention>::const_iterator;
  [[nodiscard]] Place place_of(std::string_view source, std::string_view destination) const;
  StoredIntention& insert(IntentionFields fields, WallTime now);
  void mark(StoredIntention& changed, WallTime now);
  void erase(Place place);

  Changes& changes_;
  bool allow_by_default_;
  std::uint64_t index_ = 1;
  Rng rng_;
  std::vector<StoredIntention> all_;  // in order: found by bisection
};

}  // namespace gw::mesh
