// HTTP to a Consul agent, over libcurl: one request at a time, bounded in bytes and time.
//
// Redirects are not followed and proxies of the environment not used: what is asked for holds
// private keys. A machine that slept through a request learns it at once instead of waiting for a
// connection that is long dead.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "consul/settings.h"

namespace gw::consul {

// How long to wait for what is newer than `index` (consul-behaviour.md 2.2). Index 0 never waits.
struct Blocking {
  std::uint64_t index = 0;
  std::chrono::milliseconds wait{0};
};

struct Query {
  std::string path;  // "/v1/agent/connect/ca/roots", already percent-encoded
  Blocking blocking{};
  // Beyond `blocking.wait`: for connecting, and for an answer that is slow.
  std::chrono::milliseconds patience{10'000};
};

// What changes something, or asks with a body.
enum class Method : std::uint8_t { get, put, post, remove };

struct Request {
  Method method = Method::get;
  std::string path{};                 // with its query, already percent-encoded
  std::string body{};                 // JSON; sent by put and post, also when empty
  std::vector<std::string> fields{};  // more of them, such as "X-Gatewayctl: mesh"
  std::chrono::milliseconds patience{10'000};
};

struct Answer {
  long status = 0;
  std::string content_type;
  std::optional<std::uint64_t> index;  // X-Consul-Index
  Secret body;                         // may hold a private key
};

// Used by one thread; only cancel() may be called from others.
class Client {
 public:
  // `clock` outlives the client. A token file is read again for each request.
  Client(Settings settings, const Clock& clock);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Every status is an answer; Errors (unreachable, too_large) are those of the way to it.
  [[nodiscard]] Result<Answer> get(const Query& query);
  // Likewise. Sent once: a change whose answer was lost may have been made.
  [[nodiscard]] Result<Answer> send(const Request& request);
  // The request that runs, and every later one, ends at once with an Error.
  void cancel();

  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  struct Transfer;
  [[nodiscard]] Result<Answer> perform(const Request& request, const Blocking& blocking);
  [[nodiscard]] Result<void> run(Transfer& transfer);

  Settings settings_;
  const Clock& clock_;
  struct Handles;
  std::unique_ptr<Handles> handles_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace gw::consul
