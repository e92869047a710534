// Why Redis gave no answer, by what can be done about it (hardening.md section 8).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gw::net {

struct RedisFailure {
  enum class Kind : std::uint8_t {
    unreachable,  // no connection: refused, no address, TLS, no greeting in time
    closed,       // the connection was lost while a question was under way
    timeout,      // no answer in time
    out_of_step,  // an answer that is none to the question
    overloaded,   // too many questions wait already
    stopped,      // we are ending
    // What its error replies say:
    loading,
    readonly,
    out_of_memory,
    auth_failed,
    forbidden,
    cluster_down,
    try_again,  // a slot with some of the keys is on its way to another node
    master_down,
    busy,
    no_script,
    moved,
    ask,
    error,  // anything else
  };
  Kind kind = Kind::error;
  std::string text;

  // The name of its event in logs.
  [[nodiscard]] std::string_view event() const;
  // Whether the connection on which this was said is of no use any more.
  [[nodiscard]] bool ends_connection() const;
};

// What operators read in the log, for manuals: each event once.
struct RedisEvent {
  std::string_view name;
  std::string_view meaning;  // and what to do
};
[[nodiscard]] std::span<const RedisEvent> redis_events();

// From the text of an error reply: "READONLY You can't write against a read only replica."
[[nodiscard]] RedisFailure redis_error(std::string_view text);

}  // namespace gw::net
