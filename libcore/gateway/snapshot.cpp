#include "gateway/snapshot.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "gateway/compiled.h"

namespace gw::gateway {
namespace {

using model::Plugin;
using model::Protocol;

// Keys of credentials are looked up by a keyed hash, so that no client can aim at a collision.
limit::Fingerprint key_fingerprint(std::string_view key) {
  static const limit::KeySeed seed = limit::seed_key("key-auth", {}, {});
  return limit::fingerprint(seed, key);
}

bool is_tls(Protocol protocol) {
  return protocol == Protocol::https || protocol == Protocol::grpcs || protocol == Protocol::tls;
}

CompiledLimits compile_limits(const model::Limits& limits) {
  CompiledLimits compiled;
  for (const model::PeriodRow& row : model::kPeriods) {
    const double limit = limits[row.period];
    if (limit <= 0) continue;
    compiled.periods.push_back(row.period);
    compiled.limits.push_back(limit);
    compiled.limit_text.push_back(format_number(limit));
  }
  return compiled;
}

// Fills a Snapshot in the order in which its parts need each other.
class Compiler {
 public:
  explicit Compiler(Snapshot& snapshot) : s_(snapshot), config_(snapshot.config) {}

  Result<void> run() {
    for (std::uint32_t i = 0; i < config_.consumers.size(); ++i) {
      consumers_[config_.consumers[i].id] = i;
      s_.consumer_ids.push_back(config_.consumers[i].id.str());
    }
    compile_credentials();
    compile_services();
    compile_routes();
    s_.stores.reserve(config_.plugins.size() + 1);  // pointers into it are kept
    for (const Plugin& plugin : config_.plugins) compile_plugin(plugin);
    for (std::uint32_t i = 0; i < s_.routes.size(); ++i) plan(s_.routes[i]);
    return build_router();
  }

 private:
  void compile_credentials() {
    for (const auto& credential : config_.keyauth_credentials) {
      const auto consumer = consumers_.find(credential.consumer);
      if (consumer == consumers_.end()) continue;
      s_.credentials[key_fingerprint(credential.key.reveal())] = {&credential, consumer->second,
                                                                  credential.id.str()};
    }
  }

  void compile_services() {
    std::map<std::string_view, std::uint32_t> upstreams;
    for (const model::Upstream& upstream : config_.upstreams) {
      upstreams[upstream.name] = static_cast<std::uint32_t>(s_.upstreams.size());
      s_.upstreams.push_back(compile_upstream(upstream));
    }
    for (std::uint32_t i = 0; i < config_.services.size(); ++i) {
      const model::Service& service = config_.services[i];
      services_[service.id] = i;
      CompiledService compiled{.model = &service, .host_header = {}, .path = {}};
      const auto upstream = upstreams.find(service.host);
      if (upstream != upstreams.end()) {
        compiled.balanced = upstream->second;
        compiled.upstream = &config_.upstreams[upstream->second];
      }
      compiled.tls = is_tls(service.protocol);
      compiled.default_port = compiled.tls ? 443 : 80;
      compiled.path = service.path.empty() ? "/" : service.path;
      compiled.host_header = service.port == compiled.default_port
                                 ? service.host
                                 : fmt::format("{}:{}", service.host, service.port);
      compiled.id_text = service.id.str();
      compiled.consumer_limit_seed = limit::seed_key("consumerratelimit", {}, service.id);
      s_.services.push_back(std::move(compiled));
    }
  }

  void compile_routes() {
    for (std::uint32_t i = 0; i < config_.routes.size(); ++i) {
      const model::Route& route = config_.routes[i];
      routes_[route.id] = i;
      CompiledRoute compiled{.model = &route, .service = {}, .plan = {}};
      if (route.service) compiled.service = index_of(services_, *route.service);
      for (const Protocol protocol : route.protocols) {
        compiled.http |= protocol == Protocol::http || protocol == Protocol::grpc;
        compiled.https |= protocol == Protocol::https || protocol == Protocol::grpcs;
        compiled.grpc |= protocol == Protocol::grpc || protocol == Protocol::grpcs;
      }
      compiled.consumer_limit_seed = limit::seed_key("consumerratelimit", route.id, {});
      s_.routes.push_back(std::move(compiled));
    }
  }

  void compile_plugin(const Plugin& plugin) {
    if (!plugin.enabled || std::holds_alternative<model::NotRun>(plugin.config)) return;
    PluginScope scope;
    if (plugin.route) scope.route = index_of(routes_, *plugin.route);
    if (plugin.service) scope.service = index_of(services_, *plugin.service);
    if (plugin.consumer) scope.consumer = index_of(consumers_, *plugin.consumer);
    // A scope that is gone (a disabled collection) must not widen to a larger one.
    if (scope.route.has_value() != plugin.route.has_value() ||
        scope.service.has_value() != plugin.service.has_value() ||
        scope.consumer.has_value() != plugin.consumer.has_value()) {
      return;
    }
    CompiledPlugin compiled{&plugin, scope, {}};
    if (const auto* key_auth = std::get_if<model::KeyAuth>(&plugin.config)) {
      add(PluginKind::key_auth, std::move(compiled), compile(*key_auth));
    } else if (const auto* limiting = std::get_if<model::RateLimiting>(&plugin.config)) {
      add(PluginKind::rate_limiting, std::move(compiled), compile(plugin, *limiting));
    } else if (const auto* consumer = std::get_if<model::ConsumerRateLimiting>(&plugin.config)) {
      add(PluginKind::consumer_rate_limiting, std::move(compiled), compile(*consumer));
    }
  }

  template <class Compiled>
  void add(PluginKind kind, CompiledPlugin plugin, Compiled compiled) {
    plugin.compiled = std::move(compiled);
    Reach& reach = reach_[static_cast<std::size_t>(kind)];
    if (plugin.scope.route) {
      reach.routes.insert(*plugin.scope.route);
    } else if (plugin.scope.service) {
      reach.services.insert(*plugin.scope.service);
    } else {
      reach.everywhere = true;
    }
    s_.instances[static_cast<std::size_t>(kind)].add(plugin.scope,
                                                     static_cast<std::uint32_t>(s_.plugins.size()));
    s_.plugins.push_back(std::move(plugin));
  }

  CompiledKeyAuth compile(const model::KeyAuth& config) {
    CompiledKeyAuth compiled{&config, {}, {}};
    if (!s_.traits.always_challenges) {
      compiled.challenge = "Key realm=\"kong\"";
    } else {
      compiled.challenge =
          config.realm.empty() ? "Key" : fmt::format("Key realm=\"{}\"", config.realm);
    }
    if (!config.anonymous.empty()) compiled.anonymous = find_consumer(config.anonymous);
    return compiled;
  }

  CompiledRateLimiting compile(const Plugin& plugin, const model::RateLimiting& config) {
    CompiledRateLimiting compiled;
    compiled.config = &config;
    compiled.limits = compile_limits(config.limits);
    compiled.route = plugin.route.value_or(Uuid{});
    compiled.service = plugin.service.value_or(Uuid{});
    compiled.seed = limit::seed_key("ratelimit", compiled.route, compiled.service);
    compiled.store = store(config, config.sync_rate);
    compiled.counting = counting_of(*compiled.store, s_.traits.redis_counts_reads);
    return compiled;
  }

  CompiledConsumerRateLimiting compile(const model::ConsumerRateLimiting& config) {
    CompiledConsumerRateLimiting compiled;
    compiled.config = &config;
    const auto entries = [](const auto& from) {
      std::vector<CompiledConsumerRateLimiting::Entry> to;
      to.reserve(from.size());
      for (const auto& entry : from)
        to.push_back({lower(entry.name), compile_limits(entry.limits)});
      return to;
    };
    compiled.service = entries(config.service);
    compiled.route = entries(config.route);
    compiled.store = store(config, -1);
    // Its Lua has the commands of Kong 3.0 to 3.3: reading counts at no level.
    compiled.counting = counting_of(*compiled.store, false);
    return compiled;
  }

  limit::Counting counting_of(const Store& store, bool redis_counts_reads) const {
    if (store.kind == Store::Kind::redis && redis_counts_reads) return limit::Counting::always;
    if (s_.counting == CountingMode::kong && s_.traits.counts_in_log_phase) {
      return limit::Counting::read_only;
    }
    return limit::Counting::if_all_pass;
  }

  // `config` is a limiting plugin's.
  template <class Config>
  const Store* store(const Config& config, double sync_rate) {
    Store wanted;
    if (config.policy == model::Policy::redis) {
      wanted.kind = sync_rate > 0 ? Store::Kind::synced : Store::Kind::redis;
      wanted.redis = config.redis;
      wanted.sync_rate = sync_rate;
    }
    const auto same = [&](const Store& s) {
      if (s.kind != wanted.kind || wanted.kind == Store::Kind::memory) return s.kind == wanted.kind;
      return s.sync_rate == wanted.sync_rate && same_redis(s.redis, wanted.redis);
    };
    const auto found = std::ranges::find_if(s_.stores, same);
    Store& store = found != s_.stores.end() ? *found : s_.stores.emplace_back(std::move(wanted));
    store.must_answer |= !config.fault_tolerant;
    return &store;
  }

  // Kong tries an id first when the text is one (kong-behaviour.md 3.1).
  std::optional<std::uint32_t> find_consumer(std::string_view name_or_id) const {
    if (const auto id = Uuid::parse(name_or_id)) {
      if (const auto found = consumers_.find(*id); found != consumers_.end()) return found->second;
    }
    for (std::uint32_t i = 0; i < config_.consumers.size(); ++i) {
      if (config_.consumers[i].username == name_or_id) return i;
    }
    return std::nullopt;
  }

  // Which plugins can run on a route, by descending priority, then by descending name.
  void plan(CompiledRoute& route) {
    std::vector<std::pair<int, PluginKind>> order{
        {s_.traits.key_auth_priority, PluginKind::key_auth},
        {s_.traits.rate_limiting_priority, PluginKind::rate_limiting},
        {910, PluginKind::consumer_rate_limiting},
    };
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      const auto name = [](PluginKind kind) {
        return kPluginNames[static_cast<std::size_t>(kind)];
      };
      return a.first != b.first ? a.first > b.first : name(a.second) > name(b.second);
    });
    const auto index = static_cast<std::uint32_t>(&route - s_.routes.data());
    for (const auto& [priority, kind] : order) {
      if (!can_run(kind, index, route.service)) continue;
      route.plan.push_back(kind);
      const auto k = static_cast<std::size_t>(kind);
      route.instances[k] = s_.instances[k].pick(index, route.service, std::nullopt);
    }
  }

  bool can_run(PluginKind kind, std::uint32_t route, std::optional<std::uint32_t> service) const {
    const Reach& reach = reach_[static_cast<std::size_t>(kind)];
    return reach.everywhere || reach.routes.contains(route) ||
           (service && reach.services.contains(*service));
  }

  Result<void> build_router() {
    std::vector<bool> usable;
    for (const CompiledRoute& route : s_.routes) {
      const bool enabled = !route.service || s_.services[*route.service].model->enabled;
      usable.push_back((route.http || route.https) && enabled);
    }
    s_.flavor = s_.settings.router_flavor.value_or(s_.traits.router);
    auto router = Router::build(config_.routes, usable, s_.flavor, s_.traits);
    if (!router) return std::unexpected(router.error());
    s_.router = std::move(*router);
    return {};
  }

  // Where some instance of a plugin may run.
  struct Reach {
    bool everywhere = false;
    std::unordered_set<std::uint32_t> routes, services;
  };

  using Index = std::map<Uuid, std::uint32_t>;
  static std::optional<std::uint32_t> index_of(const Index& index, const Uuid& id) {
    const auto found = index.find(id);
    return found == index.end() ? std::nullopt : std::optional(found->second);
  }

  Snapshot& s_;
  const model::Config& config_;
  Index consumers_, services_, routes_;
  std::array<Reach, kPluginKinds> reach_;
};

}  // namespace

const CredentialEntry* Snapshot::find_key(std::string_view key) const {
  const auto found = credentials.find(key_fingerprint(key));
  if (found == credentials.end()) return nullptr;
  const bool same = equal_in_constant_time(found->second.credential->key.reveal(), key);
  return same ? &found->second : nullptr;
}

Result<SnapshotPtr> compile(model::Config config, const Settings& settings, CountingMode counting) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->config = std::move(config);
  snapshot->settings = settings;
  snapshot->traits = traits_of(snapshot->config.level);
  snapshot->counting = counting;
  snapshot->server_name = settings.version_string.empty()
                              ? fmt::format("kong/{}", snapshot->config.level.version())
                              : fmt::format("kong/{}", settings.version_string);
  const auto done = Compiler(*snapshot).run();
  if (!done) return std::unexpected(done.error());
  return SnapshotPtr(std::move(snapshot));
}

}  // namespace gw::gateway
