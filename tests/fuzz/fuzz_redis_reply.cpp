// What a Redis may send: the cut of the bytes changes nothing, and whatever is read is bounded and
// can be judged.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/redis_failure.h"
#include "net/redis_protocol.h"
#include "net/redis_slots.h"

namespace {

using gw::net::RedisReader;
using gw::net::RedisReply;

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t items_of(const RedisReply& reply) {
  std::size_t n = reply.items.size();
  for (const RedisReply& item : reply.items) n += items_of(item);
  return n;
}

bool same(const RedisReply& a, const RedisReply& b) {
  if (a.type != b.type || a.integer != b.integer || a.text != b.text) return false;
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  return true;
}

std::vector<RedisReply> read(std::string_view bytes, std::size_t step) {
  RedisReader reader;
  std::vector<RedisReply> replies;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (auto reply = reader.next()) replies.push_back(std::move(*reply));
  }
  return replies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = read(bytes, size + 1);
  const auto cut = read(bytes, 1);
  require(whole.size() == cut.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    require(same(whole[i], cut[i]));
    require(items_of(whole[i]) <= RedisReader::kMostItems);
    gw::net::RedisSlotMap slots;
    slots.read(whole[i]);
    static_cast<void>(gw::net::redis_error(whole[i].text));
    static_cast<void>(gw::net::read_redirection(whole[i].text));
  }
  return 0;
}
