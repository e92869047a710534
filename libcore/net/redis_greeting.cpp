#include "net/redis_greeting.h"

#include <algorithm>
#include <utility>

namespace gw::net {
namespace {

using Kind = RedisFailure::Kind;
using Topic = RedisQuestion::Topic;
using Type = RedisReply::Type;

// What a user may be forbidden, and an older server may not know: the rest works without it.
bool is_optional(Topic topic, const RedisFailure& failure) {
  if (topic == Topic::proof) return failure.kind == Kind::no_script;
  return topic != Topic::login && topic != Topic::database;
}

// Said of the server as it is now, whatever was asked.
bool is_about_server(const RedisFailure& failure) {
  switch (failure.kind) {
    case Kind::error:
    case Kind::no_script:
    case Kind::forbidden:
      return false;
    default:
      return true;
  }
}

bool is_replica(const RedisReply& role) {
  return role.type == Type::array && !role.items.empty() && role.items.front().text == "slave";
}

}  // namespace

std::vector<RedisQuestion> greeting_questions(const RedisOptions& options) {
  std::vector<RedisQuestion> questions;
  if (!options.password.empty()) {
    std::vector<std::string> words{"AUTH"};
    if (!options.username.empty()) words.push_back(options.username);
    words.emplace_back(options.password.reveal());
    questions.push_back({Topic::login, std::move(words)});
  }
  if (options.database != 0) {
    questions.push_back({Topic::database, {"SELECT", std::to_string(options.database)}});
  }
  questions.push_back({Topic::slots, {"CLUSTER", "SLOTS"}});
  questions.push_back({Topic::role, {"ROLE"}});
  questions.push_back({Topic::eviction, {"CONFIG", "GET", "maxmemory-policy"}});
  for (const RedisScript& script : options.scripts) {
    questions.push_back({Topic::script, {"SCRIPT", "LOAD", std::string(script.text)}});
  }
  for (const RedisScript& script : options.scripts) {
    questions.push_back({Topic::proof, {"EVALSHA", std::string(script.digest), "0"}});
  }
  return questions;
}

std::optional<RedisFailure> read_greeting(std::span<const RedisQuestion> questions,
                                          std::span<RedisAnswer> answers, RedisGreeting& greeting) {
  bool replica = false;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    RedisAnswer& answer = answers[i];
    const Topic topic = questions[i].topic;
    if (!answer) {
      if (!is_optional(topic, answer.error()) || is_about_server(answer.error()))
        return answer.error();
      continue;
    }
    if (topic == Topic::slots && answer->type == Type::array) {
      greeting.slots = std::move(*answer);
    } else if (topic == Topic::proof && (answer->type != Type::array || !answer->items.empty())) {
      return RedisFailure{Kind::out_of_step, "an answer that is none to the question"};
    } else if (topic == Topic::role) {
      replica = is_replica(*answer);
    } else if (topic == Topic::eviction && answer->items.size() == 2) {
      greeting.eviction = answer->items[1].text;
    }
  }
  // A node of a cluster sends on to the master; any other replica takes no writes.
  if (!replica || greeting.slots) return std::nullopt;
  return RedisFailure{Kind::readonly, "READONLY it is a replica"};
}

}  // namespace gw::net
