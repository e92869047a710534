// Upstreams' targets beyond the plain lists: their health, and marking it by hand
// (kong-behaviour.md 8.1, 8.5).
#include <array>
#include <utility>

#include <fmt/format.h>

#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/lookup.h"
#include "admin/page.h"
#include "admin/show.h"

namespace gw::admin {
namespace {

using namespace std::string_view_literals;
using config::Entity;
using config::Node;

// In the order of TargetHealth.
constexpr std::array kHealthWords{"HEALTHCHECKS_OFF"sv, "HEALTHY"sv, "UNHEALTHY"sv, "DNS_ERROR"sv};

Outcome<const Entity*> find_upstream(const Call& call) {
  return find_entity(call, *config::find_entity("upstreams"), call.names.front());
}

// A target of the upstream by id or address.
const Entity* find_target(const Call& call, const Entity& upstream, std::string_view name) {
  const auto id = Uuid::parse(name);
  for (const Entity* target : call.catalogue.children("targets", "upstream", upstream.id)) {
    const bool same = id ? target->id == *id : config::text_of(*target->node, "target") == name;
    const Node shown = show(call.catalogue, *target);
    if (same || (!id && config::text_of(shown, "target") == name)) return target;
  }
  return nullptr;
}

Reply list_targets(const Call& call, bool with_health) {
  const auto upstream = find_upstream(call);
  if (!upstream) return upstream.error();
  const auto want = read_page_request(call);
  if (!want) return want.error();
  const Page page =
      cut_page(call.catalogue.children("targets", "upstream", (*upstream)->id), *want);
  std::vector<Node> rows;
  for (const Entity* target : page.rows) {
    Node shown = show(call.catalogue, *target);
    if (with_health) {
      const auto health = call.node.health((*upstream)->id, target->id);
      append(shown, "health", text(kHealthWords.at(static_cast<std::size_t>(health))));
    }
    rows.push_back(std::move(shown));
  }
  Reply reply = page_reply(call, *want, page, std::move(rows));
  if (with_health && reply.body) append(*reply.body, "node_id", text(call.node.info().id.str()));
  return reply;
}

}  // namespace

Reply get_health(Call& call) {
  return list_targets(call, true);
}
Reply list_all_targets(Call& call) {
  return list_targets(call, false);
}

Reply mark_target(Call& call) {
  const auto upstream = find_upstream(call);
  if (!upstream) return upstream.error();
  const Entity* target = find_target(call, **upstream, call.names.back());
  if (target == nullptr) return not_found();
  const bool healthy = call.endpoint.words.back() == "healthy";
  const auto marked = call.node.mark((*upstream)->id, target->id, healthy);
  // Kong 2.0 and 2.1 answer 204 whatever comes of it.
  if (marked || call.level() < model::Level{2, 2}) return {.status = 204};
  return say(400, fmt::format("no healthchecker found for {}", config::name_of(**upstream)));
}

}  // namespace gw::admin
