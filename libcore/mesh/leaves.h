// The leaves that the agent has handed out, kept as Consul's agent keeps them: one a service and
// token, renewed for those who wait (consul-behaviour.md sections 2.6, 3.5).
//
// Renewal is at a random moment between 60 and 90 % of the lifetime. Consul renews lifetimes under
// ten minutes at every request that waits, which its own bounds never let happen; here they are
// treated as others, and no leaf is renewed sooner than a second after it was made.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "mesh/authority.h"
#include "mesh/changes.h"
#include "net/loop.h"

namespace gw::mesh {

struct LeafPolicy {
  std::chrono::seconds ttl = std::chrono::hours(72);
  LeafProfile profile = LeafProfile::v1_8;
  // After a rotation watched leaves are issued anew at a random moment within this span. Consul's
  // agent takes 30 s.
  std::chrono::milliseconds rotation_spread{0};
  // Consul from 1.11 on: also who does not wait is given a new one when the root has changed or the
  // old one has ended. In 1.8 only a blocking request renews.
  bool renews_unasked = false;
};

inline constexpr std::size_t kMaxLeaves = 4096;  // beyond: the oldest that nobody waits for goes

struct CachedLeaf {
  IssuedLeaf leaf;
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;
  SteadyTime fetched{};
};

// On its loop's thread alone.
class Leaves {
 public:
  Leaves(net::Loop& loop, Changes& changes, Authority& authority, LeafPolicy policy);
  ~Leaves();
  Leaves(const Leaves&) = delete;
  Leaves& operator=(const Leaves&) = delete;

  struct Found {
    const CachedLeaf* entry = nullptr;  // until the next call
    bool was_cached = false;            // X-Cache: HIT
  };
  // `waits`: somebody waits for what is newer, so that the leaf is renewed in time from now on (a
  // timer; changes ring when it has been). Who has not waited for eleven minutes is not thought of
  // when the root changes, as little as one who never did. Errors are the authority's.
  [[nodiscard]] Result<Found> get(const std::string& service, const std::string& token, bool waits);

  // New leaves from now on; those handed out stay until they are renewed.
  void set_ttl(std::chrono::seconds ttl) { policy_.ttl = ttl; }
  [[nodiscard]] const LeafPolicy& policy() const { return policy_; }
  // After the authority's rotation: watched leaves are issued anew within the spread.
  void on_rotation();
  // Fault: every leaf of the service (made where there is none) is one that has ended, and stays so
  // for `how_long`; then it is issued anew. Errors (invalid): there cannot be such a service.
  [[nodiscard]] Result<void> expire(const std::string& service, std::chrono::milliseconds how_long);
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  // service, token
  struct Slot {
    CachedLeaf cached;
    std::optional<Timers::Id> renewal;  // armed for those who wait
    SteadyTime waited{SteadyTime::min()};
    bool rotates = false;  // its renewal is one for a new root
    std::list<Key>::iterator age;
  };
  using Slots = std::map<Key, Slot>;

  [[nodiscard]] Result<IssuedLeaf> issue(const std::string& service);
  [[nodiscard]] Result<Slots::iterator> make(const Key& key);
  // A new leaf in its place; false: none could be issued, and the old one stays.
  bool renew(const Key& key, Slot& slot, std::uint64_t index);
  void renew_later(const Key& key, Slot& slot, SteadyTime when);
  void on_renewal(const Key& key);
  void see_waiter(const Key& key, Slot& slot);
  void see_reader(const Key& key, Slot& slot);
  void end_fault(const std::string& service);
  void renew_service(const std::string& service);
  void make_room();
  void disarm(Slot& slot);
  [[nodiscard]] bool is_watched(const Slot& slot) const;
  [[nodiscard]] bool is_of_active_root(const Slot& slot) const;
  [[nodiscard]] SteadyTime renewal_of(const CachedLeaf& cached);

  net::Loop& loop_;
  Changes& changes_;
  Authority& authority_;
  LeafPolicy policy_;
  Rng rng_;
  Slots slots_;
  std::list<Key> ages_;  // the longest unused first
  std::map<std::string, Timers::Id> faults_;
};

}  // namespace gw::mesh
