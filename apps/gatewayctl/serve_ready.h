// The file that tells others that every listener accepts, and where.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gw::app {

// "ADDRESS:PORT" each, with the ports that the kernel has picked.
struct Listening {
  std::vector<std::string> proxy;
  std::vector<std::string> admin;
};

// {"proxy":["127.0.0.1:8000"],"admin":"127.0.0.1:8001","pid":1}; admin is null where there is none.
[[nodiscard]] std::string ready_json(const Listening& listening, int pid);

// Stands while this object does. What an earlier run has left is removed at once, so that nobody
// takes it for ours.
class ReadyFile {
 public:
  explicit ReadyFile(std::string path);  // empty: no file
  ~ReadyFile();
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  [[nodiscard]] Result<void> write(const Listening& listening) const;

 private:
  std::string path_;
};

}  // namespace gw::app
