#include "mesh/dial.h"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/signal.h"

namespace gw::mesh {
namespace {

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<net::Executor>> kAwait{};

// What one peer may still say to somebody who does not listen.
constexpr std::size_t kMostDropped = std::size_t{16} << 20;

}  // namespace

net::Task<boost::system::error_code> dial(net::Stream& stream, net::Address to,
                                          SteadyTime deadline) {
  const auto endpoint = net::endpoint_of(to);
  boost::system::error_code error;
  stream.socket().open(endpoint.protocol(), error);
  if (error) co_return error;
  stream.read_by(deadline);  // its alarm watches over the connect, too
  const auto [failure] = co_await stream.socket().async_connect(endpoint, kAwait);
  stream.read_by(net::Stream::kNever);
  if (!failure) stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
  co_return failure;
}

net::Task<void> end_politely(net::Stream& stream, std::chrono::milliseconds patience) {
  stream.shutdown_send();
  const SteadyTime deadline = stream.loop().now().steady + patience;
  stream.read_by(deadline);
  std::array<char, 4096> dropped;
  std::size_t total = 0;
  // Off the socket itself: TLS may be over, or never have come to be.
  while (total < kMostDropped && stream.is_open() && stream.loop().now().steady < deadline) {
    const auto [error, bytes] =
        co_await stream.socket().async_read_some(boost::asio::buffer(dropped), kAwait);
    if (error) break;
    total += bytes;
  }
  stream.close();
}

net::Task<void> pause_until(net::Loop& loop, SteadyTime when) {
  if (when <= loop.now().steady) co_return;
  const auto bell = std::make_shared<net::Signal>(loop);
  // The timer may outlive the coroutine, and its loop's context.
  loop.at(when, [weak = std::weak_ptr(bell)] {
    if (const auto ringing = weak.lock()) ringing->set();
  });
  co_await bell->wait();
}

}  // namespace gw::mesh
