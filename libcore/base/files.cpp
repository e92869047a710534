#include "base/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace gw {
namespace {

namespace fs = std::filesystem;

// Owns a descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason(int error) {
  return std::generic_category().message(error);
}

std::unexpected<Error> cannot(const char* what, const std::string& path, int error) {
  return fail(error == ENOENT ? ErrorCode::missing : ErrorCode::unreachable,
              fmt::format("{}: cannot {}: {}", path, what, reason(error)));
}

Result<void> fill(const Descriptor& file, const std::string& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(file.get()) != 0) return cannot("sync", path, errno);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return cannot("open", path, errno);
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("read", path, errno);
    if (n == 0) return text;
    if (text.size() + static_cast<std::size_t>(n) > max_bytes) {
      return fail(ErrorCode::too_large,
                  fmt::format("{}: larger than {} bytes; split it", path, max_bytes));
    }
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

Result<void> write_file(const std::string& path, std::string_view text) {
  const std::string beside = path + ".new";
  {
    const Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) return cannot("create", beside, errno);
    if (auto filled = fill(file, beside, text); !filled) return filled;
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return cannot("replace", path, errno);
  return {};
}

Result<void> create_file(const std::string& path, std::string_view text, unsigned mode) {
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.get() < 0) return cannot("create", path, errno);
  return fill(file, path, text);
}

Result<void> sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return cannot("open", path, errno);
  if (::fsync(folder.get()) != 0) return cannot("sync", path, errno);
  return {};
}

bool is_directory(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Result<std::vector<std::string>> list_files(const std::string& folder,
                                            const std::vector<std::string_view>& suffixes) {
  constexpr std::size_t kMaxEntries = 100'000;
  constexpr int kMaxDepth = 64;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error);
  if (error) return cannot("list", folder, error.value());
  std::vector<std::string> found;
  for (std::size_t seen = 0; it != fs::recursive_directory_iterator();) {
    if (++seen > kMaxEntries || it.depth() > kMaxDepth) {
      return fail(ErrorCode::too_large, fmt::format("{}: more than {} entries or {} levels", folder,
                                                    kMaxEntries, kMaxDepth));
    }
    const std::string path = it->path().string();
    const bool wanted = std::ranges::any_of(
        suffixes, [&](std::string_view suffix) { return path.ends_with(suffix); });
    if (wanted && it->is_regular_file(error)) found.push_back(path);
    it.increment(error);
    if (error) return cannot("list", folder, error.value());
  }
  std::ranges::sort(found);
  return found;
}

std::string resolve(const std::string& folder, const std::string& path) {
  const fs::path p(path);
  return (p.is_absolute() ? p : fs::path(folder) / p).lexically_normal().string();
}

std::string parent_folder(const std::string& path) {
  const auto parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace gw
