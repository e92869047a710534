#include "net/redis_client.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

using namespace gw;
using namespace gw::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

TEST_CASE("a Redis that wants TLS is not spoken to plainly where there is none") {
  boost::asio::io_context context;
  tcp::acceptor listener(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  const SystemClock clock;
  Loop loop{clock};
  BufferPool buffers;
  const auto resolver = Resolver::create(loop, {});
  REQUIRE(resolver);
  const auto token = std::make_shared<int>(0);
  RedisOptions options;
  options.host = "127.0.0.1";
  options.port = listener.local_endpoint().port();
  options.password = Secret("CANARY5ecret");
  options.encrypted = true;
  std::atomic<int> failed = 0;
  std::string why;
  const auto client = std::make_shared<RedisClient>(
      RedisClient::Surroundings{loop, buffers, **resolver, token}, std::move(options),
      RedisClient::Events{.up = [](const RedisGreeting& /*never*/) {},
                          .down =
                              [&](const RedisFailure& failure) {
                                why = failure.text;
                                ++failed;
                              }});
  client->start();
  std::thread thread([&] { loop.run(); });
  for (int i = 0; i < 1000 && failed < 2; ++i) std::this_thread::sleep_for(10ms);
  loop.post([&] { client->stop(); });
  loop.stop();
  thread.join();
  loop.end();
  CHECK(failed >= 2);
  CHECK(why.find("TLS") != std::string::npos);
  listener.non_blocking(true);
  boost::system::error_code error;
  tcp::socket caller(context);
  listener.accept(caller, error);
  CHECK(error == boost::asio::error::would_block);
}
