// References to secrets kept elsewhere: {vault://env/NAME}, {vault://file/PATH},
// {vault://consul/...} (Kong's syntax; `file` and `consul` are ours). Messages name references and
// fields, never values.
//
//   {vault://env/NAME}          an environment variable: '-' becomes '_', in capitals, as Kong does
//   {vault://env/NAME/KEY}      the member KEY of the JSON object that the variable holds
//   {vault://file/PATH}         a file's text; file//etc/x is absolute
//   {vault://consul/roots}      the CA certificates of Consul Connect
//   {vault://consul/leaf/SERVICE/cert}, .../key   what Consul's agent issues for the service
//   {vault://PREFIX/NAME}       by the entity of `vaults` with that prefix
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/entities.h"

namespace gw::proxy {

struct VaultReference {
  std::string vault;                           // "env", "file", "consul", or an entity's prefix
  std::vector<std::string> path;               // one element, the path as it is, for "file"
  std::map<std::string, std::string> options;  // of ?prefix=X&...; never for "file"
};

[[nodiscard]] bool is_reference(std::string_view text);

// An Error says which form is expected.
[[nodiscard]] Result<VaultReference> parse_reference(std::string_view text);

// What a reference stands for. An Error says why there is nothing and what to do.
using VaultLookup = std::function<Result<std::string>(const VaultReference&)>;

// Puts what `look_up` finds in the place of every reference: cert and key of certificates, cert of
// ca_certificates, Redis' username and password of plugins. `look_up` sees the vault of an entity
// as the type that the entity has. An Error names entity, field and reference.
[[nodiscard]] Result<void> resolve_references(model::Config& config, const VaultLookup& look_up);

// What has to be fetched from Consul before a config can be served.
struct ConsulNeeds {
  std::set<std::string> leaves;  // names of services
  bool roots = false;            // asked for, or there is a service that names identities and no CA

  [[nodiscard]] bool any() const { return roots || !leaves.empty(); }
  friend bool operator==(const ConsulNeeds&, const ConsulNeeds&) = default;
};
// `trusts_others`: there are CA certificates for services that name none (tls.trusted).
[[nodiscard]] ConsulNeeds consul_needs(const model::Config& config, bool trusts_others = false);

// Services that name identities and no CA trust Consul's roots, as if the config had a CA
// certificate "{vault://consul/roots}" and they named it. Identities without a trust domain get
// `trust_domain` ("": it is not known yet, and the roots say it later).
void trust_consul_roots(model::Config& config, const std::string& trust_domain);

// `env` and `file`; every other vault is an Error.
[[nodiscard]] Result<std::string> look_up_local(const VaultReference& reference);

// `consul` for its references, look_up_local() for all others.
[[nodiscard]] VaultLookup with_local_vaults(VaultLookup consul);

}  // namespace gw::proxy
