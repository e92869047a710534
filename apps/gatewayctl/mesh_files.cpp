#include "mesh_files.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <climits>
#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "mesh/hosts_text.h"
#include "mesh_report/json.h"

namespace gw::app {
namespace {

constexpr mode_t kReadable = 0644;  // others' gateways read it too
constexpr mode_t kOpenFolder = 0755;
constexpr std::size_t kMostHosts = std::size_t{1} << 20;

std::string absolute(const std::string& path) {
  std::array<char, PATH_MAX> folder{};
  if (::getcwd(folder.data(), folder.size()) == nullptr) return path;
  return resolve(folder.data(), path);
}

std::string temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/tmp" : named;
}

// Whatever stands there is a mesh's, or nothing is lost by writing over it.
Result<void> may_write(const std::string& path) {
  if (!exists(path)) return {};
  const auto before = read_file(path, kMostHosts);
  if (before && (before->empty() || before->starts_with(mesh::kHostsMark))) return {};
  return gw::fail(ErrorCode::unreachable,
                  fmt::format("--hosts-file {}: there is a file that no mesh has written; remove "
                              "it, or name another",
                              printable(path)));
}

}  // namespace

MeshFiles::MeshFiles(std::string ready, const std::string& hosts)
    : ready_(std::move(ready), mesh_report::kReadyMark),
      hosts_(hosts.empty() ? hosts : absolute(hosts)) {}

MeshFiles::~MeshFiles() {
  if (has_hosts_) ::unlink(hosts_.c_str());
  if (!folder_.empty()) ::rmdir(folder_.c_str());
}

Result<void> MeshFiles::make_folder() {
  std::string name = temporary_folder() + "/gatewayctl-mesh.XXXXXX";
  if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), kOpenFolder) != 0) {
    return gw::fail(ErrorCode::unreachable,
                    fmt::format("cannot make a folder for the hosts file below {}: {}; set TMPDIR, "
                                "or name the file by --hosts-file",
                                printable(temporary_folder()), std::strerror(errno)));
  }
  folder_ = absolute(name);
  hosts_ = folder_ + "/hosts";
  return {};
}

Result<void> MeshFiles::write_hosts(const std::string& text) {
  const auto free = hosts_.empty() ? make_folder() : may_write(hosts_);
  if (!free) return free;
  if (auto written = write_file(hosts_, text); !written) return written;
  has_hosts_ = true;
  ::chmod(hosts_.c_str(), kReadable);
  return {};
}

}  // namespace gw::app
