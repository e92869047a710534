#include "ready_file.h"

#include <cerrno>
#include <csignal>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace gw::app {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

bool is_regular(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

// Of whoever has written it; none: nobody, or a file of another kind.
std::optional<std::uint64_t> writer_of(std::string_view text) {
  constexpr std::string_view kKey = "\"pid\":";
  const std::size_t at = text.rfind(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(at + kKey.size());
  return parse_uint(rest.substr(0, rest.find_first_not_of("0123456789")));
}

bool runs(std::uint64_t pid) {
  const auto process = static_cast<pid_t>(pid);
  if (process <= 0 || process == ::getpid()) return false;
  return ::kill(process, 0) == 0 || errno == EPERM;
}

// What a run has written, or nothing yet; what it says.
std::optional<std::string> read_ready(const std::string& path, std::string_view mark) {
  if (!is_regular(path)) return std::nullopt;
  auto text = read_file(path, kMostBytes);
  if (!text || (!text->empty() && !text->starts_with(mark))) return std::nullopt;
  return std::move(*text);
}

}  // namespace

ReadyFile::ReadyFile(std::string path, std::string_view mark)
    : path_(std::move(path)), mark_(mark) {
  if (path_.empty()) return;
  const auto left = read_ready(path_, mark_);
  if (left && !runs(writer_of(*left).value_or(0))) ::unlink(path_.c_str());
}

ReadyFile::~ReadyFile() {
  if (is_written_) ::unlink(path_.c_str());
}

Result<void> ReadyFile::write(const std::string& json) {
  if (path_.empty()) return {};
  if (exists(path_) && !read_ready(path_, mark_)) {
    return gw::fail(
        ErrorCode::unreachable,
        fmt::format("--ready-file {}: there is another file; remove it, or name another",
                    printable(path_)));
  }
  if (auto written = write_file(path_, json); !written) return written;
  is_written_ = true;
  return {};
}

}  // namespace gw::app
