#include "config/bind.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/bind_health.h"
#include "config/check_format.h"
#include "config/check_path.h"
#include "config/service_url.h"
#include "config/values.h"

namespace gw::config {
namespace {

using model::Level;

template <class Enum>
struct Word {
  std::string_view text;
  Enum value;
};

constexpr std::array kProtocols{
    Word{"http", model::Protocol::http}, Word{"https", model::Protocol::https},
    Word{"grpc", model::Protocol::grpc}, Word{"grpcs", model::Protocol::grpcs},
    Word{"tcp", model::Protocol::tcp},   Word{"tls", model::Protocol::tls},
    Word{"udp", model::Protocol::udp},   Word{"tls_passthrough", model::Protocol::tls_passthrough},
};
constexpr std::array kAlgorithms{
    Word{"round-robin", model::Algorithm::round_robin},
    Word{"consistent-hashing", model::Algorithm::consistent_hashing},
    Word{"least-connections", model::Algorithm::least_connections},
    Word{"latency", model::Algorithm::latency},
};
constexpr std::array kHashes{
    Word{"none", model::HashOn::none},
    Word{"consumer", model::HashOn::consumer},
    Word{"ip", model::HashOn::ip},
    Word{"header", model::HashOn::header},
    Word{"cookie", model::HashOn::cookie},
    Word{"path", model::HashOn::path},
    Word{"query_arg", model::HashOn::query_arg},
    Word{"uri_capture", model::HashOn::uri_capture},
};

template <class Table>
auto value_of(const Table& table, std::string_view text) {
  const auto found = std::ranges::find_if(table, [&](const auto& row) { return row.text == text; });
  return found == table.end() ? table.front().value : found->value;
}

class Binder {
 public:
  Binder(const Inventory& inventory, const Links& links, const Level& level)
      : inventory_(inventory), links_(links), level_(level) {}

  model::Config run() {
    config_.level = level_;
    each("services", [&](const Entity& e) { config_.services.push_back(service(e)); });
    each("routes", [&](const Entity& e) { config_.routes.push_back(route(e)); });
    each("consumers", [&](const Entity& e) { config_.consumers.push_back(consumer(e)); });
    // Kong gives a credential without key a random one; here it must not match the empty key.
    each("keyauth_credentials", [&](const Entity& e) {
      if (values(e).find("key") != nullptr) config_.keyauth_credentials.push_back(credential(e));
    });
    each("plugins", [&](const Entity& e) { config_.plugins.push_back(plugin(e)); });
    each("upstreams", [&](const Entity& e) { config_.upstreams.push_back(upstream(e)); });
    each("vaults", [&](const Entity& e) { config_.vaults.push_back(vault(e)); });
    each("certificates", [&](const Entity& e) { config_.certificates.push_back(certificate(e)); });
    each("ca_certificates", [&](const Entity& e) {
      config_.ca_certificates.push_back({.id = e.id, .cert = values(e).text("cert")});
    });
    add_children();
    return std::move(config_);
  }

 private:
  const Inventory& inventory_;
  const Links& links_;
  Level level_;
  model::Config config_;

  template <class Action>
  void each(std::string_view collection, Action action) const {
    for (const Entity* entity : inventory_.of(collection)) {
      if (!entity->overridden) action(*entity);
    }
  }

  [[nodiscard]] Values values(const Entity& e) const { return {*e.node, e.spec->fields, level_}; }

  // Targets and server names go where the entity that they belong to is.
  void add_children() {
    std::map<Uuid, std::size_t> upstreams;
    for (std::size_t i = 0; i < config_.upstreams.size(); ++i) {
      upstreams[config_.upstreams[i].id] = i;
    }
    each("targets", [&](const Entity& e) {
      const auto at = upstreams.find(links_.id_of_target(e, "upstream").value_or(Uuid{}));
      if (at != upstreams.end()) config_.upstreams[at->second].targets.push_back(target(e));
    });
    std::map<Uuid, std::size_t> certificates;
    for (std::size_t i = 0; i < config_.certificates.size(); ++i) {
      certificates[config_.certificates[i].id] = i;
    }
    each("snis", [&](const Entity& e) {
      const auto at = certificates.find(links_.id_of_target(e, "certificate").value_or(Uuid{}));
      if (at == certificates.end()) return;
      config_.certificates[at->second].snis.push_back(values(e).text("name"));
    });
  }

  [[nodiscard]] model::Service service(const Entity& e) const {
    const ServiceView view(*e.node);
    const Values own = values(e);
    const Values from_url =
        view.from_url() ? Values(*view.from_url(), e.spec->fields, level_) : own;
    model::Service s;
    s.id = e.id;
    s.name = own.text("name");
    s.protocol = value_of(kProtocols, from_url.text("protocol"));
    s.host = from_url.text("host");
    s.port = from_url.integer<std::uint16_t>("port");
    s.path = from_url.text("path");
    s.retries = own.integer<std::uint32_t>("retries");
    s.connect_timeout_ms = own.integer<std::uint32_t>("connect_timeout");
    s.write_timeout_ms = own.integer<std::uint32_t>("write_timeout");
    s.read_timeout_ms = own.integer<std::uint32_t>("read_timeout");
    s.enabled = own.find("enabled") == nullptr || own.flag("enabled");
    s.client_certificate = links_.id_of_target(e, "client_certificate");
    s.tls_verify = own.maybe_flag("tls_verify");
    s.tls_verify_depth = own.maybe_int("tls_verify_depth");
    for (const auto& text : own.texts("ca_certificates")) {
      if (const auto id = Uuid::parse(text)) s.ca_certificates.push_back(*id);
    }
    s.san_uris = san(own, "uris");
    s.san_dnsnames = san(own, "dnsnames");
    return s;
  }

  static std::vector<std::string> san(const Values& service, std::string_view list) {
    std::vector<std::string> out;
    const Node* sans = service.find("tls_sans");
    const Node* names = sans == nullptr ? nullptr : sans->find(list);
    if (names == nullptr) return out;
    for (const Node& name : names->items) out.push_back(name.text);
    return out;
  }

  [[nodiscard]] model::Route route(const Entity& e) const {
    const Values v = values(e);
    model::Route r;
    r.id = e.id;
    r.name = v.text("name");
    r.protocols.clear();
    for (const auto& name : v.texts("protocols")) {
      r.protocols.push_back(value_of(kProtocols, name));
    }
    r.methods = v.texts("methods");
    r.hosts = v.texts("hosts");
    r.paths = v.texts("paths");
    if (e.migrates) std::ranges::transform(r.paths, r.paths.begin(), migrate_path);
    r.headers = headers(v);
    r.snis = v.texts("snis");
    r.https_redirect_status_code = v.integer<std::uint16_t>("https_redirect_status_code");
    r.regex_priority = v.integer<std::int64_t>("regex_priority");
    const bool grpc = r.protocols.front() == model::Protocol::grpc ||
                      r.protocols.front() == model::Protocol::grpcs;
    r.strip_path = v.flag("strip_path") && !grpc;
    r.path_handling =
        v.text("path_handling") == "v1" ? model::PathHandling::v1 : model::PathHandling::v0;
    r.preserve_host = v.flag("preserve_host");
    r.service = links_.id_of_target(e, "service");
    r.created_at = v.integer<std::int64_t>("created_at");
    return r;
  }

  static std::vector<std::pair<std::string, std::vector<std::string>>> headers(const Values& v) {
    std::vector<std::pair<std::string, std::vector<std::string>>> out;
    const Node* map = v.find("headers");
    if (map == nullptr) return out;
    for (const Member& member : map->members) {
      std::vector<std::string> texts;
      texts.reserve(member.value.items.size());
      for (const Node& item : member.value.items) texts.push_back(item.text);
      out.emplace_back(member.key, std::move(texts));
    }
    return out;
  }

  [[nodiscard]] model::Consumer consumer(const Entity& e) const {
    const Values v = values(e);
    return {.id = e.id, .username = v.text("username"), .custom_id = v.text("custom_id")};
  }

  [[nodiscard]] model::KeyAuthCredential credential(const Entity& e) const {
    return {.id = e.id,
            .consumer = links_.id_of_target(e, "consumer").value_or(Uuid{}),
            .key = values(e).secret("key")};
  }

  [[nodiscard]] model::Plugin plugin(const Entity& e) const {
    const Values v = values(e);
    model::Plugin p;
    p.id = e.id;
    p.name = v.text("name");
    p.instance_name = v.text("instance_name");
    p.route = links_.id_of_target(e, "route");
    p.service = links_.id_of_target(e, "service");
    p.consumer = links_.id_of_target(e, "consumer");
    p.enabled = v.find("enabled") == nullptr || v.flag("enabled");
    p.config = bind_plugin_config(e, level_);
    return p;
  }

  [[nodiscard]] model::Upstream upstream(const Entity& e) const {
    const Values v = values(e);
    model::Upstream u;
    u.id = e.id;
    u.name = v.text("name");
    u.hash = hash(v, "hash_on");
    u.hash_fallback = hash(v, "hash_fallback");
    u.algorithm = algorithm(v, u.hash);
    if (u.algorithm != model::Algorithm::consistent_hashing) u.hash = {};
    u.hash_on_cookie_path = v.text("hash_on_cookie_path");
    u.slots = v.integer<std::uint32_t>("slots");
    u.host_header = v.text("host_header");
    u.client_certificate = links_.id_of_target(e, "client_certificate");
    u.healthchecks = bind_health(*e.node, e.spec->fields, level_);
    return u;
  }

  // kong-behaviour.md 6.4: hash_on makes it consistent hashing, unless another one is asked for.
  static model::Algorithm algorithm(const Values& v, const model::HashInput& hash) {
    const auto asked = value_of(kAlgorithms, v.text("algorithm"));
    const bool explicit_none = v.find("hash_on") != nullptr && hash.on == model::HashOn::none;
    if (asked == model::Algorithm::round_robin && hash.on != model::HashOn::none) {
      return model::Algorithm::consistent_hashing;
    }
    if (asked == model::Algorithm::consistent_hashing && explicit_none) {
      return model::Algorithm::round_robin;
    }
    return asked;
  }

  // The cookie has one field for both; everything else has its own.
  static model::HashInput hash(const Values& v, std::string_view choice) {
    const std::string text = v.text(choice);
    if (text == "cookie") return {model::HashOn::cookie, v.text("hash_on_cookie")};
    return {value_of(kHashes, text), v.text(std::string(choice) + "_" + text)};
  }

  [[nodiscard]] model::Target target(const Entity& e) const {
    const Values v = values(e);
    const auto address = parse_host_port(v.text("target")).value_or(HostPort{});
    model::Target t;
    t.id = e.id;
    t.host = address.host;
    t.port = address.port.value_or(t.port);
    t.weight = v.integer<std::uint32_t>("weight");
    return t;
  }

  [[nodiscard]] model::Vault vault(const Entity& e) const {
    const Values v = values(e);
    model::Vault out{
        .id = e.id, .prefix = v.text("prefix"), .name = v.text("name"), .env_prefix = {}};
    const Node* config = v.find("config");
    const Node* prefix = config == nullptr ? nullptr : config->find("prefix");
    if (prefix != nullptr && prefix->is(Kind::string)) out.env_prefix = prefix->text;
    return out;
  }

  [[nodiscard]] model::Certificate certificate(const Entity& e) const {
    const Values v = values(e);
    return {.id = e.id, .cert = v.text("cert"), .key = v.secret("key"), .snis = {}};
  }
};

}  // namespace

model::Config bind(const Inventory& inventory, const Links& links, const Level& level) {
  return Binder(inventory, links, level).run();
}

}  // namespace gw::config
