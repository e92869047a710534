#include "mesh_consul.h"

#include <cstdlib>
#include <optional>
#include <string>

namespace gw::app {
namespace {

std::optional<std::string> flag(const cli::Invocation& invocation, const std::string& name) {
  if (!invocation.has(name)) return std::nullopt;
  return invocation.value(name);
}

}  // namespace

Result<consul::Settings> read_mesh_consul(const cli::Invocation& invocation) {
  return consul::read_settings([](const char* name) { return std::getenv(name); },
                               {.address = flag(invocation, "--consul-http-addr"),
                                .token_file = flag(invocation, "--token-file")});
}

}  // namespace gw::app
