// One client's connection: its handshakes, its requests one after the other, its idle times.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/exchange.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/stream.h"
#include "proxy/after.h"

namespace gw::proxy {

class Transaction;
class Worker;

// What a listener says about its connections.
struct ListenerTraits {
  std::uint16_t port = 8000;
  bool tls = false;
  bool proxy_protocol = false;
};

// Kept alive by whatever waits for it: the coroutine while it is busy, a plain handler while it is
// idle (then it holds no buffer and no coroutine).
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(Worker& worker, net::Socket socket, const net::Address& peer,
                   const ListenerTraits& listener);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  void start();
  // Idle: closes soon. Busy: after the request under way.
  void drain();
  // With a reset, on the upstream's side as well.
  void abort();

  // For the transaction under way.
  net::Stream stream;
  net::Buffer in;
  [[nodiscard]] Worker& worker() { return worker_; }
  [[nodiscard]] const net::Address& peer() const { return peer_; }
  [[nodiscard]] const ListenerTraits& listener() const { return *listener_; }
  [[nodiscard]] const std::string& sni() const { return sni_; }
  // Whether another request may follow the one under way.
  [[nodiscard]] bool may_go_on() const;

 private:
  enum class Wait : std::uint8_t { ready, park, over };

  net::Task<void> run(std::shared_ptr<ClientConnection> self);
  net::Task<bool> prepare();
  net::Task<bool> read_proxy_header();
  net::Task<bool> shake_hands();
  net::Task<Wait> wait_for_request();
  net::Task<After> serve_request();
  net::Task<void> linger();
  [[nodiscard]] SteadyTime idle_deadline() const;
  void spawn();
  void park();

  friend class Worker;
  Worker& worker_;
  net::Address peer_;
  const ListenerTraits* listener_;
  std::string sni_;
  SteadyTime accepted_;
  SteadyTime idle_since_;
  SteadyTime woken_{};  // from lying idle
  std::uint32_t requests_ = 0;
  bool prepared_ = false;
  Transaction* current_ = nullptr;  // the request under way
  std::uint32_t slot_ = 0;          // in the worker's list
};

}  // namespace gw::proxy
