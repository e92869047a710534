#include "net/dns_client.h"

#include <algorithm>
#include <ares.h>
#include <cstring>
#include <limits>
#include <netinet/in.h>
#include <sys/time.h>
#include <utility>

#include "base/text.h"

namespace gw::net {
namespace {

using Waits = boost::asio::posix::descriptor_base;

struct AresFree {
  void operator()(ares_addrinfo* info) const { ares_freeaddrinfo(info); }
  void operator()(ares_addr_port_node* servers) const { ares_free_data(servers); }
};

// The words are those of Kong's resolver (lua-resty-dns), which operators know from its logs.
struct FailureRow {
  int status;
  DnsError::Kind kind;
  const char* text;
};
constexpr std::array kFailures{
    FailureRow{ARES_ENOTFOUND, DnsError::Kind::unknown, "dns server error: 3 name error"},
    FailureRow{ARES_EBADNAME, DnsError::Kind::unknown, "dns server error: 3 name error"},
    FailureRow{ARES_ENODATA, DnsError::Kind::unknown,
               "dns client error: 101 empty record received"},
    FailureRow{ARES_EFORMERR, DnsError::Kind::failure, "dns server error: 1 format error"},
    FailureRow{ARES_ESERVFAIL, DnsError::Kind::failure, "dns server error: 2 server failure"},
    FailureRow{ARES_ENOTIMP, DnsError::Kind::failure, "dns server error: 4 not implemented"},
    FailureRow{ARES_EREFUSED, DnsError::Kind::failure, "dns server error: 5 refused"},
    FailureRow{ARES_ETIMEOUT, DnsError::Kind::failure, "no DNS server answered in time"},
    FailureRow{ARES_ECONNREFUSED, DnsError::Kind::failure,
               "no DNS server could be reached, or none had an answer"},
};

DnsError failure_of(int status) {
  const auto* row = std::ranges::find(kFailures, status, &FailureRow::status);
  if (row != kFailures.end()) return {row->kind, row->text};
  return {DnsError::Kind::failure, ares_strerror(status)};
}

std::optional<IpAddress> address_of_node(const ares_addrinfo_node& node) {
  IpAddress ip;
  if (node.ai_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, node.ai_addr, sizeof v6);
    std::ranges::copy(v6.sin6_addr.s6_addr, ip.bytes.begin());
    return ip;
  }
  if (node.ai_family != AF_INET) return std::nullopt;
  sockaddr_in v4{};
  std::memcpy(&v4, node.ai_addr, sizeof v4);
  ip.v4 = true;
  ip.bytes[10] = ip.bytes[11] = 0xFF;
  std::memcpy(&ip.bytes[12], &v4.sin_addr, 4);
  return ip;
}

// An answer holds as long as the shortest of its records.
DnsReply reply_of(int status, const ares_addrinfo* info) {
  if (status != ARES_SUCCESS) return {std::unexpected(failure_of(status)), {}};
  Addresses addresses;
  int ttl = std::numeric_limits<int>::max();
  for (const auto* node = info->nodes; node != nullptr; node = node->ai_next) {
    if (const auto ip = address_of_node(*node)) addresses.push_back(*ip);
    ttl = std::min(ttl, node->ai_ttl);
  }
  for (const auto* alias = info->cnames; alias != nullptr; alias = alias->next) {
    ttl = std::min(ttl, alias->ttl);
  }
  if (addresses.empty()) return {std::unexpected(failure_of(ARES_ENODATA)), {}};
  return {std::move(addresses), std::chrono::seconds(ttl)};
}

void on_answer(void* question, int status, int /*timeouts*/, ares_addrinfo* info) {
  const std::unique_ptr<ares_addrinfo, AresFree> owned(info);
  const std::unique_ptr<DnsClient::Done> done(static_cast<DnsClient::Done*>(question));
  if (status == ARES_EDESTRUCTION) return;
  (*done)(reply_of(status, info));
}

bool is_server(std::string_view text) {
  if (IpAddress::parse(text)) return true;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_uint(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return false;
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  return ip && ip->v4 != bracketed;
}

Result<void> check_servers(const std::vector<std::string>& servers) {
  for (const std::string& server : servers) {
    if (is_server(server)) continue;
    return fail(ErrorCode::invalid, "dns_resolver: '" + printable(server) +
                                        "' is no server; expected ip, ip:port or [ipv6]:port");
  }
  return {};
}

}  // namespace

struct DnsClient::Watched {
  Watched(Loop& loop, int descriptor) : waiter(loop.context(), descriptor) {}
  boost::asio::posix::basic_stream_descriptor<Executor> waiter;
  std::array<bool, 2> wanted{};   // by c-ares
  std::array<bool, 2> waiting{};  // in Asio
};

Result<std::unique_ptr<DnsClient>> DnsClient::create(Loop& loop, const DnsClientOptions& options) {
  static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
  if (ready != ARES_SUCCESS) return fail(ErrorCode::internal, ares_strerror(ready));
  const auto valid = check_servers(options.nameservers);
  if (!valid) return std::unexpected(valid.error());
  std::unique_ptr<DnsClient> client(new DnsClient(loop));
  auto opened = client->open(options, 0);
  if (opened && client->server_count() == 1) {
    // c-ares words a server's failure as "could not contact" after trying the next one. Where there
    // is no next one, its own words are better.
    client->close();
    opened = client->open(options, ARES_FLAG_NOCHECKRESP);
  }
  if (!opened) return std::unexpected(opened.error());
  return client;
}

DnsClient::~DnsClient() {
  close();
}

Result<void> DnsClient::open(const DnsClientOptions& options, int flags) {
  char dns_only[] = "b";
  ares_options wanted{};
  wanted.flags = flags;
  wanted.timeout = static_cast<int>(options.timeout.count());
  wanted.tries = options.tries;
  wanted.lookups = dns_only;
  wanted.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<DnsClient*>(self)->on_socket(socket, {readable != 0, writable != 0});
  };
  wanted.sock_state_cb_data = this;
  constexpr int kMask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                        ARES_OPT_SOCK_STATE_CB;
  int status = ares_init_options(&channel_, &wanted, kMask);
  if (status == ARES_SUCCESS && !options.nameservers.empty()) {
    status = ares_set_servers_ports_csv(channel_, join(options.nameservers, ",").c_str());
  }
  if (status == ARES_SUCCESS) return {};
  return fail(ErrorCode::unreachable,
              std::string("the DNS resolver cannot be set up: ") + ares_strerror(status));
}

void DnsClient::close() {
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  if (channel_ != nullptr) ares_destroy(channel_);
  channel_ = nullptr;
}

std::size_t DnsClient::server_count() const {
  ares_addr_port_node* first = nullptr;
  if (ares_get_servers_ports(channel_, &first) != ARES_SUCCESS) return 0;
  const std::unique_ptr<ares_addr_port_node, AresFree> owned(first);
  std::size_t count = 0;
  for (; first != nullptr; first = first->next) ++count;
  return count;
}

void DnsClient::ask(const std::string& name, Family family, Done done) {
  ares_addrinfo_hints hints{};
  hints.ai_flags = ARES_AI_NOSORT;  // sorting opens a socket for each address
  hints.ai_family = family == Family::v4 ? AF_INET : AF_INET6;
  auto question = std::make_unique<Done>(std::move(done));
  ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, on_answer, question.release());
  arm();
}

// c-ares tells what to wait for; neither means that it is about to close the socket.
void DnsClient::on_socket(int descriptor, std::array<bool, 2> wanted) {
  if (!wanted[reading] && !wanted[writing]) {
    const auto found = sockets_.find(descriptor);
    if (found == sockets_.end()) return;
    found->second->wanted = {};
    found->second->waiter.release();
    sockets_.erase(found);
    return;
  }
  auto& socket = sockets_[descriptor];
  if (!socket) socket = std::make_shared<Watched>(loop_, descriptor);
  socket->wanted = wanted;
  for (const Direction direction : {reading, writing}) watch(socket, direction);
}

void DnsClient::watch(const std::shared_ptr<Watched>& socket, Direction direction) {
  if (!socket->wanted.at(direction) || socket->waiting.at(direction)) return;
  socket->waiting.at(direction) = true;
  const auto what = direction == reading ? Waits::wait_read : Waits::wait_write;
  // Whoever still holds the socket when the wait ends is this client, alive.
  socket->waiter.async_wait(what, [this, direction, weak = std::weak_ptr<Watched>(socket)](
                                      const boost::system::error_code& error) {
    const auto alive = weak.lock();
    if (!alive) return;
    alive->waiting.at(direction) = false;
    if (!error) on_ready(alive, direction);
  });
}

void DnsClient::on_ready(const std::shared_ptr<Watched>& socket, Direction direction) {
  const int descriptor = socket->waiter.native_handle();
  ares_process_fd(channel_, direction == reading ? descriptor : ARES_SOCKET_BAD,
                  direction == writing ? descriptor : ARES_SOCKET_BAD);
  watch(socket, direction);
  arm();
}

void DnsClient::arm() {
  if (timer_) loop_.cancel(*timer_);
  timer_.reset();
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return;
  // One more millisecond: a timer that fires early would fire again and again.
  const auto wait = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec) +
                    std::chrono::milliseconds(1);
  timer_ = loop_.at(loop_.now().steady + wait, [this] {
    timer_.reset();
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm();
  });
}

}  // namespace gw::net
