// The intentions of 1.8: list, by id, match, check (consul-behaviour.md 2.9).
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/endpoints.h"
#include "mesh/filter.h"
#include "mesh/intention_body.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kDenied = "Permission denied";

Reply id_reply(const Call& call, std::string_view id) {
  return json_reply(call, Json{{"ID", id}});
}

bool may_read(const State& state, const Call& call, const StoredIntention& intention) {
  const auto may = [&](std::string_view name) {
    return state.acl.may(call.token, Resource::intention, name, Access::read);
  };
  return may(intention.what.source) || may(intention.what.destination);
}

bool may_write(const State& state, const Call& call, std::string_view destination) {
  return state.acl.may(call.token, Resource::intention, destination, Access::write);
}

Reply list(const State& state, const Call& call) {
  const auto filter = Filter::parse(call.get("filter"), intention_shape());
  if (!filter) return refuse(500, filter.error().message);
  Json shown = Json::array();
  for (const StoredIntention& intention : state.intentions.all()) {
    if (!may_read(state, call, intention)) continue;
    Json one = show_intention(intention);
    if (filter->matches(one)) shown.push_back(std::move(one));
  }
  Reply reply = json_reply(call, shown);
  reply.index = state.intentions.index();
  return reply;
}

Reply create(State& state, const Call& call) {
  auto body = read_intention(call.body, IntentionForm::by_id);
  if (!body) return refuse(500, "Failed to decode request body: " + body.error().message);
  if (!body->id.empty()) return refuse(500, "ID must be empty when creating a new intention");
  if (!may_write(state, call, body->destination)) return refuse(403, std::string(kDenied));
  auto fields = check_intention(std::move(*body));
  if (!fields) return refuse(500, fields.error().message);
  const auto id = state.intentions.create(std::move(*fields), call.now.wall);
  return id ? id_reply(call, *id) : refuse(500, id.error().message);
}

// The part of an id that Consul's index cannot look up; "": it can. Dashes may stand anywhere.
std::string id_fault(std::string_view id) {
  if (id.size() != 36) return "index error: UUID must be 36 characters";
  const auto odd = std::ranges::find_if(id, [](char c) { return c != '-' && hex_value(c) < 0; });
  if (odd == id.end()) return {};
  return fmt::format("index error: Invalid UUID: encoding/hex: invalid byte: U+{:04X} '{}'",
                     static_cast<unsigned char>(*odd), *odd);
}

Reply show(const State& state, const Call& call) {
  if (const std::string fault = id_fault(call.rest); !fault.empty()) {
    return refuse(400, "Bad request: failed intention lookup: " + fault);
  }
  const StoredIntention* const found = state.intentions.find(lower(call.rest));
  if (found == nullptr) return refuse(404, "Intention not found");
  if (!may_read(state, call, *found)) return refuse(403, std::string(kDenied));
  return json_reply(call, show_intention(*found));
}

Reply update(State& state, const Call& call) {
  auto body = read_intention(call.body, IntentionForm::by_id);
  if (!body) return refuse(400, "Bad request: Request decode failed: " + body.error().message);
  if (const std::string fault = id_fault(call.rest); !fault.empty()) {
    return refuse(500, "Intention lookup failed: failed intention lookup: " + fault);
  }
  const std::string id = lower(call.rest);
  const StoredIntention* const old = state.intentions.find(id);
  if (old == nullptr) {
    return refuse(500, fmt::format("Cannot modify non-existent intention: '{}'", call.rest));
  }
  if (!may_write(state, call, old->what.destination)) return refuse(403, std::string(kDenied));
  auto fields = check_intention(std::move(*body));
  if (!fields) return refuse(500, fields.error().message);
  if (!may_write(state, call, fields->what.destination)) return refuse(403, std::string(kDenied));
  const auto done = state.intentions.update(id, std::move(*fields), call.now.wall);
  return done ? id_reply(call, id) : refuse(500, done.error().message);
}

Reply remove(State& state, const Call& call) {
  if (const std::string fault = id_fault(call.rest); !fault.empty()) {
    return refuse(500, "Intention lookup failed: failed intention lookup: " + fault);
  }
  const std::string id = lower(call.rest);
  const StoredIntention* const old = state.intentions.find(id);
  if (old == nullptr) {
    return refuse(500, fmt::format("Cannot delete non-existent intention: '{}'", call.rest));
  }
  if (!may_write(state, call, old->what.destination)) return refuse(403, std::string(kDenied));
  state.intentions.remove(id);
  return json_reply(call, true);
}

Json matches_of(const Intentions& intentions, bool by_source, const ServiceName& name) {
  if (name.ns != "default") return nullptr;
  Json shown;
  for (const StoredIntention& intention : intentions.all()) {
    const std::string& side = by_source ? intention.what.source : intention.what.destination;
    if (side == name.name || side == connect::kAnyService) {
      shown.push_back(show_intention(intention));
    }
  }
  return shown;
}

Reply match(const State& state, const Call& call) {
  if (!call.has("by")) return refuse(500, "required query parameter 'by' not set");
  const bool by_source = call.get("by") == "source";
  if (!by_source && call.get("by") != "destination") {
    return refuse(500, "'by' parameter must be one of 'source' or 'destination'");
  }
  const auto names = call.all("name");
  if (names.empty()) return refuse(500, "required query parameter 'name' not set");
  std::map<std::string, Json> by_name;  // Go writes the keys of a map in order
  for (const std::string_view name : names) {
    const auto service = read_service_name("name", name);
    if (!service) return refuse(500, service.error().message);
    if (!state.acl.may(call.token, Resource::intention, service->name, Access::read)) {
      return refuse(403, std::string(kDenied));
    }
    by_name[std::string(name)] = matches_of(state.intentions, by_source, *service);
  }
  Json shown = Json::object();
  for (auto& [name, found] : by_name) shown[name] = std::move(found);
  return json_reply(call, shown);
}

Reply check(const State& state, const Call& call) {
  if (!call.has("source")) return refuse(500, "required query parameter 'source' not set");
  if (!call.has("destination")) {
    return refuse(500, "required query parameter 'destination' not set");
  }
  const auto source = read_service_name("source", call.get("source"));
  if (!source) return refuse(500, source.error().message);
  const auto destination = read_service_name("destination", call.get("destination"));
  if (!destination) return refuse(500, destination.error().message);
  const std::string_view type = call.get("source-type");
  if (!type.empty() && type != "consul") {
    return refuse(500, fmt::format("unsupported SourceType: \"{}\"", type));
  }
  if (!state.acl.may(call.token, Resource::service, destination->name, Access::read)) {
    return refuse(403, std::string(kDenied));
  }
  const bool known = source->ns == "default" && destination->ns == "default";
  const bool allowed = known ? state.intentions.decide(source->name, destination->name).allowed
                             : state.intentions.allow_by_default();
  return json_reply(call, Json{{"Allowed", allowed}});
}

}  // namespace

void add_intention_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/connect/intentions", {"GET", "POST"}, [&state](const Call& call) {
    return call.method == "GET" ? list(state, call) : create(state, call);
  });
  endpoints.add("/v1/connect/intentions/", {"GET", "PUT", "DELETE"}, [&state](const Call& call) {
    if (call.method == "GET") return show(state, call);
    return call.method == "PUT" ? update(state, call) : remove(state, call);
  });
  endpoints.add("/v1/connect/intentions/match", {"GET"},
                [&state](const Call& call) { return match(state, call); });
  endpoints.add("/v1/connect/intentions/check", {"GET"},
                [&state](const Call& call) { return check(state, call); });
}

}  // namespace gw::mesh
