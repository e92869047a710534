#include "admin/lookup.h"

#include <algorithm>

#include <fmt/format.h>

#include "admin/json.h"
#include "config/check_format.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::EntitySpec;

const Entity* certificate_of(const Call& call, std::string_view sni) {
  const Entity* found = call.catalogue.by_name("snis", sni);
  return found == nullptr ? nullptr : call.catalogue.target(*found, "certificate");
}

// Kong's complaint about a name that no entity could have.
std::optional<std::string> complaint(const Call& call, const EntitySpec& spec,
                                     std::string_view name) {
  const auto key = endpoint_key(spec, call.level());
  const auto* field = config::find_field(spec.fields, key, call.level());
  if (field == nullptr) return std::nullopt;
  return config::check_format(field->format, name, call.level());
}

// Targets are named by their address, which is unique below their upstream only.
const Entity* child_by_address(const Call& call, const Entity& parent, std::string_view address) {
  for (const Entity* child : call.catalogue.children("targets", "upstream", parent.id)) {
    if (config::text_of(*child->node, "target") == address) return child;
  }
  return nullptr;
}

bool is_child(const Call& call, const Entity& child, const Entity& parent) {
  const Entity* target = call.catalogue.target(child, call.endpoint.link->name);
  return target != nullptr && target->id == parent.id;
}

}  // namespace

Outcome<const Entity*> look_up(const Call& call, const EntitySpec& spec, std::string_view name) {
  if (const auto id = Uuid::parse(name)) return call.catalogue.by_id(spec.collection, *id);
  if (spec.collection == "certificates") {
    const Entity* found = certificate_of(call, name);
    if (found == nullptr) return std::unexpected(say(404, "SNI not found"));
    return found;
  }
  if (endpoint_key(spec, call.level()).empty()) {
    constexpr std::string_view kReason = "expected a valid UUID";
    return std::unexpected(refuse(Trouble::invalid_primary_key,
                                  fmt::format("invalid primary key: '{}'", lua_key("id", kReason)),
                                  object({{"id", text(kReason)}})));
  }
  const Entity* found = call.catalogue.by_name(spec.collection, name);
  if (found == nullptr) {
    if (auto why = complaint(call, spec, name)) {
      return std::unexpected(refuse(Trouble::invalid_unique, *why));
    }
  }
  return found;
}

Outcome<const Entity*> find_entity(const Call& call, const EntitySpec& spec,
                                   std::string_view name) {
  const auto found = look_up(call, spec, name);
  if (!found || *found != nullptr) return found;
  const bool by_id_only = spec.collection == "certificates";
  return std::unexpected(by_id_only ? no_such_entity(call, spec, name) : not_found());
}

Outcome<const Entity*> find_parent(const Call& call) {
  return find_entity(call, *call.endpoint.parent, call.names.front());
}

Outcome<const Entity*> find_child(const Call& call, const Entity& parent) {
  const EntitySpec& spec = *call.endpoint.spec;
  const std::string& name = call.names.back();
  const Entity* child = nullptr;
  if (spec.collection == "targets" && !Uuid::parse(name)) {
    child = child_by_address(call, parent, name);
  } else {
    const auto found = look_up(call, spec, name);
    if (!found) return found;
    child = *found;
  }
  const bool own = child != nullptr && is_child(call, *child, parent);
  if (!own) return std::unexpected(not_found());
  return child;
}

Outcome<const Entity*> find_referenced(const Call& call) {
  const auto from = find_parent(call);
  if (!from) return from;
  const Entity* target = call.catalogue.target(**from, call.endpoint.link->name);
  if (target == nullptr) return std::unexpected(not_found());
  return target;
}

Reply no_such_entity(const Call& call, const EntitySpec& spec, std::string_view name) {
  const bool by_id = Uuid::parse(name).has_value();
  const std::string_view field = by_id ? "id" : endpoint_key(spec, call.level());
  return refuse(Trouble::not_found,
                fmt::format("could not find the entity with {}'{}'", by_id ? "primary key " : "",
                            lua_key(field, name)),
                object({{field, text(name)}}));
}

}  // namespace gw::admin
