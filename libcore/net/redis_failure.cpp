#include "net/redis_failure.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gw::net {
namespace {

using Kind = RedisFailure::Kind;

struct Word {
  std::string_view word;
  Kind kind;
};
constexpr std::array kWords{
    Word{"LOADING", Kind::loading},
    Word{"READONLY", Kind::readonly},
    Word{"NOREPLICAS", Kind::readonly},
    Word{"OOM", Kind::out_of_memory},
    Word{"NOAUTH", Kind::auth_failed},
    Word{"WRONGPASS", Kind::auth_failed},
    Word{"NOPERM", Kind::forbidden},
    Word{"CLUSTERDOWN", Kind::cluster_down},
    Word{"TRYAGAIN", Kind::try_again},
    Word{"CROSSSLOT", Kind::cluster_down},
    Word{"MASTERDOWN", Kind::master_down},
    Word{"BUSY", Kind::busy},
    Word{"NOSCRIPT", Kind::no_script},
    Word{"MOVED", Kind::moved},
    Word{"ASK", Kind::ask},
};

struct Row {
  Kind kind;
  std::string_view event;
  bool ends_connection;
};
constexpr std::array kRows{
    Row{Kind::unreachable, "redis_unreachable", true},
    Row{Kind::closed, "redis_closed", true},
    Row{Kind::timeout, "redis_timeout", true},
    Row{Kind::out_of_step, "redis_out_of_step", true},
    Row{Kind::overloaded, "redis_overloaded", false},
    Row{Kind::stopped, "redis_stopped", true},
    Row{Kind::loading, "redis_loading", true},
    Row{Kind::readonly, "redis_readonly", true},
    Row{Kind::out_of_memory, "redis_out_of_memory", false},
    Row{Kind::auth_failed, "redis_auth_failed", true},
    Row{Kind::forbidden, "redis_auth_failed", false},
    Row{Kind::cluster_down, "redis_cluster_down", false},
    Row{Kind::try_again, "redis_cluster_down", false},
    Row{Kind::master_down, "redis_master_down", true},
    Row{Kind::busy, "redis_busy", false},
    Row{Kind::no_script, "redis_no_script", false},
    Row{Kind::moved, "redis_cluster_down", false},
    Row{Kind::ask, "redis_cluster_down", false},
    Row{Kind::error, "redis_error", false},
};

const Row& row_of(Kind kind) {
  const auto* const found = std::ranges::find(kRows, kind, &Row::kind);
  return found == kRows.end() ? kRows.back() : *found;
}

constexpr std::array kEvents{
    RedisEvent{"redis_connected", "It can be counted in; said once."},
    RedisEvent{"redis_recovered",
               "The outage is over; undecided is the number of requests that were decided without "
               "counters."},
    RedisEvent{"redis_unreachable",
               "No connection: refused, no such name, TLS, or no greeting in time. Look at host, "
               "port and ssl of the plugin, and at the server."},
    RedisEvent{"redis_closed", "The connection was lost while questions were under way."},
    RedisEvent{"redis_timeout",
               "No answer within the plugin's timeout. The connection is replaced, so that a late "
               "answer is nobody's."},
    RedisEvent{"redis_out_of_step",
               "An answer that is none to the question: is that port a Redis? The connection is "
               "replaced."},
    RedisEvent{"redis_overloaded", "Ten thousand questions of a worker wait for an answer."},
    RedisEvent{"redis_loading", "The server is loading its data set; it is asked again later."},
    RedisEvent{"redis_readonly", "It is a replica: name the master, or promote this one."},
    RedisEvent{"redis_out_of_memory",
               "maxmemory is reached and nothing may be evicted; give it more memory."},
    RedisEvent{"redis_auth_failed",
               "NOAUTH, WRONGPASS or NOPERM. The user needs AUTH, and EVAL, EVALSHA, GET, MGET, "
               "INCR, INCRBY and EXPIRE on the keys ratelimit:* and consumerratelimit:*."},
    RedisEvent{"redis_cluster_down", "The cluster does not serve this slot now."},
    RedisEvent{"redis_master_down", "A replica without its master."},
    RedisEvent{"redis_busy", "Somebody's script runs for too long: SCRIPT KILL ends it."},
    RedisEvent{"redis_error", "Another error reply; its text is in the line."},
    RedisEvent{"redis_may_evict",
               "maxmemory-policy lets the server drop counters before their time, and what they "
               "counted with them; noeviction does not."},
};

constexpr std::size_t kMostText = 200;  // of what a peer says, in a log

}  // namespace

std::string_view RedisFailure::event() const {
  return row_of(kind).event;
}

bool RedisFailure::ends_connection() const {
  return row_of(kind).ends_connection;
}

std::span<const RedisEvent> redis_events() {
  return kEvents;
}

RedisFailure redis_error(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  const auto* const found = std::ranges::find(kWords, word, &Word::word);
  return {found == kWords.end() ? Kind::error : found->kind, printable(text.substr(0, kMostText))};
}

}  // namespace gw::net
