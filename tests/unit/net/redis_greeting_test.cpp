#include "net/redis_greeting.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "net/redis_failure.h"

namespace gw::net {
namespace {

using Kind = RedisFailure::Kind;
using Type = RedisReply::Type;

RedisReply text(std::string words) {
  return {.type = Type::text, .integer = 0, .text = std::move(words), .items = {}};
}
RedisReply list(std::vector<RedisReply> items) {
  return {.type = Type::array, .integer = 0, .text = {}, .items = std::move(items)};
}

RedisOptions plain() {
  RedisOptions options;
  options.scripts = {{"return {}", "0123"}};
  return options;
}

// A sound server that is no cluster.
std::vector<RedisAnswer> sound() {
  return {std::unexpected(redis_error("ERR This instance has cluster support disabled")),
          list({text("master"), {}, list({})}),
          list({text("maxmemory-policy"), text("noeviction")}), text("0123"), list({})};
}

std::optional<RedisFailure> judge(std::vector<RedisAnswer> answers, RedisGreeting& greeting) {
  const auto questions = greeting_questions(plain());
  REQUIRE(questions.size() == answers.size());
  return read_greeting(questions, answers, greeting);
}
std::optional<RedisFailure> judge(std::vector<RedisAnswer> answers) {
  RedisGreeting greeting;
  return judge(std::move(answers), greeting);
}

}  // namespace

TEST_CASE("AUTH and SELECT are sent only where the config asks for them, AUTH first") {
  CHECK(greeting_questions({}).front().words.front() == "CLUSTER");
  RedisOptions options;
  options.password = Secret("pw");
  options.database = 3;
  auto questions = greeting_questions(options);
  CHECK(questions[0].words == std::vector<std::string>{"AUTH", "pw"});
  CHECK(questions[1].words == std::vector<std::string>{"SELECT", "3"});
  options.username = "gateway";
  CHECK(greeting_questions(options)[0].words == std::vector<std::string>{"AUTH", "gateway", "pw"});
  options.password = Secret();
  CHECK(greeting_questions(options)[0].words.front() == "SELECT");
}

TEST_CASE("a sound server is counted in, with what it says of itself") {
  RedisGreeting greeting;
  CHECK_FALSE(judge(sound(), greeting).has_value());
  CHECK_FALSE(greeting.slots.has_value());
  CHECK(greeting.eviction == "noeviction");
}

TEST_CASE("a user who may count and ask nothing else is enough") {
  auto answers = sound();
  for (const std::size_t i : {0U, 1U, 2U, 3U}) {
    answers[i] = std::unexpected(redis_error("NOPERM this user has no permissions"));
  }
  CHECK_FALSE(judge(answers).has_value());
  answers[4] = std::unexpected(redis_error("NOSCRIPT No matching script"));
  CHECK_FALSE(judge(answers).has_value());
  answers[4] = std::unexpected(redis_error("NOPERM this user has no permissions"));
  REQUIRE(judge(answers).has_value());
}

TEST_CASE("a server that loads, a replica and one that answers past the question are not") {
  auto loading = sound();
  loading[0] = std::unexpected(redis_error("LOADING Redis is loading the dataset in memory"));
  CHECK(judge(loading)->kind == Kind::loading);
  auto replica = sound();
  replica[1] = list({text("slave"), text("10.0.0.1")});
  CHECK(judge(replica)->kind == Kind::readonly);
  auto strange = sound();
  strange[4] = text("OK");
  CHECK(judge(strange)->kind == Kind::out_of_step);
}

TEST_CASE("a replica of a cluster knows the way to its master") {
  auto answers = sound();
  answers[0] = list({});
  answers[1] = list({text("slave"), text("10.0.0.1")});
  RedisGreeting greeting;
  CHECK_FALSE(judge(answers, greeting).has_value());
  CHECK(greeting.slots.has_value());
}

TEST_CASE("error replies have names, and what is about the server ends the connection") {
  struct Row {
    std::string_view text;
    std::string_view event;
    bool ends;
  };
  for (const Row& row : {
           Row{"LOADING x", "redis_loading", true},
           Row{"READONLY You can't write against a read only replica.", "redis_readonly", true},
           Row{"OOM command not allowed when used memory > 'maxmemory'.", "redis_out_of_memory",
               false},
           Row{"NOAUTH Authentication required.", "redis_auth_failed", true},
           Row{"WRONGPASS invalid username-password pair", "redis_auth_failed", true},
           Row{"NOPERM x", "redis_auth_failed", false},
           Row{"MASTERDOWN Link with MASTER is down", "redis_master_down", true},
           Row{"BUSY Redis is busy running a script.", "redis_busy", false},
           Row{"CLUSTERDOWN Hash slot not served", "redis_cluster_down", false},
           Row{"ERR unknown command", "redis_error", false},
           Row{"", "redis_error", false},
       }) {
    CAPTURE(row.text);
    const RedisFailure failure = redis_error(row.text);
    CHECK(failure.event() == row.event);
    CHECK(failure.ends_connection() == row.ends);
  }
}

TEST_CASE("what a peer says is cut and made printable") {
  const RedisFailure failure = redis_error("ERR \n" + std::string(1000, 'x'));
  CHECK(failure.text.size() < 300);
  CHECK(failure.text.find('\n') == std::string::npos);
}

}  // namespace gw::net
