// GET of collections, entities and what hangs below them (kong-behaviour.md 8.1).
#include <algorithm>
#include <utility>

#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/lookup.h"
#include "admin/page.h"
#include "admin/show.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::Node;

Node shown(const Call& call, const Entity& entity) {
  return show(call.catalogue, entity, {.secrets = call.node.info().shows_secrets});
}

Reply show_found(const Call& call, const Outcome<const Entity*>& found) {
  return found ? answer(shown(call, **found)) : found.error();
}

Reply list(const Call& call, std::span<const Entity* const> all) {
  const auto want = read_page_request(call);
  if (!want) return want.error();
  const Page page = cut_page(all, *want);
  std::vector<Node> rows;
  rows.reserve(page.rows.size());
  for (const Entity* entity : page.rows) rows.push_back(shown(call, *entity));
  return page_reply(call, *want, page, std::move(rows));
}

// /consumers?custom_id=x
Reply list_by_custom_id(const Call& call, std::string_view custom_id) {
  if (custom_id.empty()) return say(400, "custom_id must be an unempty string");
  std::vector<const Entity*> found;
  for (const Entity* entity : call.catalogue.of("consumers")) {
    if (config::text_of(*entity->node, "custom_id") == custom_id) found.push_back(entity);
  }
  return list(call, found);
}

}  // namespace

Reply list_entities(Call& call) {
  const std::string_view collection = call.endpoint.spec->collection;
  const auto custom_id = find_argument(call.query, "custom_id");
  if (collection == "consumers" && custom_id) return list_by_custom_id(call, *custom_id);
  return list(call, call.catalogue.of(collection));
}

Reply get_entity(Call& call) {
  return show_found(call, find_entity(call, *call.endpoint.spec, call.names.front()));
}

Reply list_children(Call& call) {
  const auto parent = find_parent(call);
  if (!parent) return parent.error();
  return list(call, call.catalogue.children(call.endpoint.spec->collection,
                                            call.endpoint.link->name, (*parent)->id));
}

Reply get_child(Call& call) {
  const auto parent = find_parent(call);
  if (!parent) return parent.error();
  return show_found(call, find_child(call, **parent));
}

Reply get_reference(Call& call) {
  return show_found(call, find_referenced(call));
}

}  // namespace gw::admin
