// /v1/kv/...: the key-value store (consul-behaviour.md 2.12). There are no sessions: nobody can
// hold a lock.
#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/percent.h"
#include "base/text.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/reply_json.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

constexpr std::size_t kUuidCharacters = 36;

bool may(const State& state, const Call& call, std::string_view key, Access access) {
  return state.acl.may(call.token, Resource::key, key, access);
}

Reply forbidden() {
  return refuse(403, "Permission denied");
}

Json entry_json(const std::string& key, const KeyValue& entry) {
  return {{"LockIndex", entry.lock_index},
          {"Key", key},
          {"Flags", entry.flags},
          {"Value", entry.value.empty() ? Json(nullptr) : Json(base64_encode(entry.value))},
          {"CreateIndex", entry.create_index},
          {"ModifyIndex", entry.modify_index}};
}

// Consul shows the whole store's index where there is nothing, and so wakes who waits for one key
// when another one changes. Here a waiter sleeps on until something of his own has happened.
std::uint64_t index_of_nothing(const State& state, const Call& call, std::uint64_t last_own) {
  const std::uint64_t all = std::max<std::uint64_t>(state.kv.index(), 1);
  if (!call.waits) return all;
  const std::uint64_t seen = parse_uint(call.get("index")).value_or(0);
  return seen <= all && last_own <= seen ? seen : all;
}

Reply nothing(std::uint64_t index) {
  return {.status = 404, .content_type = "", .body = "", .index = index};
}

Reply get_one(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing key name");
  if (!may(state, call, call.rest, Access::read)) return forbidden();
  const KeyValue* entry = state.kv.find(call.rest);
  if (entry == nullptr) {
    return nothing(index_of_nothing(state, call, state.kv.removal_of(call.rest)));
  }
  Reply reply;
  if (call.has("raw")) {
    reply = {
        .content_type = "text/plain",
        .body = entry->value,
        .fields = {{"X-Content-Type-Options", "nosniff"}, {"Content-Security-Policy", "sandbox"}}};
  } else {
    reply = json_reply(call, Json::array({entry_json(call.rest, *entry)}));
  }
  reply.index = entry->modify_index;
  return reply;
}

std::uint64_t index_of_prefix(const State& state, const Call& call) {
  const std::uint64_t own = state.kv.index_of(call.rest);
  if (call.rest.empty()) return std::max<std::uint64_t>(state.kv.index(), 1);
  return own > 0 ? own : index_of_nothing(state, call, 0);
}

template <class Show>
void each_visible(const State& state, const Call& call, const Show& show) {
  const auto& all = state.kv.all();
  for (auto at = all.lower_bound(call.rest); at != all.end() && at->first.starts_with(call.rest);
       ++at) {
    if (may(state, call, at->first, Access::read)) show(at->first, at->second);
  }
}

Reply get_tree(const State& state, const Call& call) {
  Json list = Json::array();
  each_visible(state, call, [&](const std::string& key, const KeyValue& entry) {
    list.push_back(entry_json(key, entry));
  });
  const std::uint64_t index = index_of_prefix(state, call);
  if (list.empty()) return nothing(index);
  Reply reply = json_reply(call, list);
  reply.index = index;
  return reply;
}

Reply get_keys(const State& state, const Call& call) {
  const std::string_view separator = call.get("separator");
  Json list = Json::array();
  std::string last;
  each_visible(state, call, [&](const std::string& key, const KeyValue&) {
    const std::size_t at =
        separator.empty() ? std::string::npos : key.find(separator, call.rest.size());
    std::string shown = at == std::string::npos ? key : key.substr(0, at + separator.size());
    if (!list.empty() && shown == last) return;
    list.push_back(shown);
    last = std::move(shown);
  });
  const std::uint64_t index = index_of_prefix(state, call);
  if (list.empty() && !call.rest.empty()) return nothing(index);
  Reply reply = json_reply(call, list);
  reply.index = index;
  return reply;
}

// Of flags that exclude each other; "" when at most one is there.
std::string conflict(const Call& call, std::initializer_list<std::string_view> names) {
  const auto count = std::ranges::count_if(names, [&](auto name) { return call.has(name); });
  if (count < 2) return "";
  std::vector<std::string> pairs;
  pairs.reserve(call.query.size());
  for (const auto& [name, value] : call.query) {
    pairs.push_back(fmt::format("{}={}", percent_encode(name), percent_encode(value)));
  }
  std::ranges::sort(pairs);
  return "Conflicting flags: " + join(pairs, "&");
}

// A lock needs a session, and there is none.
Reply without_session(const Call& call) {
  if (call.has("release")) return json_reply(call, false);
  const std::string_view session = call.get("acquire");
  return refuse(500, session.size() == kUuidCharacters
                         ? fmt::format("invalid session \"{}\"", session)
                         : "failed session lookup: index error: UUID must be 36 characters");
}

Reply put_one(State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing key name");
  if (auto text = conflict(call, {"cas", "acquire", "release"}); !text.empty()) {
    return refuse(400, text);
  }
  std::uint64_t flags = 0;
  std::optional<std::uint64_t> cas;
  for (const std::string_view name : {"flags", "cas"}) {
    if (!call.has(name)) continue;
    const auto value = parse_go_uint(call.get(name));
    if (!value) return refuse(500, value.error().message);
    if (name == "cas") cas = *value;
    if (name == "flags") flags = *value;
  }
  if (call.body.size() > kMaxValueBytes) {
    return refuse(413, fmt::format("Request body({} bytes) too large, max size: {} bytes. See "
                                   "https://www.consul.io/docs/agent/"
                                   "options.html#kv_max_value_size.",
                                   call.body.size(), kMaxValueBytes));
  }
  if (!may(state, call, call.rest, Access::write)) return forbidden();
  if (call.has("acquire") || call.has("release")) return without_session(call);
  const auto done = state.kv.put(call.rest, call.body, flags, cas);
  if (!done) return refuse(500, done.error().message);
  return json_reply(call, *done);
}

Reply remove(State& state, const Call& call) {
  const bool tree = call.has("recurse");
  if (auto text = conflict(call, {"recurse", "cas"}); !text.empty()) return refuse(400, text);
  if (call.rest.empty() && !tree) return refuse(400, "Missing key name");
  std::optional<std::uint64_t> cas;
  if (call.has("cas")) {
    const auto value = parse_go_uint(call.get("cas"));
    if (!value) return refuse(500, value.error().message);
    cas = *value;
  }
  if (!tree) {
    if (!may(state, call, call.rest, Access::write)) return forbidden();
    return json_reply(call, state.kv.remove(call.rest, cas));
  }
  // All that would go has to be the token's to write, and what could be there as well.
  bool allowed = may(state, call, call.rest, Access::write);
  const auto& all = state.kv.all();
  for (auto at = all.lower_bound(call.rest);
       allowed && at != all.end() && at->first.starts_with(call.rest); ++at) {
    allowed = may(state, call, at->first, Access::write);
  }
  if (!allowed) return forbidden();
  state.kv.remove_all(call.rest);
  return json_reply(call, true);
}

}  // namespace

void add_kv_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/kv/", {"GET", "PUT", "DELETE"}, [&state](const Call& call) {
    if (call.method == "PUT") return put_one(state, call);
    if (call.method == "DELETE") return remove(state, call);
    if (call.has("keys")) return get_keys(state, call);
    return call.has("recurse") ? get_tree(state, call) : get_one(state, call);
  });
}

}  // namespace gw::mesh
