#include "net/hosts_file.h"

#include <algorithm>
#include <chrono>
#include <sys/stat.h>

#include "base/files.h"

namespace gw::net {
namespace {

// 16 MiB: blocklists kept as hosts files reach a few MiB.
constexpr std::size_t kMaxHostsBytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxAddressesAName = 64;

// The next word of `line`, which loses it; "" at the end.
std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

void add(NameMap<HostAddresses>& names, std::string_view name, const IpAddress& ip) {
  if (name.ends_with('.')) name.remove_suffix(1);
  HostAddresses& both = names[std::string(name)];
  Addresses& list = ip.v4 ? both.v4 : both.v6;
  if (list.size() < kMaxAddressesAName && std::ranges::find(list, ip) == list.end()) {
    list.push_back(ip);
  }
}

}  // namespace

NameMap<HostAddresses> parse_hosts(std::string_view text) {
  NameMap<HostAddresses> names;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const auto ip = IpAddress::parse(next_word(line));
    if (!ip) continue;
    for (auto name = next_word(line); !name.empty(); name = next_word(line)) add(names, name, *ip);
  }
  return names;
}

HostsFile::Mark HostsFile::look() const {
  struct stat status{};
  if (path_.empty() || ::stat(path_.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size, status.st_ino};
}

void HostsFile::refresh(SteadyTime now) {
  if (now < next_look_) return;
  next_look_ = now + std::chrono::seconds(1);
  const Mark mark = look();
  if (mark == mark_) return;
  if (mark == Mark{}) {
    names_.clear();
  } else {
    const auto text = read_file(path_, kMaxHostsBytes);
    if (!text) return;
    names_ = parse_hosts(*text);
  }
  mark_ = mark;
}

const Addresses* HostsFile::find(std::string_view name, std::span<const Family> order) const {
  if (name.ends_with('.')) name.remove_suffix(1);
  const auto found = names_.find(name);
  if (found == names_.end()) return nullptr;
  for (const Family family : order) {
    const Addresses& list = family == Family::v4 ? found->second.v4 : found->second.v6;
    if (!list.empty()) return &list;
  }
  return nullptr;
}

}  // namespace gw::net
