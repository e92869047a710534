// What a Snapshot is made of. For the gateway's own sources; drivers hold a SnapshotPtr.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "gateway/compiled_upstream.h"
#include "gateway/exchange.h"
#include "gateway/instance_table.h"
#include "gateway/router.h"
#include "gateway/settings.h"
#include "gateway/snapshot.h"
#include "gateway/traits.h"
#include "limit/fingerprint.h"
#include "model/entities.h"

namespace gw::gateway {

// The plugins that run here. A new one gets a row, a file in plugins/ and a case in run_plugin().
enum class PluginKind : std::uint8_t { key_auth, rate_limiting, consumer_rate_limiting };
inline constexpr std::size_t kPluginKinds = 3;
inline constexpr std::array<std::string_view, kPluginKinds> kPluginNames{
    "key-auth", "rate-limiting", "consumer-rate-limiting"};

// Configured limits of one counter key, with the texts that headers show.
struct CompiledLimits {
  std::vector<model::Period> periods;   // the limited ones, shorter first
  std::vector<double> limits;           // by position in `periods`
  std::vector<std::string> limit_text;  // "%.14g"
};

struct CompiledKeyAuth {
  const model::KeyAuth* config = nullptr;
  std::string challenge;                   // value of WWW-Authenticate
  std::optional<std::uint32_t> anonymous;  // index of the consumer
};

struct CompiledRateLimiting {
  const model::RateLimiting* config = nullptr;
  CompiledLimits limits;
  limit::KeySeed seed;
  Uuid route, service;  // of the plugin's scope; nil: none
  const Store* store = nullptr;
  limit::Counting counting = limit::Counting::if_all_pass;
};

struct CompiledConsumerRateLimiting {
  struct Entry {
    std::string name;  // lower case
    CompiledLimits limits;
  };
  const model::ConsumerRateLimiting* config = nullptr;
  std::vector<Entry> service, route;
  const Store* store = nullptr;
  limit::Counting counting = limit::Counting::if_all_pass;
};

struct CompiledPlugin {
  const model::Plugin* plugin = nullptr;
  PluginScope scope;
  std::variant<CompiledKeyAuth, CompiledRateLimiting, CompiledConsumerRateLimiting> compiled;
};

struct CompiledService {
  const model::Service* model = nullptr;
  const model::Upstream* upstream = nullptr;  // when its host names one
  std::optional<std::uint32_t> balanced{};    // its index, then
  std::string host_header{};                  // sent when the route does not preserve the client's
  std::string path{};                         // "/" when the service has none
  std::uint16_t default_port = 80;            // of its scheme
  bool tls = false;
  std::string id_text{};                 // ids as text: headers and counter keys want them
  limit::KeySeed consumer_limit_seed{};  // of consumer-rate-limiting's service matches
};

struct CompiledRoute {
  const model::Route* model = nullptr;
  std::optional<std::uint32_t> service{};
  bool http = false, https = false, grpc = false;
  std::vector<PluginKind> plan{};  // the plugins that can run here, in their order
  // What InstanceTable::pick says for every consumer without an instance of its own.
  std::array<std::optional<std::uint32_t>, kPluginKinds> instances{};
  limit::KeySeed consumer_limit_seed{};  // of consumer-rate-limiting's route matches
};

struct CredentialEntry {
  const model::KeyAuthCredential* credential = nullptr;
  std::uint32_t consumer = 0;
  std::string id_text;
};

struct FingerprintHash {
  std::size_t operator()(const limit::Fingerprint& f) const {
    return static_cast<std::size_t>(f.low);
  }
};

class Snapshot {
 public:
  model::Config config;
  Settings settings;
  Traits traits;
  CountingMode counting = CountingMode::exact;
  std::string server_name;  // "kong/2.0.5"
  RouterFlavor flavor = RouterFlavor::traditional;
  std::optional<Router> router;
  std::vector<CompiledRoute> routes;        // as config.routes
  std::vector<CompiledService> services;    // as config.services
  std::vector<CompiledUpstream> upstreams;  // as config.upstreams
  std::vector<CompiledPlugin> plugins;
  std::array<InstanceTable, kPluginKinds> instances;
  std::vector<Store> stores;
  std::vector<std::string> consumer_ids;  // as text, as config.consumers

  // The credential with this key; the time it takes does not tell how much of a key was right.
  [[nodiscard]] const CredentialEntry* find_key(std::string_view key) const;

  std::unordered_map<limit::Fingerprint, CredentialEntry, FingerprintHash> credentials;
};

}  // namespace gw::gateway
