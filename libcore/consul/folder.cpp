#include "consul/folder.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/rng.h"

namespace gw::consul {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPair = "..pair";
constexpr std::size_t kLargest = std::size_t{4} * 1024 * 1024;

std::unexpected<Error> cannot(const char* what, const std::string& path, int error) {
  return fail(ErrorCode::unreachable,
              fmt::format("{}: cannot {}: {}", path, what, std::generic_category().message(error)));
}

// One writer at a time, also among processes.
class Lock {
 public:
  explicit Lock(const std::string& folder)
      : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    error_ = fd_ < 0 || ::flock(fd_, LOCK_EX | LOCK_NB) != 0 ? errno : 0;
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  int fd_;
  int error_ = 0;
};

std::string random_name(std::string_view before) {
  return fmt::format("{}.{:016x}", before, random_seed());
}

bool holds(const std::string& path, std::string_view text) {
  const auto there = read_file(path, kLargest);
  return there && *there == text;
}

// Others may read it, too.
bool is_private(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & 0077U) == 0;
}

bool is_link_to(const std::string& path, const std::string& target) {
  std::error_code error;
  return fs::is_symlink(path, error) && fs::read_symlink(path, error) == target;
}

Result<void> rename_over(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  const int error = errno;
  ::unlink(from.c_str());
  return cannot("replace", to, error);
}

Result<void> point(const std::string& link, const std::string& target) {
  const std::string beside = random_name(link);
  if (::symlink(target.c_str(), beside.c_str()) != 0) return cannot("create", beside, errno);
  return rename_over(beside, link);
}

// The files of one service, step by step.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] std::string at(std::string_view name) const {
    return fmt::format("{}/{}", path_, name);
  }

  // Names that are to be replaced and cannot be: before anything is written.
  [[nodiscard]] Result<void> check_places() const {
    for (const std::string_view name : {"ca.crt", "cert.pem", "cert.key"}) {
      std::error_code error;
      const auto kind = fs::symlink_status(at(name), error).type();
      if (kind == fs::file_type::directory) {
        return fail(ErrorCode::unreachable,
                    fmt::format("{}: a folder stands where a file is to be written", at(name)));
      }
    }
    return {};
  }

  Result<void> write_roots(const std::string& bundle) const {
    const std::string beside = random_name(at("ca.crt"));
    if (auto made = create_file(beside, bundle, 0644); !made) {
      ::unlink(beside.c_str());
      return made;
    }
    return rename_over(beside, at("ca.crt"));
  }

  Result<void> write_pair(const Leaf& leaf) const {
    const std::string name = random_name(kPair);
    if (::mkdir(at(name).c_str(), 0755) != 0) return cannot("create", at(name), errno);
    auto done = fill_pair(name, leaf);
    if (done) done = adopt_plain_files();
    if (done) done = point(at(kPair), name);
    for (const std::string_view file : {"cert.key", "cert.pem"}) {
      if (done) done = link_file(file);
    }
    if (done) done = sync_folder(path_);
    remove_others();
    return done;
  }

 private:
  Result<void> fill_pair(const std::string& name, const Leaf& leaf) const {
    auto done = create_file(at(name + "/cert.key"), leaf.key.reveal(), 0600);
    if (done) done = create_file(at(name + "/cert.pem"), leaf.certificate, 0644);
    if (done) done = sync_folder(at(name));
    return done;
  }

  Result<void> link_file(std::string_view file) const {
    const std::string target = fmt::format("{}/{}", kPair, file);
    if (is_link_to(at(file), target)) return {};
    return point(at(file), target);
  }

  // Files that another tool has left become a pair like ours first, which is then replaced whole.
  Result<void> adopt_plain_files() const {
    std::error_code error;
    const bool plain = fs::is_regular_file(fs::symlink_status(at("cert.pem"), error)) &&
                       fs::is_regular_file(fs::symlink_status(at("cert.key"), error));
    if (!plain) return {};
    const std::string name = random_name(kPair);
    if (::mkdir(at(name).c_str(), 0755) != 0) return cannot("create", at(name), errno);
    for (const std::string_view file : {"cert.pem", "cert.key"}) {
      const std::string there = fmt::format("{}/{}", at(name), file);
      if (::link(at(file).c_str(), there.c_str()) != 0) return cannot("link", at(file), errno);
    }
    if (auto done = point(at(kPair), name); !done) return done;
    for (const std::string_view file : {"cert.key", "cert.pem"}) {
      if (auto done = link_file(file); !done) return done;
    }
    return {};
  }

  // The pair before, and what a run that was killed has left.
  void remove_others() const {
    std::error_code error;
    const fs::path current = fs::read_symlink(at(kPair), error);
    const std::string prefix = std::string(kPair) + ".";
    std::vector<fs::path> others;
    for (const auto& entry : fs::directory_iterator(path_, error)) {
      const fs::path name = entry.path().filename();
      if (name.string().starts_with(prefix) && name != current) others.push_back(entry.path());
    }
    for (const fs::path& other : others) fs::remove_all(other, error);
  }

  std::string path_;
};

}  // namespace

Result<Written> write_folder(const std::string& folder, const Roots& roots, const Leaf& leaf) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot("create", folder, error.value());
  const Lock lock(folder);
  if (lock.error() == EWOULDBLOCK) {
    return fail(ErrorCode::unreachable,
                fmt::format("{}: another process writes certificates into it", folder));
  }
  if (lock.error() != 0) return cannot("lock", folder, lock.error());
  const Folder files(folder);
  if (auto good = files.check_places(); !good) return std::unexpected(good.error());
  const std::string bundle = roots.bundle();
  auto written = Written::unchanged;
  if (!holds(files.at("ca.crt"), bundle)) {
    if (auto done = files.write_roots(bundle); !done) return std::unexpected(done.error());
    written = Written::changed;
  }
  const bool same = holds(files.at("cert.pem"), leaf.certificate) &&
                    holds(files.at("cert.key"), leaf.key.reveal()) &&
                    is_private(files.at("cert.key"));
  if (!same) {
    if (auto done = files.write_pair(leaf); !done) return std::unexpected(done.error());
    written = Written::changed;
  }
  return written;
}

}  // namespace gw::consul
