#include "net/redis_slots.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace gw::net {
namespace {

using Type = RedisReply::Type;

constexpr std::uint16_t crc16(std::string_view bytes) {
  std::uint16_t crc = 0;
  for (const char c : bytes) {
    crc = static_cast<std::uint16_t>(crc ^ (static_cast<std::uint8_t>(c) << 8U));
    for (int bit = 0; bit < 8; ++bit) {
      const bool high = (crc & 0x8000U) != 0;
      crc = static_cast<std::uint16_t>(crc << 1U);
      if (high) crc ^= 0x1021U;
    }
  }
  return crc;
}
static_assert(crc16("123456789") == 0x31C3);  // the specification's own check

bool is_number(const RedisReply& reply, std::int64_t most) {
  return reply.type == Type::integer && reply.integer >= 0 && reply.integer <= most;
}

// [first, last, [host, port, ...], replicas...]
bool is_range(const RedisReply& range) {
  return range.type == Type::array && range.items.size() >= 3 &&
         is_number(range.items[0], kRedisSlots - 1) && is_number(range.items[1], kRedisSlots - 1) &&
         range.items[2].type == Type::array && range.items[2].items.size() >= 2 &&
         is_number(range.items[2].items[1], 65535);
}

}  // namespace

std::uint16_t redis_slot(std::string_view key) {
  if (const auto open = key.find('{'); open != std::string_view::npos) {
    const auto close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) {
      key = key.substr(open + 1, close - open - 1);
    }
  }
  return crc16(key) % kRedisSlots;
}

std::optional<RedisRedirection> read_redirection(std::string_view text) {
  const auto words = split(text, ' ');
  if (words.size() < 3 || (words[0] != "MOVED" && words[0] != "ASK")) return std::nullopt;
  const auto slot = parse_uint(words[1]);
  const auto colon = words[2].rfind(':');
  if (!slot || *slot >= kRedisSlots || colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_uint(words[2].substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  return RedisRedirection{
      static_cast<std::uint16_t>(*slot),
      {std::string(words[2].substr(0, colon)), static_cast<std::uint16_t>(*port)}};
}

bool RedisSlotMap::read(const RedisReply& slots) {
  if (slots.type != Type::array || !std::ranges::all_of(slots.items, is_range)) return false;
  std::ranges::fill(slots_, std::uint16_t{0});
  nodes_.clear();
  for (const RedisReply& range : slots.items) {
    const RedisReply& master = range.items[2];
    std::string host = master.items[0].text;
    if (host == "?") host.clear();  // it does not know its own name
    const RedisNode node{std::move(host), static_cast<std::uint16_t>(master.items[1].integer)};
    for (auto slot = range.items[0].integer; slot <= range.items[1].integer; ++slot) {
      set(static_cast<std::uint16_t>(slot), node);
    }
  }
  return true;
}

const RedisNode* RedisSlotMap::node(std::uint16_t slot) const {
  const std::uint16_t number = slots_[slot % kRedisSlots];
  return number == 0 ? nullptr : &nodes_[number - 1U];
}

void RedisSlotMap::set(std::uint16_t slot, const RedisNode& node) {
  slots_[slot % kRedisSlots] = number(node);
}

void RedisSlotMap::forget(const RedisNode& node) {
  const auto found = std::ranges::find(nodes_, node);
  if (found == nodes_.end()) return;
  const auto number = static_cast<std::uint16_t>(found - nodes_.begin() + 1);
  std::ranges::replace(slots_, number, std::uint16_t{0});
}

std::uint16_t RedisSlotMap::number(const RedisNode& node) {
  const auto found = std::ranges::find(nodes_, node);
  if (found != nodes_.end()) return static_cast<std::uint16_t>(found - nodes_.begin() + 1);
  if (nodes_.size() >= kMostNodes) return 0;
  nodes_.push_back(node);
  return static_cast<std::uint16_t>(nodes_.size());
}

}  // namespace gw::net
