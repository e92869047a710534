// What `certs fetch` is asked for: of flags and CONSUL_* variables.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/parse.h"
#include "consul/certificate_source.h"
#include "consul/settings.h"

namespace gw::app {

struct CertsPlan {
  consul::Settings consul;
  std::set<std::string> services;  // at least one
  std::string out;
  std::string exec;  // empty: nothing is run
  std::chrono::milliseconds exec_timeout{};
  std::chrono::milliseconds timeout{};

  [[nodiscard]] std::string folder_of(const std::string& service) const {
    return services.size() > 1 ? out + "/" + service : out;
  }
  [[nodiscard]] std::unique_ptr<consul::CertificateSource> make_source(const Clock& clock) const;
};

// ErrorCode::invalid: the command line or a variable is wrong; others: a file it names.
[[nodiscard]] Result<CertsPlan> read_certs_plan(const cli::Invocation& invocation);

}  // namespace gw::app
