#include "net/redis_client.h"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/listener.h"
#include "net/redis_greeting.h"

namespace gw::net {
namespace {

using Kind = RedisFailure::Kind;
using std::chrono::milliseconds;

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> kAwait{};

// The first attempt after a failure, and the slowest pace of those that follow.
constexpr milliseconds kFirstDelay{20};
constexpr milliseconds kMostDelay{1000};

RedisFailure unreachable(std::string why) {
  return {Kind::unreachable, std::move(why)};
}

}  // namespace

RedisClient::RedisClient(Surroundings around, RedisOptions options, Events events)
    : around_(std::move(around)),
      options_(std::move(options)),
      events_(std::move(events)),
      rng_(random_seed()),
      last_(unreachable("not connected yet")) {}

void RedisClient::start() {
  if (state_ != State::stopped) dial_now();
}

void RedisClient::dial_now() {
  redial_.reset();
  boost::asio::co_spawn(around_.loop.executor(), dial(shared_from_this(), around_.token.lock()),
                        boost::asio::detached);
}

void RedisClient::stop() {
  if (std::exchange(state_, State::stopped) == State::stopped) return;
  if (redial_) around_.loop.cancel(*redial_);
  const RedisFailure why{Kind::stopped,
                         "the gateway stops, or its config does not name it any more"};
  last_ = why;
  for (const ConnectionPtr& one : {std::exchange(connection_, nullptr), dialling_}) {
    if (one) one->close(why);
  }
  release_waiting();
}

std::optional<RedisFailure> RedisClient::refusal() const {
  if (state_ == State::up) {
    if (!connection_->is_full()) return std::nullopt;
    return RedisFailure{Kind::overloaded, "too many questions are waiting for an answer"};
  }
  if (state_ == State::stopped || !hopeful_) return last_;
  if (waiting_.size() < RedisConnection::kMostOutstanding) return std::nullopt;
  return RedisFailure{Kind::overloaded, "too many questions are waiting for a connection"};
}

void RedisClient::ask(std::span<const std::string_view> words, RedisHandler handler) {
  if (auto refused = refusal()) {
    boost::asio::post(around_.loop.executor(),
                      [handler = std::move(handler), why = std::move(*refused)]() mutable {
                        handler(std::unexpected(std::move(why)));
                      });
  } else if (state_ == State::up) {
    connection_->ask(words, std::move(handler));
  } else {
    waiting_.push_back({{words.begin(), words.end()}, std::move(handler)});
  }
}

Task<RedisAnswer> RedisClient::answer_to(std::span<const std::string_view> words, bool asking) {
  if (asking) {
    constexpr std::string_view kAsking = "ASKING";
    ask(std::span(&kAsking, 1), [](const RedisAnswer& /*the next one tells*/) {});
  }
  boost::asio::use_awaitable_t<Executor> token;
  return boost::asio::async_initiate<decltype(token), void(RedisAnswer)>(
      [this, words](auto handler) { ask(words, RedisHandler(std::move(handler))); }, token);
}

void RedisClient::distrust(const RedisFailure& why) {
  distrusted_ = true;
  if (connection_) connection_->close(why);
}

Task<void> RedisClient::dial([[maybe_unused]] std::shared_ptr<RedisClient> self,
                             [[maybe_unused]] std::shared_ptr<const void> token) {
  dialled_ = around_.loop.now().steady;
  const SteadyTime deadline = dialled_ + options_.timeout;
  const Timers::Id patience = around_.loop.at(deadline, [this] { give_up_hope(); });
  auto connected = co_await connect(deadline);
  if (!connected) {
    around_.loop.cancel(patience);
    fail(connected.error());
    co_return;
  }
  dialling_ = *connected;
  RedisGreeting greeting;
  const auto failed = co_await greet(dialling_, greeting);
  around_.loop.cancel(patience);
  const ConnectionPtr connection = std::exchange(dialling_, nullptr);
  if (failed) {
    connection->close(*failed);
    fail(*failed);
    co_return;
  }
  come_up(connection, greeting);
}

// A name with several addresses is out of reach when none of them answers.
Task<std::expected<RedisClient::ConnectionPtr, RedisFailure>> RedisClient::connect(
    SteadyTime deadline) {
  if (options_.encrypted && !options_.tls) {
    co_return std::unexpected(unreachable("it is to be spoken to by TLS, and there is none"));
  }
  const auto addresses = co_await around_.resolver.resolve(options_.host);
  if (!addresses) co_return std::unexpected(unreachable(addresses.error().text));
  if (addresses->empty()) co_return std::unexpected(unreachable("the name has no address"));
  const std::size_t first = rng_.below(addresses->size());
  std::expected<ConnectionPtr, RedisFailure> connected = std::unexpected(last_);
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    if (state_ == State::stopped || (i > 0 && around_.loop.now().steady >= deadline)) break;
    connected = co_await connect_to((*addresses)[(first + i) % addresses->size()], deadline);
    if (connected) break;
  }
  if (state_ == State::stopped) co_return std::unexpected(last_);
  co_return connected;
}

Task<std::expected<RedisClient::ConnectionPtr, RedisFailure>> RedisClient::connect_to(
    IpAddress ip, SteadyTime deadline) {
  const auto endpoint = endpoint_of({ip, options_.port});
  Socket socket(around_.loop.context());
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) co_return std::unexpected(unreachable(error.message()));
  auto connection = std::make_shared<RedisConnection>(around_.loop, std::move(socket),
                                                      around_.buffers, options_.timeout);
  dialling_ = connection;
  Stream& stream = connection->stream();
  stream.read_by(deadline);
  const auto [failure] = co_await stream.socket().async_connect(endpoint, kAwait);
  dialling_.reset();
  if (state_ == State::stopped) co_return std::unexpected(last_);
  if (failure) {
    const bool late = failure == boost::asio::error::operation_aborted;
    co_return std::unexpected(unreachable(late ? "timed out while connecting" : failure.message()));
  }
  stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
  stream.socket().set_option(boost::asio::socket_base::keep_alive(true), error);
  if (options_.tls) {
    auto refused = co_await shake_hands(connection);
    if (refused) co_return std::unexpected(std::move(*refused));
  }
  connection->start(around_.token.lock());
  co_return connection;
}

Task<std::optional<RedisFailure>> RedisClient::shake_hands(ConnectionPtr connection) {
  const std::string& wanted = options_.server_name.empty() ? options_.host : options_.server_name;
  const std::string origin = name();
  auto session = options_.tls->session({.name = wanted, .origin = origin},
                                       whole_seconds(around_.loop.now().wall));
  if (!session) co_return unreachable(session.error().message);
  dialling_ = connection;
  Stream& stream = connection->stream();
  const Io io = co_await stream.handshake(std::move(*session), around_.buffers);
  dialling_.reset();
  if (state_ == State::stopped) co_return last_;
  if (io.ok()) co_return std::nullopt;
  const std::string why = verify_failure(stream.ssl());
  co_return unreachable("TLS: " + (why.empty() ? stream.tls_failure() : why));
}

// All at once; the answers come in order, so the last one's is the end of it.
Task<std::optional<RedisFailure>> RedisClient::greet(ConnectionPtr connection,
                                                     RedisGreeting& greeting) {
  const auto questions = greeting_questions(options_);
  const auto answers = std::make_shared<std::vector<RedisAnswer>>();
  boost::asio::use_awaitable_t<Executor> token;
  co_await boost::asio::async_initiate<decltype(token), void()>(
      [&](auto handler) {
        const auto done = std::make_shared<decltype(handler)>(std::move(handler));
        for (const auto& question : questions) {
          const std::vector<std::string_view> words(question.words.begin(), question.words.end());
          connection->ask(words, [answers, done, all = questions.size()](RedisAnswer answer) {
            answers->push_back(std::move(answer));
            if (answers->size() == all) std::move (*done)();
          });
        }
      },
      token);
  if (state_ == State::stopped) co_return last_;
  co_return read_greeting(questions, *answers, greeting);
}

// Name servers may take longer than a request has time.
void RedisClient::give_up_hope() {
  if (state_ != State::down || !hopeful_) return;
  hopeful_ = false;
  last_ = unreachable("not connected in time");
  failed_since_ = dialled_;
  events_.down(last_);
  release_waiting();
}

void RedisClient::come_up(ConnectionPtr connection, const RedisGreeting& greeting) {
  if (state_ == State::stopped) {
    connection->close(last_);
    return;
  }
  connection_ = std::move(connection);
  connection_->on_close(
      [weak = weak_from_this()](const RedisFailure& why, std::optional<SteadyTime> asked) {
        if (const auto self = weak.lock()) self->lost(why, asked);
      });
  if (!connection_->is_open()) {
    lost({Kind::closed, "the connection was lost"}, std::nullopt);
    return;
  }
  state_ = State::up;
  hopeful_ = true;
  greeted_ = connection_->answers();
  events_.up(greeting);
  for (Waiting& one : std::exchange(waiting_, {})) {
    const std::vector<std::string_view> words(one.words.begin(), one.words.end());
    connection_->ask(words, std::move(one.handler));
  }
}

void RedisClient::fail(const RedisFailure& why) {
  if (state_ == State::stopped) return;
  last_ = why;
  failed_since_ = dialled_;
  state_ = State::down;
  hopeful_ = false;
  events_.down(why);
  release_waiting();
  dial_later();
}

// A connection that was good is replaced at once; another may be no better than none.
void RedisClient::lost(const RedisFailure& why, std::optional<SteadyTime> asked) {
  const ConnectionPtr ended = std::exchange(connection_, nullptr);
  if (state_ == State::stopped) return;
  state_ = State::down;
  last_ = why;
  failed_since_ = asked.value_or(around_.loop.now().steady);
  const bool was_good = !std::exchange(distrusted_, false) && ended->answers() > greeted_;
  const bool was_idle = why.kind == Kind::closed && !asked;
  if (was_good) delay_ = milliseconds{0};
  hopeful_ = why.kind == Kind::closed && (was_good || (was_idle && delay_.count() == 0));
  if (!was_idle) events_.down(why);
  if (was_good && hopeful_) {
    dial_now();
  } else {
    dial_later();
  }
}

void RedisClient::dial_later() {
  delay_ = std::clamp(delay_ * 2, kFirstDelay, kMostDelay);
  const auto jitter = milliseconds(rng_.below(static_cast<std::uint64_t>(delay_.count()) / 4 + 1));
  redial_ = around_.loop.at(around_.loop.now().steady + delay_ - jitter,
                            [self = shared_from_this()] { self->start(); });
}

void RedisClient::release_waiting() {
  for (Waiting& one : std::exchange(waiting_, {})) {
    boost::asio::post(around_.loop.executor(),
                      [handler = std::move(one.handler), why = last_]() mutable {
                        handler(std::unexpected(std::move(why)));
                      });
  }
}

std::string RedisClient::name() const {
  return options_.host + ":" + std::to_string(options_.port);
}

}  // namespace gw::net
