// RESP, the protocol of Redis: hiredis' reader with bounds, and commands written straight into the
// output (hiredis' formatter goes by sprintf, a fifth of what a counted request costs).
//
// The reader takes whatever a peer sends: what is malformed, nested too deep or larger than any
// answer to our questions breaks it, and a broken reader yields nothing more (hardening.md R13).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;  // NOLINT(readability-identifier-naming): hiredis names it

namespace gw::net {

struct RedisReply {
  enum class Type : std::uint8_t { nil, integer, text, status, error, array };
  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  // of text, status and error
  std::vector<RedisReply> items;
};

void append_command(std::string& out, std::span<const std::string_view> words);

class RedisReader {
 public:
  static constexpr std::size_t kMostItems = 100'000;  // of one reply, all levels together
  static constexpr std::size_t kMostUnread = std::size_t{4} * 1024 * 1024;  // bytes of one reply

  RedisReader();
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;
  ~RedisReader();

  void feed(std::string_view bytes);
  // nullopt: more bytes are needed, or failure() is not empty.
  [[nodiscard]] std::optional<RedisReply> next();
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::size_t items_ = 0;  // of the reply being read
  std::unique_ptr<redisReader, Free> reader_;
  std::string failure_;
};

}  // namespace gw::net
