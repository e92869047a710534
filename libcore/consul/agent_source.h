// Certificates from a Consul agent: GET /v1/agent/connect/ca/roots and .../ca/leaf/SERVICE.
#pragma once

#include "base/clock.h"
#include "consul/certificate_source.h"
#include "consul/client.h"
#include "consul/settings.h"

namespace gw::consul {

class AgentSource final : public CertificateSource {
 public:
  // `clock` outlives the source.
  AgentSource(Settings settings, const Clock& clock) : client_(std::move(settings), clock) {}

  [[nodiscard]] Result<Versioned<Roots>> roots(Blocking blocking,
                                               std::chrono::milliseconds patience) override;
  [[nodiscard]] Result<Versioned<Leaf>> leaf(const std::string& service, Blocking blocking,
                                             std::chrono::milliseconds patience) override;
  void cancel() override { client_.cancel(); }

 private:
  [[nodiscard]] Result<Answer> ask(const Query& query, const std::string& what);

  Client client_;
};

// A service name that may stand in a path and in a SPIFFE URI; the Error says why not.
[[nodiscard]] Result<void> check_service_name(const std::string& name);

}  // namespace gw::consul
