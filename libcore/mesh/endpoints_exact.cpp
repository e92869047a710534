// The intentions of 1.9 and later, named by source and destination (consul-behaviour.md 2.10).
#include <optional>
#include <utility>

#include "mesh/endpoints.h"
#include "mesh/intention_body.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

struct Pair {
  std::string source;
  std::string destination;
};

Result<std::string> read_side(const Call& call, std::string_view side) {
  if (!call.has(side)) {
    return fail(ErrorCode::invalid, "required query parameter '" + std::string(side) + "' not set");
  }
  auto name = read_service_name(side, call.get(side));
  if (!name) return std::unexpected(name.error());
  if (name->ns != "default") {
    return fail(ErrorCode::invalid, "Namespaces are a Consul Enterprise feature");
  }
  return std::move(name->name);
}

Result<Pair> read_pair(const Call& call) {
  auto source = read_side(call, "source");
  if (!source) return std::unexpected(source.error());
  auto destination = read_side(call, "destination");
  if (!destination) return std::unexpected(destination.error());
  return Pair{std::move(*source), std::move(*destination)};
}

bool may(const State& state, const Call& call, const std::string& name, Access access) {
  return state.acl.may(call.token, Resource::intention, name, access);
}

Reply show(const State& state, const Call& call, const Pair& pair) {
  const StoredIntention* const found = state.intentions.find(pair.source, pair.destination);
  if (!may(state, call, pair.source, Access::read) &&
      !may(state, call, pair.destination, Access::read)) {
    return refuse(403, "Permission denied");
  }
  Reply reply = found == nullptr ? refuse(404, "Intention not found")
                                 : json_reply(call, show_exact_intention(*found));
  reply.index = state.intentions.index();
  return reply;
}

Reply upsert(State& state, const Call& call, const Pair& pair) {
  auto body = read_intention(call.body, IntentionForm::exact);
  if (!body) return refuse(400, "Bad request: Request decode failed: " + body.error().message);
  if (!body->meta.empty()) return refuse(500, "Meta must not be specified");
  body->source = pair.source;
  body->destination = pair.destination;
  auto fields = check_intention(std::move(*body));
  if (!fields) return refuse(500, fields.error().message);
  const auto done = state.intentions.upsert(std::move(*fields), call.now.wall);
  return done ? json_reply(call, true) : refuse(500, done.error().message);
}

Reply answer(State& state, const Call& call) {
  const auto pair = read_pair(call);
  if (!pair) return refuse(500, pair.error().message);
  if (call.method == "GET") return show(state, call, *pair);
  if (!may(state, call, pair->destination, Access::write)) return refuse(403, "Permission denied");
  if (call.method == "PUT") return upsert(state, call, *pair);
  state.intentions.remove(pair->source, pair->destination);
  return json_reply(call, true);
}

}  // namespace

void add_exact_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/connect/intentions/exact", {"GET", "PUT", "DELETE"},
                [&state](const Call& call) { return answer(state, call); });
}

}  // namespace gw::mesh
