#include "serve_ready.h"

#include <fmt/format.h>

#include "base/text.h"

namespace gw::app {
namespace {

std::string quoted(const std::string& address) {
  return '"' + address + '"';
}

}  // namespace

std::string ready_json(const Listening& listening, int pid) {
  std::vector<std::string> proxy;
  proxy.reserve(listening.proxy.size());
  for (const std::string& address : listening.proxy) proxy.push_back(quoted(address));
  const std::string admin = listening.admin.empty() ? "null" : quoted(listening.admin.front());
  return fmt::format("{{\"proxy\":[{}],\"admin\":{},\"pid\":{}}}\n", join(proxy, ","), admin, pid);
}

}  // namespace gw::app
