#include "proxy/references.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "model/plugin.h"

namespace gw::proxy {
namespace {

constexpr std::string_view kBegin = "{vault://";
constexpr std::string_view kForms =
    "{vault://env/NAME}, {vault://env/NAME/KEY}, {vault://file/PATH}, {vault://consul/roots} or "
    "{vault://consul/leaf/SERVICE/cert (or key)}";

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("{}; expected {}", why, kForms));
}

Result<VaultReference> parse_file(std::string_view path) {
  if (path.empty()) return malformed("it names no file");
  return VaultReference{.vault = "file", .path = {std::string(path)}, .options = {}};
}

bool is_of_consul(const std::vector<std::string>& path) {
  if (path.size() == 1) return path[0] == "roots";
  return path.size() == 3 && path[0] == "leaf" && (path[2] == "cert" || path[2] == "key");
}

std::map<std::string, std::string> parse_options(std::string_view query) {
  std::map<std::string, std::string> options;
  for (const std::string_view option : split(query, '&')) {
    const std::size_t equals = std::min(option.find('='), option.size());
    const auto value = option.substr(std::min(equals + 1, option.size()));
    if (equals > 0) options.emplace(option.substr(0, equals), value);
  }
  return options;
}

// ---- the places where references may stand ----

struct Place {
  std::string_view list;
  std::size_t index;
  std::string_view name;  // of the plugin; empty: `id` names the entity
  const Uuid& id;
  std::string_view field;

  // "certificates[0] (id 1111...) key"
  [[nodiscard]] std::string str() const {
    return fmt::format("{}[{}] ({}) {}", list, index,
                       name.empty() ? "id " + id.str() : std::string(name), field);
  }
};

std::string_view text_of(const std::string& text) {
  return text;
}
std::string_view text_of(const Secret& secret) {
  return secret.reveal();
}

template <class Plugin>
auto redis_of(Plugin& plugin) -> decltype(&std::get<model::RateLimiting>(plugin.config).redis) {
  if (auto* limits = std::get_if<model::RateLimiting>(&plugin.config)) return &limits->redis;
  auto* limits = std::get_if<model::ConsumerRateLimiting>(&plugin.config);
  return limits == nullptr ? nullptr : &limits->redis;
}

// `visit` is given each place with its std::string or Secret.
template <class Config, class Visit>
void each_field(Config& config, Visit visit) {
  std::size_t i = 0;
  for (auto& one : config.certificates) {
    visit(Place{"certificates", i, "", one.id, "cert"}, one.cert);
    visit(Place{"certificates", i++, "", one.id, "key"}, one.key);
  }
  i = 0;
  for (auto& one : config.ca_certificates) {
    visit(Place{"ca_certificates", i++, "", one.id, "cert"}, one.cert);
  }
  i = 0;
  for (auto& one : config.plugins) {
    if (auto* redis = redis_of(one)) {
      visit(Place{"plugins", i, one.name, one.id, "redis username"}, redis->username);
      visit(Place{"plugins", i, one.name, one.id, "redis password"}, redis->password);
    }
    ++i;
  }
}

// ---- what they mean ----

bool is_built_in(std::string_view vault) {
  return vault == "env" || vault == "file" || vault == "consul";
}

// The reference by its vault's type: an entity's prefix becomes what stands behind it.
Result<VaultReference> by_type(VaultReference reference, const model::Config& config) {
  if (is_built_in(reference.vault)) return reference;
  const auto vault = std::ranges::find(config.vaults, reference.vault, &model::Vault::prefix);
  if (vault == config.vaults.end()) {
    return fail(ErrorCode::invalid,
                fmt::format("no vault has the prefix '{}'; add it to vaults, or use env or file",
                            printable(reference.vault)));
  }
  if (vault->name != "env") {
    return fail(ErrorCode::unsupported,
                fmt::format("vault '{}' is of type '{}', which is not looked up here; use env or "
                            "file",
                            printable(reference.vault), printable(vault->name)));
  }
  reference.vault = "env";
  if (!vault->env_prefix.empty()) reference.options.emplace("prefix", vault->env_prefix);
  return reference;
}

Result<VaultReference> read_reference(std::string_view text, const model::Config& config) {
  auto reference = parse_reference(text);
  return reference ? by_type(std::move(*reference), config) : reference;
}

bool lacks_roots(const model::Service& service) {
  return !service.san_uris.empty() && service.ca_certificates.empty() &&
         service.tls_verify.value_or(true);
}

}  // namespace

bool is_reference(std::string_view text) {
  return text.starts_with(kBegin);
}

Result<VaultReference> parse_reference(std::string_view text) {
  if (!text.starts_with(kBegin) || !text.ends_with('}')) return malformed("not a reference");
  text.remove_prefix(kBegin.size());
  text.remove_suffix(1);
  const std::size_t slash = text.find('/');
  const std::string_view vault = text.substr(0, std::min(slash, text.size()));
  if (vault.empty() || slash == std::string_view::npos)
    return malformed("it names no vault or key");
  std::string_view rest = text.substr(slash + 1);
  if (vault == "file") return parse_file(rest);
  if (rest.find('#') != std::string_view::npos) {
    return malformed("versions (#) of a secret are not looked up");
  }
  const std::size_t query = rest.find('?');
  VaultReference reference{.vault = std::string(vault), .path = {}, .options = {}};
  if (query != std::string_view::npos) reference.options = parse_options(rest.substr(query + 1));
  rest = rest.substr(0, query);
  for (const std::string_view part : split(rest, '/')) reference.path.emplace_back(part);
  if (std::ranges::any_of(reference.path, &std::string::empty)) {
    return malformed("a part of the path is empty");
  }
  const bool known = vault == "consul" ? is_of_consul(reference.path) : reference.path.size() <= 2;
  if (!known) return malformed("the path does not fit the vault");
  return reference;
}

Result<void> resolve_references(model::Config& config, const VaultLookup& look_up) {
  Result<void> done;
  each_field(config, [&](const Place& place, auto& value) {
    if (!done || !is_reference(text_of(value))) return;
    const auto reference = read_reference(text_of(value), config);
    auto found =
        reference ? look_up(*reference) : Result<std::string>(std::unexpected(reference.error()));
    if (found) {
      value = std::remove_cvref_t<decltype(value)>(std::move(*found));
    } else {
      done = fail(
          found.error().code,
          fmt::format("{}: {}: {}", place.str(), printable(text_of(value)), found.error().message));
    }
  });
  return done;
}

// What is wrong with a reference is resolve_references()' to tell.
ConsulNeeds consul_needs(const model::Config& config, bool trusts_others) {
  ConsulNeeds needs;
  each_field(config, [&](const Place&, const auto& value) {
    if (!is_reference(text_of(value))) return;
    const auto reference = read_reference(text_of(value), config);
    if (!reference || reference->vault != "consul") return;
    if (reference->path.size() == 1) {
      needs.roots = true;
    } else {
      needs.leaves.insert(reference->path.at(1));
    }
  });
  needs.roots =
      needs.roots || (!trusts_others && std::ranges::any_of(config.services, lacks_roots));
  return needs;
}

void trust_consul_roots(model::Config& config, const std::string& trust_domain) {
  constexpr std::string_view kOpen = "spiffe:///";
  const Uuid roots = Uuid::v5({}, "gatewayctl: the roots of Consul Connect");
  bool wanted = false;
  for (model::Service& service : config.services) {
    if (!lacks_roots(service)) continue;
    wanted = true;
    service.ca_certificates = {roots};
    for (std::string& uri : service.san_uris) {
      if (trust_domain.empty() || !uri.starts_with(kOpen)) continue;
      uri.insert(kOpen.size() - 1, trust_domain);
    }
  }
  if (wanted) config.ca_certificates.push_back({roots, "{vault://consul/roots}"});
}

}  // namespace gw::proxy
