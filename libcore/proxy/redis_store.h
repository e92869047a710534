// One Redis, or Redis Cluster, as a store of counters: what is asked goes to the node that has the
// key, and what comes back is checked before it means anything.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "limit/charge.h"
#include "limit/counter_script.h"
#include "limit/synced_store.h"
#include "model/plugin.h"
#include "net/buffer.h"
#include "net/loop.h"
#include "net/redis_client.h"
#include "net/redis_slots.h"
#include "proxy/generation.h"
#include "proxy/store_watch.h"

namespace gw::proxy {

// Of one worker; used from its loop's thread alone. Coroutines keep it alive.
class RedisStore : public std::enable_shared_from_this<RedisStore> {
 public:
  struct Surroundings {
    net::Loop& loop;
    net::BufferPool& buffers;
    net::Resolver& resolver;
    StoreWatch& watch;
    std::weak_ptr<const void> token;  // held by whatever runs here
  };
  RedisStore(Surroundings around, model::RedisTarget target, ClientTlsPtr tls);
  ~RedisStore();
  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;

  // Connects; comes before any question.
  void start();
  void stop();
  // The config names it no more: it answers those that still ask, and whether it works is told to
  // nobody.
  void retire();

  // As MemoryStore::charge. One round trip; in a cluster one for each run of charges with the same
  // identifier, whose keys share a slot.
  [[nodiscard]] net::Task<Result<std::size_t>> charge(std::span<const limit::Charge> charges,
                                                      WallTime now, std::span<limit::Reading> out);
  // For sync_rate: what is counted there.
  [[nodiscard]] net::Task<Result<std::vector<limit::Total>>> read(
      std::span<const limit::CounterName> names);
  // How many of `deltas` have been added, from the first on.
  [[nodiscard]] net::Task<std::size_t> add(std::span<const limit::Delta> deltas, WallTime now);

 private:
  struct Node {
    std::shared_ptr<net::RedisClient> client;
    std::string name;
    bool failing = false;  // has been told so
    bool probing = false;  // asks by itself whether it still is
  };
  // A question without an answer.
  struct Miss {
    net::RedisFailure why;
    const Node* node = nullptr;  // that was asked last
  };
  struct Question {
    std::span<const std::string_view> words;
    std::string_view key;  // decides on the node
  };

  [[nodiscard]] Node& node_at(const net::RedisNode& where);
  [[nodiscard]] Node& node_for(std::string_view key);
  [[nodiscard]] limit::KeyLayout layout() const {
    return cluster_ ? limit::KeyLayout::tagged : limit::KeyLayout::plain;
  }
  void on_up(Node& node, const net::RedisGreeting& greeting);
  // `asked`: when the question was.
  void note(Node& node, const net::RedisAnswer& answer, SteadyTime asked);
  void probe_later(Node& node);
  void probe(Node& node);
  [[nodiscard]] Node* redirect(Node& from, const net::RedisFailure& why);
  void refresh_slots(Node& node);
  // `fill` gives the Question, by digest or by the script's text; `take` reads the answer, and says
  // whether it is one to that question. nullopt: it was taken.
  template <class Fill, class Take>
  [[nodiscard]] net::Task<std::optional<Miss>> ask(Fill fill, Take take);
  [[nodiscard]] net::Task<void> pause();
  [[nodiscard]] Question script_question(limit::ScriptCall::By by);
  [[nodiscard]] Question read_question(std::span<const limit::CounterName> names);
  [[nodiscard]] Error undecided(const Miss& miss);

  Surroundings around_;
  model::RedisTarget target_;
  ClientTlsPtr tls_;
  bool cluster_ = false;
  bool retired_ = false;
  net::RedisSlotMap slots_;
  SteadyTime refreshed_{};
  std::vector<std::unique_ptr<Node>> nodes_;  // the first is the one that the config names
  limit::ScriptCall call_;
  std::vector<std::string> keys_;  // of a read
  std::vector<std::string_view> words_;
  std::vector<std::int64_t> used_;
};

}  // namespace gw::proxy
