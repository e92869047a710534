// The first questions on a new connection, and what the answers mean.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/redis_client.h"
#include "net/redis_connection.h"

namespace gw::net {

struct RedisQuestion {
  enum class Topic : std::uint8_t { login, database, role, slots, eviction, script, proof };
  Topic topic;
  std::vector<std::string> words;
};

// AUTH and SELECT as Kong has them: only where the config asks for it (kong-behaviour.md 1.7).
[[nodiscard]] std::vector<RedisQuestion> greeting_questions(const RedisOptions& options);
// Why this server cannot be counted in. One answer a question, in order.
[[nodiscard]] std::optional<RedisFailure> read_greeting(std::span<const RedisQuestion> questions,
                                                        std::span<RedisAnswer> answers,
                                                        RedisGreeting& greeting);

}  // namespace gw::net
