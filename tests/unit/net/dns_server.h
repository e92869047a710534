// A small DNS server on loopback, on the loop under test: it says what the test tells it to say.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/udp.hpp>

#include "base/ip.h"
#include "net/loop.h"

namespace gw::testing {

struct Zone {
  int rcode = 0;  // 0 no error, 2 server failure, 3 no such name
  std::uint32_t ttl = 60;
  std::vector<std::string> addresses;  // of both families
  bool silent = false;
};

class DnsServer {
 public:
  explicit DnsServer(net::Loop& loop);

  [[nodiscard]] std::string address() const;  // 127.0.0.1:port
  void set(const std::string& name, Zone zone) { zones_[name] = std::move(zone); }
  // How often `name` was asked for, with any type.
  [[nodiscard]] int asked(const std::string& name) const;
  // The types asked for, in order: 1 A, 28 AAAA.
  [[nodiscard]] const std::vector<int>& types() const { return types_; }

 private:
  void receive();
  void reply(std::string_view query);

  boost::asio::basic_datagram_socket<boost::asio::ip::udp, net::Executor> socket_;
  boost::asio::ip::udp::endpoint peer_;
  std::array<char, 512> buffer_{};
  std::map<std::string, Zone> zones_;
  std::map<std::string, int> asked_;
  std::vector<int> types_;
};

}  // namespace gw::testing
