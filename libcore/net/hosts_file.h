// The hosts file (hosts(5)): names that need no DNS, read again when the file changes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

#include "base/clock.h"
#include "net/dns.h"
#include "net/name_map.h"

namespace gw::net {

struct HostAddresses {
  Addresses v4;
  Addresses v6;
};

// Lines without an address or name are skipped, as libc does.
[[nodiscard]] NameMap<HostAddresses> parse_hosts(std::string_view text);

// Not thread-safe: one a loop.
class HostsFile {
 public:
  // "" reads nothing.
  explicit HostsFile(std::string path) : path_(std::move(path)) {}

  // Looks at the file at most once a second, and reads it when it has changed. A file that is not
  // there has no names; one that cannot be read leaves those that were known.
  void refresh(SteadyTime now);
  // The addresses of the first family that has any; null for a name that is not there.
  // Lives until the next refresh().
  [[nodiscard]] const Addresses* find(std::string_view name, std::span<const Family> order) const;

 private:
  // Tells one state of the file from another.
  struct Mark {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::int64_t size = -1;  // none
    ino_t inode = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  [[nodiscard]] Mark look() const;

  std::string path_;
  SteadyTime next_look_ = SteadyTime::min();
  Mark mark_;
  NameMap<HostAddresses> names_;
};

}  // namespace gw::net
