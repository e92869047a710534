#include "proxy/redis_store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.h"
#include "gateway/store.h"

namespace gw::proxy {
namespace {

using Kind = net::RedisFailure::Kind;
using Type = net::RedisReply::Type;
using By = limit::ScriptCall::By;

constexpr int kMostHops = 5;                // of one question, from node to node
constexpr std::size_t kMostTogether = 200;  // counters of one call
constexpr std::chrono::seconds kRefreshEvery{1};
constexpr std::chrono::milliseconds kTryAgainAfter{20};
constexpr std::chrono::seconds kProbeAfter{1};
// What a timeout of 0 means to Kong's client: nginx's default.
constexpr std::chrono::milliseconds kLongestTimeout{60'000};

net::RedisOptions options_of(const model::RedisTarget& target, const ClientTlsPtr& tls) {
  net::RedisOptions options;
  options.host = target.host;
  options.port = target.port;
  options.username = target.username;
  options.password = target.password;
  options.database = target.database;
  options.tls = tls;
  options.encrypted = target.ssl;
  options.server_name = target.server_name;
  const std::chrono::milliseconds timeout{target.timeout_ms};
  options.timeout = timeout.count() == 0 ? kLongestTimeout : std::min(timeout, kLongestTimeout);
  for (const limit::Script* script : {&limit::counting_script(), &limit::adding_script()}) {
    options.scripts.push_back({script->text, script->digest});
  }
  return options;
}

net::RedisFailure out_of_step(std::string_view what) {
  return {Kind::out_of_step, std::string(what)};
}

// False: it is no array of whole numbers.
bool read_integers(const net::RedisReply& reply, std::vector<std::int64_t>& out) {
  out.clear();
  if (reply.type != Type::array) return false;
  for (const net::RedisReply& item : reply.items) {
    if (item.type != Type::integer) return false;
    out.push_back(item.integer);
  }
  return true;
}

// A counter that is not there yet is 0.
std::optional<std::uint64_t> read_count(const net::RedisReply& reply) {
  if (reply.type == Type::nil) return 0;
  return reply.type == Type::text ? parse_uint(reply.text) : std::nullopt;
}

std::string_view identifier_of(const limit::Charge& charge) {
  return charge.parts.identifier;
}
std::string_view identifier_of(const limit::CounterName& name) {
  return name.identifier;
}
std::string_view identifier_of(const limit::Delta& delta) {
  return delta.counter.identifier;
}

// How many from the first on can be asked in one call.
template <class Item>
std::size_t together(std::span<const Item> items, bool cluster) {
  std::size_t n = 1;
  while (n < items.size() && n < kMostTogether &&
         (!cluster || identifier_of(items[n]) == identifier_of(items[0]))) {
    ++n;
  }
  return n;
}

}  // namespace

RedisStore::RedisStore(Surroundings around, model::RedisTarget target, ClientTlsPtr tls)
    : around_(std::move(around)), target_(std::move(target)), tls_(std::move(tls)) {}

RedisStore::~RedisStore() {
  stop();
}

void RedisStore::start() {
  static_cast<void>(node_at({target_.host, target_.port}));
}

void RedisStore::stop() {
  for (const auto& node : nodes_) {
    node->client->stop();
    around_.watch.forget(node->name, node.get());
  }
}

void RedisStore::retire() {
  retired_ = true;
  for (const auto& node : nodes_) around_.watch.forget(node->name, node.get());
}

RedisStore::Node& RedisStore::node_at(const net::RedisNode& where) {
  const std::string& host = where.host.empty() ? target_.host : where.host;
  for (const auto& node : nodes_) {
    const net::RedisOptions& known = node->client->options();
    if (known.host == host && known.port == where.port) return *node;
  }
  if (nodes_.size() >= net::RedisSlotMap::kMostNodes) return *nodes_.front();
  net::RedisOptions options = options_of(target_, tls_);
  options.host = host;
  options.port = where.port;
  if (options.server_name.empty()) options.server_name = target_.host;
  Node& node = *nodes_.emplace_back(std::make_unique<Node>());
  model::RedisTarget named = target_;
  named.host = host;
  named.port = where.port;
  node.name = gateway::redis_name(named);
  // The client's events come from its own coroutine only, which ends with stop().
  const std::weak_ptr<RedisStore> weak = weak_from_this();
  node.client = std::make_shared<net::RedisClient>(
      net::RedisClient::Surroundings{around_.loop, around_.buffers, around_.resolver,
                                     around_.token},
      std::move(options),
      net::RedisClient::Events{.up =
                                   [weak, &node](const net::RedisGreeting& greeting) {
                                     if (const auto self = weak.lock()) self->on_up(node, greeting);
                                   },
                               .down =
                                   [weak, &node](const net::RedisFailure& why) {
                                     if (const auto self = weak.lock())
                                       self->note(node, std::unexpected(why), {});
                                   }});
  node.client->start();
  return node;
}

RedisStore::Node& RedisStore::node_for(std::string_view key) {
  if (!cluster_) return *nodes_.front();
  if (const net::RedisNode* where = slots_.node(net::redis_slot(key))) return node_at(*where);
  // Any node knows who has it.
  const auto found = std::ranges::find_if(
      nodes_, [](const auto& node) { return !node->client->refusal().has_value(); });
  return found == nodes_.end() ? *nodes_.front() : **found;
}

void RedisStore::on_up(Node& node, const net::RedisGreeting& greeting) {
  if (greeting.slots) {
    cluster_ = true;
    slots_.read(*greeting.slots);
  }
  if (retired_) return;
  if (greeting.slots) {
    around_.watch.is_one_of_many(node.name);
  }
  if (!greeting.eviction.empty() && greeting.eviction != "noeviction") {
    around_.watch.may_evict(node.name, greeting.eviction);
  }
  node.failing = false;
  around_.watch.works(node.name, &node, around_.loop.now().steady);
}

// The lock of what all workers share is taken where something changes.
void RedisStore::note(Node& node, const net::RedisAnswer& answer, SteadyTime asked) {
  if (retired_) return;
  if (!answer) {
    // The server has nothing to do with it, and stop() has said good-bye.
    if (answer.error().kind == Kind::stopped) return;
    node.failing = true;
    // Whatever fails for want of a connection knows no more of the server than what ended that.
    const SteadyTime began = node.client->is_up() ? asked : node.client->failed_since();
    around_.watch.failed(node.name, &node, answer.error(), began);
    if (!answer.error().ends_connection()) probe_later(node);
  } else if (std::exchange(node.failing, false)) {
    around_.watch.works(node.name, &node, around_.loop.now().steady);
  }
}

// A connection that is lost is replaced, and the new one tells; of a server that answers with
// errors nobody would learn that it is well again, had a load balancer turned away from this node.
void RedisStore::probe_later(Node& node) {
  if (std::exchange(node.probing, true)) return;
  around_.loop.at(around_.loop.now().steady + kProbeAfter, [weak = weak_from_this(), &node] {
    if (const auto self = weak.lock()) self->probe(node);
  });
}

// By counting, under a key that nobody counts by and that is gone a second later.
void RedisStore::probe(Node& node) {
  node.probing = false;
  if (!node.failing || node.client->refusal()) return;
  const std::array<std::string_view, 7> words{
      "EVALSHA", limit::counting_script().digest, "1", "ratelimit:probe", "-1", "1", "1"};
  const SteadyTime asked = around_.loop.now().steady;
  node.client->ask(words, [weak = weak_from_this(), &node, asked](net::RedisAnswer answer) {
    const auto self = weak.lock();
    if (!self) return;
    // One that sends on to another node of its cluster is well.
    if (!answer && answer.error().kind == Kind::moved) answer = net::RedisReply{};
    self->note(node, answer, asked);
  });
}

// Where else to ask; nullptr: `why` is final.
RedisStore::Node* RedisStore::redirect(Node& from, const net::RedisFailure& why) {
  if (why.kind == Kind::moved || why.kind == Kind::ask) {
    auto to = net::read_redirection(why.text);
    if (!to) return nullptr;
    if (to->node.host.empty()) to->node.host = from.client->options().host;
    cluster_ = true;
    if (why.kind == Kind::moved) {
      slots_.set(to->slot, to->node);
      refresh_slots(from);
    }
    return &node_at(to->node);
  }
  if (cluster_ && why.kind == Kind::unreachable) {
    const net::RedisOptions& lost = from.client->options();
    slots_.forget({lost.host, lost.port});
  }
  return nullptr;
}

void RedisStore::refresh_slots(Node& node) {
  const SteadyTime now = around_.loop.now().steady;
  if (now - refreshed_ < kRefreshEvery) return;
  refreshed_ = now;
  constexpr std::array<std::string_view, 2> kSlots{"CLUSTER", "SLOTS"};
  node.client->ask(kSlots, [weak = weak_from_this()](const net::RedisAnswer& slots) {
    const auto self = weak.lock();
    if (self && slots) self->slots_.read(*slots);
  });
}

// Every failure that leads elsewhere says that nothing was done: to ask again counts nothing twice.
template <class Fill, class Take>
net::Task<std::optional<RedisStore::Miss>> RedisStore::ask(Fill fill, Take take) {
  const SteadyTime patience = around_.loop.now().steady + nodes_.front()->client->options().timeout;
  By by = By::digest;
  bool asking = false;
  Node* node = nullptr;
  SteadyTime asked{};
  net::RedisAnswer answer = std::unexpected(out_of_step("too many redirections"));
  for (int hops = 0; hops < kMostHops;) {
    // Anew each time: while this one waited, the others have asked with the same memory.
    const Question question = fill(by);
    if (node == nullptr) node = &node_for(question.key);
    asked = around_.loop.now().steady;
    answer = co_await node->client->answer_to(question.words, asking);
    if (answer) break;
    if (answer.error().kind == Kind::try_again && around_.loop.now().steady < patience) {
      co_await pause();
      continue;
    }
    ++hops;
    if (answer.error().kind == Kind::no_script && by == By::digest) {
      by = By::text;
      continue;
    }
    Node* const next = redirect(*node, answer.error());
    if (next == nullptr) break;
    asking = answer.error().kind == Kind::ask;
    node = next;
  }
  if (answer && !take(*answer)) {
    answer = std::unexpected(out_of_step("an answer that is none to the question"));
    node->client->distrust(answer.error());
  }
  note(*node, answer, asked);
  if (!answer) co_return Miss{answer.error(), node};
  co_return std::nullopt;
}

// A slot that moves is there in milliseconds.
net::Task<void> RedisStore::pause() {
  boost::asio::use_awaitable_t<net::Executor> token;
  co_await boost::asio::async_initiate<decltype(token), void()>(
      [this](auto handler) {
        const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        around_.loop.at(around_.loop.now().steady + kTryAgainAfter,
                        [resume] { std::move (*resume)(); });
      },
      token);
}

RedisStore::Question RedisStore::script_question(By by) {
  const auto words = call_.words(by);
  return {words, words[3]};  // behind EVALSHA, the digest and the number of keys
}

RedisStore::Question RedisStore::read_question(std::span<const limit::CounterName> names) {
  keys_.clear();
  for (const limit::CounterName& name : names) {
    keys_.push_back(limit::counter_key(name.parts(), name.window, layout()));
  }
  words_.assign({"MGET"});
  words_.insert(words_.end(), keys_.begin(), keys_.end());
  return {words_, keys_.front()};
}

// A request that has to go without.
Error RedisStore::undecided(const Miss& miss) {
  around_.watch.undecided(miss.node->name);
  return {ErrorCode::unreachable, "redis " + miss.node->name + ": " + miss.why.text};
}

net::Task<Result<std::size_t>> RedisStore::charge(std::span<const limit::Charge> charges,
                                                  WallTime now, std::span<limit::Reading> out) {
  const auto self = shared_from_this();
  std::size_t asked = 0;
  while (asked < charges.size()) {
    auto rest = charges.subspan(asked);
    rest = rest.first(together(rest, cluster_));
    const auto fill = [&](By by) {
      call_.begin(limit::counting_script(), layout());
      for (const limit::Charge& charge : rest) call_.ask(charge, now);
      return script_question(by);
    };
    const auto take = [&](const net::RedisReply& reply) {
      if (!read_integers(reply, used_)) return false;
      const auto read = limit::read_answer(used_, rest, out.subspan(asked));
      asked += read.value_or(0);
      return read.has_value();
    };
    const auto miss = co_await ask(fill, take);
    if (miss) co_return std::unexpected(undecided(*miss));
    if (!out[asked - 1].passed) break;
  }
  co_return asked;
}

net::Task<Result<std::vector<limit::Total>>> RedisStore::read(
    std::span<const limit::CounterName> names) {
  const auto self = shared_from_this();
  std::vector<limit::Total> totals;
  while (totals.size() < names.size()) {
    auto rest = names.subspan(totals.size());
    rest = rest.first(together(rest, cluster_));
    const auto take = [&](const net::RedisReply& reply) {
      if (reply.type != Type::array || reply.items.size() != rest.size()) return false;
      for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto count = read_count(reply.items[i]);
        if (!count) return false;
        totals.push_back({rest[i], *count});
      }
      return true;
    };
    const auto miss = co_await ask([&](By) { return read_question(rest); }, take);
    if (miss) co_return std::unexpected(undecided(*miss));
  }
  co_return totals;
}

net::Task<std::size_t> RedisStore::add(std::span<const limit::Delta> deltas, WallTime now) {
  const auto self = shared_from_this();
  std::size_t added = 0;
  while (added < deltas.size()) {
    auto rest = deltas.subspan(added);
    rest = rest.first(together(rest, cluster_));
    const auto fill = [&](By by) {
      call_.begin(limit::adding_script(), layout());
      for (const limit::Delta& delta : rest) call_.add(delta, now);
      return script_question(by);
    };
    const auto take = [&](const net::RedisReply& reply) {
      return read_integers(reply, used_) && used_.size() == rest.size();
    };
    const auto miss = co_await ask(fill, take);
    if (miss) break;
    added += rest.size();
  }
  co_return added;
}

}  // namespace gw::proxy
