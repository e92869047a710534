// One Redis server, kept in reach: dials, introduces itself, and comes back after every failure.
//
// While it is out of reach questions fail at once, and only the client itself tries again, with a
// back-off: a dead server costs no request any time (hardening.md R1, R2). Questions that come
// while a connection that has proven good is being replaced wait for the new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "base/secret.h"
#include "net/buffer.h"
#include "net/client_tls.h"
#include "net/loop.h"
#include "net/redis_connection.h"
#include "net/resolver.h"

namespace gw::net {

struct RedisScript {
  std::string_view text;
  std::string_view digest;
};

struct RedisOptions {
  std::string host;
  std::uint16_t port = 6379;
  std::string username;  // with a password only
  Secret password;       // empty: no AUTH
  int database = 0;
  std::shared_ptr<const ClientTls> tls;     // nullptr: plain
  bool encrypted = false;                   // without tls there is no connection then
  std::string server_name;                  // of TLS
  std::chrono::milliseconds timeout{2000};  // of getting connected, and of each answer
  // Lua, loaded on each new connection; run there once without keys or arguments, each has to
  // answer with an empty list.
  std::vector<RedisScript> scripts;
};

// What a new connection's server said of itself.
struct RedisGreeting {
  std::optional<RedisReply> slots;  // of a cluster: CLUSTER SLOTS
  std::string eviction;             // maxmemory-policy; empty: it would not say
};

// Used from its loop's thread alone; what it refers to outlives it and its coroutines, of which
// each holds the token.
class RedisClient : public std::enable_shared_from_this<RedisClient> {
 public:
  struct Surroundings {
    Loop& loop;
    BufferPool& buffers;
    Resolver& resolver;
    std::weak_ptr<const void> token;
  };
  struct Events {
    std::function<void(const RedisGreeting&)> up;
    std::function<void(const RedisFailure&)> down;  // on every attempt that fails
  };
  RedisClient(Surroundings around, RedisOptions options, Events events);

  void start();
  void stop();
  // nullopt: it may be asked.
  [[nodiscard]] std::optional<RedisFailure> refusal() const;
  [[nodiscard]] bool is_up() const { return state_ == State::up; }
  // When the attempt or the question began that has failed last: what was true of the server then
  // may be so no more.
  [[nodiscard]] SteadyTime failed_since() const { return failed_since_; }
  // Fails at once when there is a refusal.
  void ask(std::span<const std::string_view> words, RedisHandler handler);
  // The same, to be awaited at once: the words are taken then. `asking` as Redis Cluster has it,
  // for a slot on its way to this node.
  [[nodiscard]] Task<RedisAnswer> answer_to(std::span<const std::string_view> words,
                                            bool asking = false);
  // What it answered was none to the question: the connection is replaced.
  void distrust(const RedisFailure& why);
  [[nodiscard]] const RedisOptions& options() const { return options_; }

 private:
  enum class State : std::uint8_t { down, up, stopped };
  struct Waiting {
    std::vector<std::string> words;
    RedisHandler handler;
  };
  using ConnectionPtr = std::shared_ptr<RedisConnection>;
  Task<void> dial(std::shared_ptr<RedisClient> self, std::shared_ptr<const void> token);
  Task<std::expected<ConnectionPtr, RedisFailure>> connect(SteadyTime deadline);
  Task<std::expected<ConnectionPtr, RedisFailure>> connect_to(IpAddress ip, SteadyTime deadline);
  Task<std::optional<RedisFailure>> shake_hands(ConnectionPtr connection);
  Task<std::optional<RedisFailure>> greet(ConnectionPtr connection, RedisGreeting& greeting);
  void come_up(ConnectionPtr connection, const RedisGreeting& greeting);
  void fail(const RedisFailure& why);
  void lost(const RedisFailure& why, std::optional<SteadyTime> asked);
  void dial_now();
  void dial_later();
  void give_up_hope();
  void release_waiting();
  [[nodiscard]] std::string name() const;

  Surroundings around_;
  RedisOptions options_;
  Events events_;
  Rng rng_;
  State state_ = State::down;
  bool hopeful_ = true;        // the last connection was good, or there was none yet
  std::uint64_t greeted_ = 0;  // answers of this connection that were part of its greeting
  bool distrusted_ = false;
  std::chrono::milliseconds delay_{0};
  std::optional<Timers::Id> redial_;
  RedisFailure last_;
  SteadyTime dialled_{};
  SteadyTime failed_since_{};
  ConnectionPtr connection_;
  ConnectionPtr dialling_;
  std::deque<Waiting> waiting_;
};

}  // namespace gw::net
