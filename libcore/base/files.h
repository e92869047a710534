// Files: bounded reads, listings, and writes that no reader ever sees half done.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gw {

// 64 MiB: the largest config of a real fleet seen is below 20 MiB; settable where it is read.
inline constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024 * 1024;

// The whole file ("-" is standard input). The bound is checked while reading, so that a pipe or a
// growing file cannot pass it. Errors: missing, unreachable (permissions, a directory), too_large.
[[nodiscard]] Result<std::string> read_file(const std::string& path,
                                            std::size_t max_bytes = kMaxFileBytes);

// Writes beside `path`, syncs, renames. A reader sees the old text or the new one.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

// A new file with exactly these permissions (less the umask) from its first byte, synced. It is an
// error if anything, be it a symbolic link, is there already.
[[nodiscard]] Result<void> create_file(const std::string& path, std::string_view text,
                                       unsigned mode);
// Has what was created, renamed and removed in a folder survive a power cut.
[[nodiscard]] Result<void> sync_folder(const std::string& path);

[[nodiscard]] bool is_directory(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
// Files below `folder` whose name ends in one of `suffixes`, sorted by path. Symbolic links to
// folders are not followed; more than 100,000 entries or 64 levels are an error.
[[nodiscard]] Result<std::vector<std::string>> list_files(
    const std::string& folder, const std::vector<std::string_view>& suffixes);

// `path` seen from `folder`, unless it is absolute; lexically normal.
[[nodiscard]] std::string resolve(const std::string& folder, const std::string& path);
[[nodiscard]] std::string parent_folder(const std::string& path);

}  // namespace gw
