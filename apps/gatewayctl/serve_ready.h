// What the ready file of `serve` says: that every listener accepts, and where.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

// "ADDRESS:PORT" each, with the ports that the kernel has picked.
struct Listening {
  std::vector<std::string> proxy;
  std::vector<std::string> admin;
};

// {"proxy":["127.0.0.1:8000"],"admin":"127.0.0.1:8001","pid":1}; admin is null where there is none.
inline constexpr std::string_view kReadyMark = "{\"proxy\":";
[[nodiscard]] std::string ready_json(const Listening& listening, int pid);

}  // namespace gw::app
