// What `serve` is about to do, worked out and checked before anything is opened: of the flags,
// settings and configs. A reload makes the plan anew.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/catalogue.h"
#include "base/clock.h"
#include "base/result.h"
#include "cli/parse.h"
#include "gateway/settings_input.h"
#include "inputs.h"
#include "proxy/generation.h"
#include "proxy/references.h"
#include "serve_consul.h"

namespace gw::net {
class ServerTls;
}

namespace gw::app {

struct ServePlan {
  gateway::ServerSettings settings;  // complete, and files are loaded
  gateway::Settings decisions;
  proxy::TlsMaterial tls;
  proxy::GenerationPtr generation;
  admin::CataloguePtr catalogue;                    // nullptr at a start without Admin API
  std::shared_ptr<const net::ServerTls> admin_tls;  // nullptr: it speaks no TLS
  proxy::ConsulNeeds needs;
  std::optional<model::Config>
      unresolved;  // with its references, where it needs something of Consul
};

// How configs are read, from files and by the Admin API.
[[nodiscard]] config::LoadOptions serve_options(const cli::Invocation& invocation);

// Of the flags, the environment and --kong-conf. An Error is a mistake on the command line; other
// mistakes are in `inputs`.
[[nodiscard]] Result<gateway::NodeSettings> read_serve_settings(const cli::Invocation& invocation,
                                                                Inputs& inputs);

// The files of -c, or else that of the setting declarative_config.
[[nodiscard]] std::vector<std::string> config_paths(const cli::Invocation& invocation,
                                                    const gateway::ServerSettings& settings);

// Takes the documents out of `inputs`. nullopt when it cannot be served: what was found wrong is in
// `inputs`, and what could not be reached or used has been told. `before`: see make_tls_material();
// `consul` is asked for what the config needs, but for --test.
[[nodiscard]] std::optional<ServePlan> make_plan(const cli::Invocation& invocation,
                                                 gateway::NodeSettings settings,
                                                 const proxy::TlsMaterial* before, WallSeconds now,
                                                 ServeConsul& consul, Inputs& inputs);

// "2 services, 3 routes, ...; proxy on 127.0.0.1:8000; ..."
[[nodiscard]] std::string describe(const ServePlan& plan);

}  // namespace gw::app
