#include "mesh/key_values.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gw::mesh {
namespace {

constexpr std::size_t kMostGraves = 4096;

// The latest value over all keys that begin with `prefix`.
template <class Map, class Index>
std::uint64_t latest(const Map& map, std::string_view prefix, const Index& index) {
  std::uint64_t found = 0;
  for (auto at = map.lower_bound(prefix); at != map.end() && at->first.starts_with(prefix); ++at) {
    found = std::max(found, index(at->second));
  }
  return found;
}

}  // namespace

const KeyValue* KeyValues::find(std::string_view key) const {
  const auto found = all_.find(key);
  return found == all_.end() ? nullptr : &found->second;
}

std::uint64_t KeyValues::index_of(std::string_view prefix) const {
  const std::uint64_t standing =
      latest(all_, prefix, [](const KeyValue& entry) { return entry.modify_index; });
  const std::uint64_t gone = latest(graves_, prefix, [](std::uint64_t index) { return index; });
  return std::max({standing, gone, forgotten_});
}

std::uint64_t KeyValues::removal_of(std::string_view key) const {
  const auto found = graves_.find(key);
  return found == graves_.end() ? forgotten_ : found->second;
}

Result<bool> KeyValues::put(std::string_view key, std::string value, std::uint64_t flags,
                            std::optional<std::uint64_t> cas) {
  const auto found = all_.find(key);
  const bool stands = found != all_.end();
  if (cas && *cas != (stands ? found->second.modify_index : 0)) return false;
  if (key.size() > kMaxKeyBytes) {
    return fail(ErrorCode::too_large,
                fmt::format("Key is longer than {} bytes; give a shorter one", kMaxKeyBytes));
  }
  const std::size_t freed = stands ? found->second.value.size() : 0;
  const std::size_t needed = value.size() + (stands ? 0 : key.size());
  if ((!stands && all_.size() >= kMaxKeys) || bytes_ - freed + needed > kMaxBytes) {
    return fail(ErrorCode::too_large,
                fmt::format("This agent's store is full ({} keys, {} bytes at most); delete keys",
                            kMaxKeys, kMaxBytes));
  }
  // Consul leaves an entry that would not change as it is.
  if (stands && found->second.value == value && found->second.flags == flags) return true;
  index_ = changes_.advance();
  bytes_ = bytes_ - freed + needed;
  KeyValue& entry = stands ? found->second : all_[std::string(key)];
  entry.value = std::move(value);
  entry.flags = flags;
  if (!stands) entry.create_index = index_;
  entry.modify_index = index_;
  return true;
}

bool KeyValues::remove(std::string_view key, std::optional<std::uint64_t> cas) {
  const auto found = all_.find(key);
  if (found == all_.end()) return true;  // whatever `cas` says, as in Consul
  if (cas && *cas != found->second.modify_index) return false;
  index_ = changes_.advance();
  bytes_ -= found->first.size() + found->second.value.size();
  bury(found->first, index_);
  all_.erase(found);
  return true;
}

void KeyValues::remove_all(std::string_view prefix) {
  const auto first = all_.lower_bound(prefix);
  auto last = first;
  while (last != all_.end() && last->first.starts_with(prefix)) ++last;
  if (first == last) return;
  index_ = changes_.advance();
  for (auto at = first; at != last; ++at) {
    bytes_ -= at->first.size() + at->second.value.size();
    bury(at->first, index_);
  }
  all_.erase(first, last);
}

void KeyValues::bury(const std::string& key, std::uint64_t index) {
  graves_.insert_or_assign(key, index);
  if (graves_.size() <= kMostGraves) return;
  std::vector<std::uint64_t> ages;
  ages.reserve(graves_.size());
  for (const auto& [gone, when] : graves_) ages.push_back(when);
  std::ranges::nth_element(ages, ages.begin() + kMostGraves / 2);
  forgotten_ = ages[kMostGraves / 2];
  std::erase_if(graves_, [&](const auto& grave) { return grave.second <= forgotten_; });
}

}  // namespace gw::mesh
