// Where a Consul agent is and who asks it: the CONSUL_* variables of Consul's own clients
// (consul-behaviour.md 2.13), and what flags put in their place.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace gw::consul {

struct Settings {
  std::string url = "http://127.0.0.1:8500";  // scheme, host, port and perhaps a path before /v1
  std::string unix_socket;                    // path; empty: TCP
  Secret token;                               // empty: anonymous
  std::string token_file;                     // where it is kept, or will be; empty: nowhere
  Secret basic_auth;                          // "user:password"; empty: none
  bool verify = true;                         // the agent's certificate, of https
  std::string ca_file;                        // PEM; empty: the system's
  std::string ca_path;                        // a folder of such files
  std::string client_certificate;             // PEM file
  std::string client_key;                     // PEM file
  std::string server_name;                    // for SNI and verification; empty: the url's host
  std::string datacenter;                     // empty: the agent's
  std::string ns;                             // Enterprise; sent only when set
  std::string partition;                      // Enterprise; sent only when set

  // As messages name the agent: "http://127.0.0.1:8500" or "unix:///run/consul.sock".
  [[nodiscard]] std::string name() const;
};

// What flags say; they win over the variables.
struct Overrides {
  std::optional<std::string> address{};
  std::optional<std::string> token_file{};
  std::optional<std::string> datacenter{};
  std::optional<std::string> ns{};
  std::optional<std::string> partition{};
};

// Reads the token file again: whoever keeps a token there may replace it. The token in hand stays
// while the file cannot be read, is empty or holds no token.
void refresh_token(Settings& settings);

// As getenv(3): nullptr when the variable is not set. Empty ones count as not set.
using Environment = std::function<const char*(const char*)>;

// ErrorCode::invalid: a variable or flag is wrong; missing and unreachable: a file it names.
[[nodiscard]] Result<Settings> read_settings(const Environment& environment,
                                             const Overrides& overrides = {});

}  // namespace gw::consul
