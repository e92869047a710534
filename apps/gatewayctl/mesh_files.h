// The files that a running mesh leaves for others, while it runs: names of hosts, and that it is
// ready.
#pragma once

#include <string>

#include "base/result.h"
#include "ready_file.h"

namespace gw::app {

class MeshFiles {
 public:
  // Paths of flags; empty: no ready file, and a hosts file in a new temporary folder.
  MeshFiles(std::string ready, const std::string& hosts);
  ~MeshFiles();  // removes them
  MeshFiles(const MeshFiles&) = delete;
  MeshFiles& operator=(const MeshFiles&) = delete;

  // Errors: there is a file that is no mesh's, or it cannot be written.
  [[nodiscard]] Result<void> write_hosts(const std::string& text);
  [[nodiscard]] Result<void> write_ready(const std::string& json) { return ready_.write(json); }
  [[nodiscard]] const std::string& hosts() const { return hosts_; }  // an absolute path

 private:
  [[nodiscard]] Result<void> make_folder();

  ReadyFile ready_;
  std::string hosts_;
  std::string folder_;  // of ours
  bool has_hosts_ = false;
};

}  // namespace gw::app
