#include "proxy/tls_material.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/key_pair.h"
#include "net/ticket_keys.h"

namespace gw::proxy {
namespace {

using gateway::CertificateSetting;

Result<net::KeyPairPtr> first_pair(const CertificateSetting& setting) {
  return net::read_key_pair(setting.certificates.front(), setting.keys.front());
}

Result<net::KeyPairPtr> generated_pair(WallSeconds now) {
  const auto made = net::make_self_signed("localhost", now);
  if (!made) return std::unexpected(made.error());
  return net::read_key_pair(made->certificate, made->key);
}

// nullptr: nobody listens with TLS. A pair that was generated before stays.
Result<net::KeyPairPtr> pair_for(const std::vector<gateway::Listener>& listeners,
                                 const CertificateSetting& setting, const net::KeyPairPtr& before,
                                 WallSeconds now) {
  if (std::ranges::none_of(listeners, &gateway::Listener::tls)) return net::KeyPairPtr{};
  if (!setting.certificates.empty()) return first_pair(setting);
  if (before) return before;
  return generated_pair(now);
}

}  // namespace

Result<TlsMaterial> make_tls_material(const gateway::ServerSettings& settings,
                                      const TlsMaterial* before, WallSeconds now) {
  TlsMaterial material;
  material.verify_depth = static_cast<int>(settings.tls.verify_depth);
  std::ranges::copy_if(settings.tls.trusted, std::back_inserter(material.trusted),
                       [](const std::string& entry) { return entry != "system"; });
  if (settings.tls.client && !settings.tls.client_certificate.certificates.empty()) {
    material.client_certificate = settings.tls.client_certificate.certificates.front();
    material.client_key = settings.tls.client_certificate.keys.front();
  }
  auto admin = pair_for(settings.admin_listen, settings.tls.admin,
                        before == nullptr ? nullptr : before->admin, now);
  if (!admin) return std::unexpected(admin.error());
  material.admin = std::move(*admin);
  auto fallback = pair_for(settings.proxy_listen, settings.tls.proxy,
                           before == nullptr ? nullptr : before->fallback, now);
  if (!fallback) return std::unexpected(fallback.error());
  material.fallback = std::move(*fallback);
  if (!material.fallback) return material;
  const bool has_tickets = before != nullptr && before->tickets;
  material.tickets = has_tickets ? before->tickets : std::make_shared<net::TicketKeys>();
  return material;
}

}  // namespace gw::proxy
