#include "serve_ready.h"

#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
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

ReadyFile::ReadyFile(std::string path) : path_(std::move(path)) {
  if (!path_.empty()) ::unlink(path_.c_str());
}

ReadyFile::~ReadyFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> ReadyFile::write(const Listening& listening) const {
  if (path_.empty()) return {};
  return write_file(path_, ready_json(listening, static_cast<int>(::getpid())));
}

}  // namespace gw::app
