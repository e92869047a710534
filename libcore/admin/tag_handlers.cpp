// /tags and /tags/{tag}: who carries which (kong-behaviour.md 8.4).
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/page.h"
#include "base/text.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::Node;

// One list of all entities, ascending by id, so that a page's token is an id here as well. An
// entity's tags stay together on a page.
std::vector<const Entity*> tagged(const Call& call, const std::optional<std::string>& tag) {
  std::multimap<Uuid, const Entity*> found;
  for (const config::EntitySpec& spec : config::entities()) {
    for (const Entity* entity : call.catalogue.of(spec.collection)) {
      const Node* tags = entity->node->find("tags");
      const bool any = tags != nullptr && !tags->items.empty();
      if (tag ? has_tag(*entity, *tag) : any) found.emplace(entity->id, entity);
    }
  }
  std::vector<const Entity*> out;
  for (const auto& [id, entity] : found) out.push_back(entity);
  return out;
}

Node row(const Entity& entity, std::string_view tag) {
  return object({{"tag", text(tag)},
                 {"entity_name", text(entity.spec->collection)},
                 {"entity_id", text(entity.id.str())}});
}

Reply list_rows(const Call& call, const std::optional<std::string>& tag) {
  auto want = read_page_request(call);
  if (!want) return want.error();
  want->tags.reset();
  const Page page = cut_page(tagged(call, tag), *want);
  std::vector<Node> rows;
  for (const Entity* entity : page.rows) {
    for (const Node& own : entity->node->find("tags")->items) {
      if (!tag || own.text == *tag) rows.push_back(row(*entity, own.text));
    }
  }
  // Up to 3.4 an empty list of rows is written as Lua's empty table.
  const bool as_table = rows.empty() && tag && call.level() < model::Level{3, 5};
  if (!as_table) return page_reply(call, *want, page, std::move(rows));
  return answer(object({{"data", config::make_mapping()}, {"next", Node{}}}));
}

}  // namespace

Reply list_tags(Call& call) {
  return list_rows(call, std::nullopt);
}

Reply list_tagged(Call& call) {
  const std::string& tag = call.names.front();
  if (tag.find_first_of(",/") != std::string::npos) {
    return refuse(Trouble::invalid_unique,
                  "invalid tag '" + printable(tag) + "': a tag has neither ',' nor '/'");
  }
  return list_rows(call, tag);
}

}  // namespace gw::admin
