#include "proxy/generation.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "gateway/compiled.h"
#include "gateway/store.h"
#include "net/client_tls.h"
#include "net/key_pair.h"
#include "net/server_tls.h"
#include "proxy/peer_names.h"
#include "proxy/references.h"

namespace gw::proxy {
namespace {

bool speaks_tls(model::Protocol protocol) {
  return protocol == model::Protocol::https || protocol == model::Protocol::grpcs;
}

std::string name_of(const model::Service& service) {
  return service.name.empty() ? service.id.str() : service.name;
}

Result<std::string> ca_pem(const model::Config& config, const Uuid& id) {
  const auto found = std::ranges::find(config.ca_certificates, id, &model::CaCertificate::id);
  if (found == config.ca_certificates.end()) {
    return fail(ErrorCode::invalid,
                fmt::format("there is no CA certificate {}; add it to ca_certificates", id.str()));
  }
  return found->cert;
}

// The service's own, else that of the upstream that its host names (kong-behaviour.md 6.3).
std::optional<Uuid> shown_certificate(const model::Config& config, const model::Service& service) {
  if (service.client_certificate) return service.client_certificate;
  const auto upstream = std::ranges::find(config.upstreams, service.host, &model::Upstream::name);
  return upstream == config.upstreams.end() ? std::nullopt : upstream->client_certificate;
}

Result<net::ClientTlsOptions> options_of(const model::Config& config, const model::Service& service,
                                         const TlsMaterial& tls) {
  net::ClientTlsOptions options;
  // Unset is nginx's default: the upstream's certificate is not looked at (kong-behaviour.md 6.3).
  // Whoever says who the upstream must be wants it looked at.
  const bool named = !service.san_uris.empty() || !service.san_dnsnames.empty();
  options.verify = service.tls_verify.value_or(named);
  options.depth = service.tls_verify_depth.value_or(tls.verify_depth);
  options.ca_pems = tls.trusted;
  if (!service.ca_certificates.empty()) options.ca_pems.clear();
  for (const Uuid& id : service.ca_certificates) {
    auto pem = ca_pem(config, id);
    if (!pem) return std::unexpected(pem.error());
    options.ca_pems.push_back(std::move(*pem));
  }
  if (const auto added = add_peer_names(service, options); !added) {
    return std::unexpected(added.error());
  }
  options.client_certificate = tls.client_certificate;
  options.client_key = tls.client_key;
  const auto shown = shown_certificate(config, service);
  if (!shown) return options;
  const auto found = std::ranges::find(config.certificates, *shown, &model::Certificate::id);
  if (found == config.certificates.end()) {
    return fail(ErrorCode::invalid,
                fmt::format("there is no certificate {}; add it to certificates", shown->str()));
  }
  options.client_certificate = found->cert;
  options.client_key = found->key;
  return options;
}

// A certificate whose text is not there yet: the reference still stands in its place.
bool waits(const model::Certificate& certificate) {
  return is_reference(certificate.cert) || is_reference(certificate.key.reveal());
}

bool waits(const model::Config& config, const model::Service& service) {
  const auto shown = shown_certificate(config, service);
  const bool pair = std::ranges::any_of(config.certificates, [&](const auto& one) {
    return shown && one.id == *shown && waits(one);
  });
  return pair || std::ranges::any_of(config.ca_certificates, [&](const auto& one) {
           return is_reference(one.cert) && std::ranges::find(service.ca_certificates, one.id) !=
                                                service.ca_certificates.end();
         });
}

// Nobody can be shown what is not there.
std::vector<model::Certificate> present(const std::vector<model::Certificate>& all) {
  std::vector<model::Certificate> out;
  std::ranges::copy_if(all, std::back_inserter(out), [](const auto& one) { return !waits(one); });
  return out;
}

// A service that waits has no entry, and its upstream is not spoken to.
Result<void> add_upstream_tls(Generation& generation, const TlsMaterial& tls) {
  for (const model::Service& service : generation.config->services) {
    if (!speaks_tls(service.protocol) || waits(*generation.config, service)) continue;
    auto options = options_of(*generation.config, service, tls);
    auto made = options ? net::ClientTls::create(*options)
                        : Result<ClientTlsPtr>(std::unexpected(options.error()));
    if (!made) {
      return fail(made.error().code,
                  fmt::format("service '{}': {}", name_of(service), made.error().message));
    }
    generation.upstream_tls.emplace(&service, std::move(*made));
  }
  return {};
}

// ssl_verify is Kong's: the server's certificate is looked at only where the config asks for it.
Result<void> add_store_tls(Generation& generation, const TlsMaterial& tls) {
  for (const gateway::Store& store : generation.snapshot->stores) {
    if (store.kind == gateway::Store::Kind::memory || !store.redis.ssl) continue;
    net::ClientTlsOptions options;
    options.verify = store.redis.ssl_verify;
    options.depth = tls.verify_depth;
    options.ca_pems = tls.trusted;
    auto made = net::ClientTls::create(options);
    if (!made) {
      return fail(made.error().code, fmt::format("redis {}: {}", gateway::redis_name(store.redis),
                                                 made.error().message));
    }
    generation.store_tls.emplace(&store, std::move(*made));
  }
  return {};
}

}  // namespace

Result<GenerationPtr> make_generation(model::Config config, const gateway::Settings& settings,
                                      const TlsMaterial& tls) {
  auto generation = std::make_shared<Generation>();
  auto snapshot = gateway::compile(std::move(config), settings);
  if (!snapshot) return std::unexpected(snapshot.error());
  generation->snapshot = std::move(*snapshot);
  generation->config = &generation->snapshot->config;
  if (const auto added = add_upstream_tls(*generation, tls); !added) {
    return std::unexpected(added.error());
  }
  if (const auto added = add_store_tls(*generation, tls); !added) {
    return std::unexpected(added.error());
  }
  if (tls.fallback) {
    const auto certificates = present(generation->config->certificates);
    auto listener = net::ServerTls::create(
        {.certificates = certificates, .fallback = tls.fallback, .tickets = tls.tickets});
    if (!listener) return std::unexpected(listener.error());
    generation->listener_tls = std::move(*listener);
  }
  return GenerationPtr(std::move(generation));
}

}  // namespace gw::proxy
