#include "net/tunnel.h"

#include <boost/asio/co_spawn.hpp>

#include "net/signal.h"

namespace gw::net {
namespace {

// What both directions know.
struct Shared {
  std::chrono::milliseconds idle{};
  SteadyTime last{};  // when something was last received, from either side
  bool broken = false;
};

struct Side {
  Stream& stream;
  Buffer& in;
};

// True: something to read, or the end. False: broken, or silent on both sides.
Task<bool> fill(Side from, Shared& shared, bool& ended) {
  while (from.in.empty() && !shared.broken) {
    from.stream.read_by(shared.last + shared.idle);
    const auto room = from.in.room();
    const Io io = co_await from.stream.read(room);
    const SteadyTime now = from.stream.loop().now().steady;
    if (io.ok()) {
      from.in.commit(io.bytes);
      shared.last = now;
    } else if (io.error == IoError::timeout && now < shared.last + shared.idle) {
      continue;  // the other side was not silent
    } else {
      ended = io.error == IoError::ended;
      co_return ended;
    }
  }
  co_return !shared.broken;
}

Task<void> copy(Side from, Side to, Shared& shared, std::uint64_t& count) {
  bool ended = false;
  while (true) {
    const bool goes_on = co_await fill(from, shared, ended);
    if (!goes_on || ended) break;
    const Io io = co_await to.stream.write(from.in.readable());
    if (!io.ok()) break;
    count += io.bytes;
    from.in.consume(from.in.size());
  }
  if (ended) {
    to.stream.shutdown_send();
    co_return;
  }
  shared.broken = true;
  from.stream.interrupt();
  to.stream.interrupt();
}

}  // namespace

Task<Tunnelled> tunnel(Stream& a, Buffer& a_in, Stream& b, Buffer& b_in,
                       std::chrono::milliseconds idle) {
  Loop& loop = a.loop();
  Tunnelled counts;
  Shared shared{.idle = idle, .last = loop.now().steady};
  Signal finished(loop);
  a.write_patience(idle);
  b.write_patience(idle);
  boost::asio::co_spawn(loop.executor(), copy({b, b_in}, {a, a_in}, shared, counts.from_b),
                        [&finished](const std::exception_ptr&) { finished.set(); });
  co_await copy({a, a_in}, {b, b_in}, shared, counts.from_a);
  co_await finished.wait();
  co_return counts;
}

}  // namespace gw::net
