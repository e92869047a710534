// Questions to DNS servers without blocking: c-ares, its sockets and timeouts on a Loop.
//
// c-ares owns the sockets; they are lent to Asio for waiting only. Search domains and, unless
// given, the servers come from resolv.conf; the hosts file is not its business.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "base/result.h"
#include "net/dns.h"
#include "net/loop.h"

struct ares_channeldata;

namespace gw::net {

struct DnsClientOptions {
  std::vector<std::string> nameservers;     // "ip" or "ip:port"; empty: resolv.conf's
  std::chrono::milliseconds timeout{2000};  // of the first try; each round doubles it
  int tries = 3;                            // a server
};

class DnsClient {
 public:
  using Done = std::function<void(DnsReply)>;

  [[nodiscard]] static Result<std::unique_ptr<DnsClient>> create(Loop& loop,
                                                                 const DnsClientOptions& options);
  // Questions that are still open are dropped without an answer.
  ~DnsClient();
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  // `done` is called once, perhaps before this returns.
  void ask(const std::string& name, Family family, Done done);

 private:
  struct Watched;
  enum Direction : std::size_t { reading, writing };

  explicit DnsClient(Loop& loop) : loop_(loop) {}
  Result<void> open(const DnsClientOptions& options, int flags);
  void close();
  [[nodiscard]] std::size_t server_count() const;

  void on_socket(int descriptor, std::array<bool, 2> wanted);
  void watch(const std::shared_ptr<Watched>& socket, Direction direction);
  void on_ready(const std::shared_ptr<Watched>& socket, Direction direction);
  void arm();

  Loop& loop_;
  ares_channeldata* channel_ = nullptr;
  std::map<int, std::shared_ptr<Watched>> sockets_;
  std::optional<Timers::Id> timer_;
};

}  // namespace gw::net
