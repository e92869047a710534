#include "net/stream.h"

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include "net/listener.h"
#include "support/raw_client.h"

using namespace gw;
using namespace gw::net;
using namespace std::chrono_literals;

namespace {

Task<void> send_much(Stream& stream, std::optional<Io>& result) {
  const std::string much(std::size_t{32} << 20, 'x');
  const Io io = co_await stream.write(much);
  result = io;
  stream.loop().stop();
}

}  // namespace

TEST_CASE("a write that stands still ends in time, also when the time to read was over before it") {
  const SystemClock clock;
  Loop loop(clock);
  std::optional<Stream> stream;
  std::optional<Io> result;
  Listener listener(
      loop, *listen_on({IpAddress::loopback(), 0}, {}), [&](Socket socket, const Address&) {
        stream.emplace(loop, std::move(socket));
        stream->read_by(loop.now().steady + 50ms);
        stream->write_patience(200ms);
        boost::asio::co_spawn(loop.executor(), send_much(*stream, result), boost::asio::detached);
      });
  const testing::RawClient silent(listener.address().port);
  loop.at(loop.now().steady + 60s, [&] { loop.stop(); });
  loop.run();
  loop.end();
  REQUIRE(result);
  CHECK(result->error == IoError::timeout);
}
