// The agent's key-value store with check-and-set (consul-behaviour.md 2.12).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mesh/changes.h"

namespace gw::mesh {

inline constexpr std::size_t kMaxValueBytes =
    std::size_t{512} * 1024;  // Consul's kv_max_value_size

struct KeyValue {
  std::string value;
  std::uint64_t flags = 0;
  std::uint64_t lock_index = 0;
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;
};

// On the agent's loop alone; bounded in keys and bytes.
class KeyValues {
 public:
  static constexpr std::size_t kMaxKeys = 16384;
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;  // keys and values
  static constexpr std::size_t kMaxKeyBytes = 4096;

  explicit KeyValues(Changes& changes) : changes_(changes) {}

  [[nodiscard]] const std::map<std::string, KeyValue, std::less<>>& all() const { return all_; }
  [[nodiscard]] const KeyValue* find(std::string_view key) const;
  // Of the latest change of any key.
  [[nodiscard]] std::uint64_t index() const { return index_; }
  // Of the latest change of a key that begins with `prefix`, also of one that has gone since; 0:
  // nothing is known of any.
  [[nodiscard]] std::uint64_t index_of(std::string_view prefix) const;
  // Of the removal of that very key; 0: none is known.
  [[nodiscard]] std::uint64_t removal_of(std::string_view key) const;

  // False: `cas` is not the key's modify index (0: the key must not be there). Errors (too_large):
  // the store is full, or the key too long.
  [[nodiscard]] Result<bool> put(std::string_view key, std::string value, std::uint64_t flags,
                                 std::optional<std::uint64_t> cas = {});
  // False: `cas` does not match. A key that is not there has been removed.
  bool remove(std::string_view key, std::optional<std::uint64_t> cas = {});
  void remove_all(std::string_view prefix);

 private:
  void bury(const std::string& key, std::uint64_t index);

  Changes& changes_;
  std::map<std::string, KeyValue, std::less<>> all_;
  std::size_t bytes_ = 0;
  std::uint64_t index_ = 0;
  // Who waits on a key or prefix must learn of its end, too. Bounded: of the oldest no more is
  // known than that they were not later than `forgotten_`.
  std::map<std::string, std::uint64_t, std::less<>> graves_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace gw::mesh
