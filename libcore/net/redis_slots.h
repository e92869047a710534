// Which node of a Redis Cluster serves which keys (the Redis Cluster specification).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/redis_protocol.h"

namespace gw::net {

inline constexpr std::size_t kRedisSlots = 16384;

// CRC16 (XMODEM) of the key, or of its hash tag: what stands in the first { } that is not empty.
[[nodiscard]] std::uint16_t redis_slot(std::string_view key);

struct RedisNode {
  std::string host;  // empty: the one that said so
  std::uint16_t port = 0;
  friend bool operator==(const RedisNode&, const RedisNode&) = default;
};

// "MOVED 3999 127.0.0.1:6381" or ASK alike: the slot and the node; nullopt for anything else.
struct RedisRedirection {
  std::uint16_t slot = 0;
  RedisNode node;
};
[[nodiscard]] std::optional<RedisRedirection> read_redirection(std::string_view text);

class RedisSlotMap {
 public:
  static constexpr std::size_t kMostNodes = 1000;

  // From CLUSTER SLOTS; false, and nothing changes, when it is none.
  bool read(const RedisReply& slots);
  // nullptr: unknown.
  [[nodiscard]] const RedisNode* node(std::uint16_t slot) const;
  void set(std::uint16_t slot, const RedisNode& node);
  // It is out of reach: its slots are asked for elsewhere.
  void forget(const RedisNode& node);
  [[nodiscard]] const std::vector<RedisNode>& nodes() const { return nodes_; }

 private:
  [[nodiscard]] std::uint16_t number(const RedisNode& node);
  std::vector<RedisNode> nodes_;
  std::vector<std::uint16_t> slots_ = std::vector<std::uint16_t>(kRedisSlots, 0);  // 0: unknown
};

}  // namespace gw::net
