#include "mesh/api.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "base/rng.h"
#include "http/message.h"
#include "mesh/call_reader.h"
#include "mesh/reply_writer.h"

namespace gw::mesh {
namespace {

constexpr std::size_t kMostConnections = 8192;
constexpr std::size_t kMostBodyBytes = std::size_t{1} << 20;
constexpr std::size_t kMostKept = 64;
constexpr std::string_view kControl = "/v1/gatewayctl/";

bool is_loopback(const IpAddress& ip) {
  static const auto v4 = IpNetwork::parse("127.0.0.0/8");
  return ip == *IpAddress::parse("::1") || (v4 && v4->contains(ip));
}

net::HttpResponse dropped() {
  net::HttpResponse response;
  response.dropped = true;
  return response;
}

// A page in a browser cannot send the field to another origin without being asked first.
bool may_control(const net::HttpRequest& request) {
  return is_loopback(request.peer.ip) && http::find(request.fields, "X-Gatewayctl") == "mesh";
}

}  // namespace

struct Api::Impl {
  Impl(State& its_state, int descriptor)
      : state(its_state),
        rng(random_seed()),
        server(
            state.loop, descriptor, options(),
            [this](const net::HttpRequest& request) { return answer(request); },
            [](std::uint16_t status, const net::Address&) { return refusal(status); }) {
    add_ca_endpoints(endpoints, state);
    add_intention_endpoints(endpoints, state);
    add_exact_endpoints(endpoints, state);
    add_authorize_endpoint(endpoints, state);
    add_status_endpoints(endpoints, state);
    add_catalog_endpoints(endpoints, state);
    add_health_endpoints(endpoints, state);
    add_agent_service_endpoints(endpoints, state);
    add_kv_endpoints(endpoints, state);
    add_control_endpoints(endpoints, state);
  }

  static net::HttpServerOptions options() {
    net::HttpServerOptions options;
    options.connections = kMostConnections;
    options.body_bytes = kMostBodyBytes;
    options.keep_alive = std::chrono::minutes(30);  // Go's server has no bound at all
    return options;
  }

  static net::HttpResponse refusal(std::uint16_t status) {
    const std::string text =
        std::to_string(status) + " " + std::string(http::reason_phrase(status));
    return {.status = status,
            .fields = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = text,
            .length = std::nullopt};
  }

  net::Task<net::HttpResponse> answer(const net::HttpRequest& request);
  struct Exchange;
  net::Task<void> settle(Exchange& exchange, const net::HttpRequest& request);
  net::HttpResponse finish(Exchange& exchange, const net::HttpRequest& request);
  net::Task<void> block(ReadCall& read, Reply& reply, const net::HttpRequest& request);
  net::Task<void> delay(std::chrono::milliseconds span);
  Reply ask_again(ReadCall& read, const net::HttpRequest& request);

  State& state;
  Rng rng;
  Endpoints endpoints;
  // Many wait for the same: one of them asks, until the next change.
  std::map<std::string, Reply> answers;
  std::uint64_t answers_of = 0;
  net::HttpServer server;
};

struct Api::Impl::Exchange {
  std::variant<ReadCall, Reply> read;
  Reply reply;

  [[nodiscard]] ReadCall* whole() { return std::get_if<ReadCall>(&read); }
  [[nodiscard]] bool is_control() {
    return whole() != nullptr && whole()->call.path.starts_with(kControl);
  }
};

net::HttpResponse Api::Impl::finish(Exchange& exchange, const net::HttpRequest& request) {
  ++state.counters.requests;
  Call plain;
  plain.method = request.method;
  return write_reply(std::move(exchange.reply),
                     exchange.whole() != nullptr ? exchange.whole()->call : plain,
                     http::find(request.fields, "Accept-Encoding").value_or(""));
}

// On the heap what would make the coroutine's frame large: GCC 12 warns of those without reason.
net::Task<net::HttpResponse> Api::Impl::answer(const net::HttpRequest& request) {
  const auto exchange =
      std::make_unique<Exchange>(Exchange{read_call(request, endpoints, state), {}});
  const bool is_control = exchange->is_control();
  if (!is_control && state.faults.down) co_return dropped();
  if (exchange->whole() == nullptr) {
    exchange->reply = std::get<Reply>(exchange->read);
  } else if (is_control && !may_control(request)) {
    exchange->reply = refuse(403, "Only gatewayctl may, from this machine");
  } else {
    co_await settle(*exchange, request);
  }
  if (!is_control && state.faults.delay.count() > 0) co_await delay(state.faults.delay);
  if (!is_control && state.faults.down) co_return dropped();
  co_return finish(*exchange, request);
}

net::Task<void> Api::Impl::settle(Exchange& exchange, const net::HttpRequest& request) {
  ReadCall& read = *exchange.whole();
  exchange.reply = read.endpoint->handle(read.call);
  if (read.wish.blocks()) co_await block(read, exchange.reply, request);
  mark_failure(exchange.reply, read.call);
  exchange.reply.fields.emplace_back("Vary", "Accept-Encoding");
}

namespace {

bool is_news(const Reply& reply, const Wish& wish) {
  if (!wish.hash.empty() && reply.hash) return *reply.hash != wish.hash;
  return wish.index == 0 || !reply.index || *reply.index > wish.index;
}

struct Count {
  std::size_t& count;
  explicit Count(std::size_t& which) : count(which) { ++count; }
  ~Count() { --count; }
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;
};

// Calls `action` when the client leaves, and not once this is gone: what it refers to goes then
// too.
class Departure {
 public:
  Departure(const net::HttpRequest& request, std::function<void()> action) : request_(request) {
    request_.on_departure(std::move(action));
  }
  ~Departure() { request_.on_departure(nullptr); }
  Departure(const Departure&) = delete;
  Departure& operator=(const Departure&) = delete;

 private:
  const net::HttpRequest& request_;
};

}  // namespace

net::Task<void> Api::Impl::block(ReadCall& read, Reply& reply, const net::HttpRequest& request) {
  if (is_news(reply, read.wish)) co_return;
  auto wait = read.wish.wait;
  // Consul's servers spread those who give up; the agent's cache does not.
  const auto spread = static_cast<std::uint64_t>(wait.count() / 16 + 1);
  if (reply.cache == CacheNews::none) wait += std::chrono::microseconds(rng.below(spread));
  const SteadyTime until = state.loop.now().steady + wait;
  const Count counted(state.counters.waiting);
  bool gone = false;
  Changes::Waiter* waiter = nullptr;
  const Departure departure(request, [&gone, &waiter] {
    gone = true;
    if (waiter != nullptr) waiter->wake();
  });
  while (!gone && !state.faults.down && state.loop.now().steady < until) {
    Changes::Waiter one(state.changes, until);
    waiter = &one;
    co_await one.wait();
    waiter = nullptr;
    if (gone || state.faults.down) break;
    reply = ask_again(read, request);
    if (is_news(reply, read.wish)) break;
  }
}

Reply Api::Impl::ask_again(ReadCall& read, const net::HttpRequest& request) {
  if (std::exchange(answers_of, state.changes.rings()) != state.changes.rings()) answers.clear();
  if (answers.size() >= kMostKept) answers.clear();
  std::string key = read.call.token + '\n' + std::string(request.target);
  const auto found = answers.find(key);
  if (found != answers.end()) return found->second;
  read.call.now = state.loop.now();
  return answers.emplace(std::move(key), read.endpoint->handle(read.call)).first->second;
}

net::Task<void> Api::Impl::delay(std::chrono::milliseconds span) {
  const SteadyTime until = state.loop.now().steady + span;
  while (!state.faults.down && state.faults.delay.count() > 0 && state.loop.now().steady < until) {
    co_await state.changes.next(until);
  }
}

Api::Api(State& state, int descriptor) : impl_(std::make_unique<Impl>(state, descriptor)) {}
Api::~Api() = default;

net::Address Api::address() const {
  return impl_->server.address();
}
std::uint64_t Api::requests() const {
  return impl_->state.counters.requests;
}
std::size_t Api::waiting() const {
  return impl_->state.counters.waiting;
}

}  // namespace gw::mesh
