#include "dns_server.h"

#include <algorithm>
#include <cstddef>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address_v4.hpp>

namespace gw::testing {
namespace {

using boost::asio::ip::udp;

constexpr std::size_t kHeader = 12;
constexpr int kA = 1;

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U & 0xFFU);
  out += static_cast<char>(value & 0xFFU);
}

struct Question {
  std::string name;
  int type = 0;
  std::size_t end = 0;  // where it ends in the query
};

Question read_question(std::string_view query) {
  Question q;
  std::size_t at = kHeader;
  while (at < query.size() && query[at] != 0) {
    const auto size = static_cast<std::size_t>(query[at]);
    if (!q.name.empty()) q.name += '.';
    q.name += query.substr(at + 1, size);
    at += size + 1;
  }
  q.type = static_cast<unsigned char>(query[at + 2]);
  q.end = at + 5;
  return q;
}

void put_record(std::string& out, const IpAddress& ip, int type, std::uint32_t ttl) {
  put16(out, 0xC00C);  // the question's name
  put16(out, static_cast<unsigned>(type));
  put16(out, 1);
  put16(out, ttl >> 16U);
  put16(out, ttl & 0xFFFFU);
  const std::size_t skip = type == kA ? 12 : 0;
  put16(out, static_cast<unsigned>(16 - skip));
  for (std::size_t i = skip; i < 16; ++i) out += static_cast<char>(ip.bytes[i]);
}

}  // namespace

DnsServer::DnsServer(net::Loop& loop)
    : socket_(loop.context(), udp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
  receive();
}

std::string DnsServer::address() const {
  return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
}

int DnsServer::asked(const std::string& name) const {
  const auto found = asked_.find(name);
  return found == asked_.end() ? 0 : found->second;
}

void DnsServer::receive() {
  socket_.async_receive_from(boost::asio::buffer(buffer_), peer_,
                             [this](const boost::system::error_code& error, std::size_t size) {
                               if (error) return;
                               reply({buffer_.data(), size});
                               receive();
                             });
}

void DnsServer::reply(std::string_view query) {
  const Question q = read_question(query);
  ++asked_[q.name];
  types_.push_back(q.type);
  const auto known = zones_.find(q.name);
  const Zone zone =
      known == zones_.end() ? Zone{.rcode = 3, .ttl = 0, .addresses = {}} : known->second;
  if (zone.silent) return;
  std::vector<IpAddress> answers;
  for (const std::string& text : zone.addresses) {
    const auto ip = *IpAddress::parse(text);
    if (ip.v4 == (q.type == kA)) answers.push_back(ip);
  }
  std::string out(query.substr(0, 2));
  put16(out, 0x8180U | static_cast<unsigned>(zone.rcode));
  put16(out, 1);
  put16(out, static_cast<unsigned>(answers.size()));
  put16(out, 0);
  put16(out, 0);
  out += query.substr(kHeader, q.end - kHeader);
  for (const IpAddress& ip : answers) put_record(out, ip, q.type, zone.ttl);
  socket_.send_to(boost::asio::buffer(out), peer_);
}

}  // namespace gw::testing
