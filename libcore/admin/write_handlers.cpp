// Writes of single entities. Without a database all are refused, and yet checked first, in Kong's
// order: body, parent, existence, schema, then 405 (kong-behaviour.md 8.5, 8.6).
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "admin/body.h"
#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/lookup.h"
#include "admin/write_check.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::EntitySpec;

constexpr std::string_view kNoDatabase = "when not using a database";

Reply unsupported(std::string_view operation, const EntitySpec& spec) {
  return refuse(Trouble::operation_unsupported,
                fmt::format("cannot {} '{}' entities {}", operation, spec.collection, kNoDatabase));
}

// Named in the path by its unique name, the name's field is told.
Reply unsupported(const Call& call, std::string_view operation, const EntitySpec& spec,
                  std::string_view name) {
  const std::string_view key = endpoint_key(spec, call.level());
  if (Uuid::parse(name) || key.empty()) return unsupported(operation, spec);
  return refuse(Trouble::operation_unsupported,
                fmt::format("cannot {} '{}' entities by '{}' {}", operation, spec.collection, key,
                            kNoDatabase));
}

// PUT by name: the path's name wins over one in the body.
void name_after_path(const Call& call, const EntitySpec& spec, std::string_view name, Body& body) {
  const bool target = spec.collection == "targets";
  const std::string_view unique = target ? "target" : endpoint_key(spec, call.level());
  const std::string_view key = Uuid::parse(name) ? "id" : unique;
  if (!key.empty()) config::set(body.record, std::string(key), text(name));
}

Reply update(const Call& call, const Entity& entity, std::string_view name) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const auto checked =
      check_record(call, *entity.spec, patched(call, entity, *std::move(body)), nullptr);
  if (!checked) return checked.error();
  return unsupported(call, "update", *entity.spec, name);
}

}  // namespace

Reply create_entity(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const EntitySpec& spec = *call.endpoint.spec;
  const auto checked = check_record(call, spec, *std::move(body), nullptr);
  return checked ? unsupported("create", spec) : checked.error();
}

Reply upsert_entity(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const EntitySpec& spec = *call.endpoint.spec;
  const std::string& name = call.names.front();
  if (const auto found = look_up(call, spec, name); !found) return found.error();
  name_after_path(call, spec, name, *body);
  const auto checked = check_record(call, spec, *std::move(body), nullptr);
  return checked ? unsupported(call, "create or update", spec, name) : checked.error();
}

Reply update_entity(Call& call) {
  if (const auto body = read_body(call.request, call.level()); !body) return body.error();
  const EntitySpec& spec = *call.endpoint.spec;
  const std::string& name = call.names.front();
  const auto found = look_up(call, spec, name);
  if (!found) return found.error();
  if (*found != nullptr) return update(call, **found, name);
  return spec.collection == "plugins" ? not_found() : no_such_entity(call, spec, name);
}

Reply delete_entity(Call& call) {
  const EntitySpec& spec = *call.endpoint.spec;
  const std::string& name = call.names.front();
  const auto found = look_up(call, spec, name);
  if (!found) return found.error();
  if (*found == nullptr) return {.status = 204};
  return unsupported(call, "remove", spec, name);
}

Reply create_child(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const auto parent = find_parent(call);
  if (!parent) return parent.error();
  const EntitySpec& spec = *call.endpoint.spec;
  const auto checked = check_record(call, spec, *std::move(body), *parent);
  return checked ? unsupported("create", spec) : checked.error();
}

Reply upsert_child(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const auto parent = find_parent(call);
  if (!parent) return parent.error();
  const EntitySpec& spec = *call.endpoint.spec;
  name_after_path(call, spec, call.names.back(), *body);
  const auto checked = check_record(call, spec, *std::move(body), *parent);
  return checked ? unsupported(call, "create or update", spec, call.names.back()) : checked.error();
}

Reply update_child(Call& call) {
  if (const auto body = read_body(call.request, call.level()); !body) return body.error();
  const auto parent = find_parent(call);
  if (!parent) return parent.error();
  const auto child = find_child(call, **parent);
  if (!child) return child.error();
  return update(call, **child, (*child)->id.str());
}

Reply delete_child(Call& call) {
  const auto parent = find_parent(call);
  // Kong 2 crashes here (500); a missing parent is no failure of ours.
  if (!parent) return parent.error();
  const auto child = find_child(call, **parent);
  return child ? unsupported("remove", *call.endpoint.spec) : child.error();
}

Reply upsert_reference(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const auto from = find_parent(call);
  if (!from) return from.error();
  const EntitySpec& spec = *call.endpoint.spec;
  const auto checked = check_record(call, spec, *std::move(body), nullptr);
  return checked ? unsupported("create or update", spec) : checked.error();
}

Reply update_reference(Call& call) {
  if (const auto body = read_body(call.request, call.level()); !body) return body.error();
  const auto target = find_referenced(call);
  if (!target) return target.error();
  return update(call, **target, (*target)->id.str());
}

}  // namespace gw::admin
