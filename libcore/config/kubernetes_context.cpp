#include "config/kubernetes_context.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/uuid.h"
#include "config/kubernetes_annotations.h"

namespace gw::config::kube {

namespace {

// Kong's name space of generated ids (kong-behaviour.md 7.6).
constexpr std::string_view kIdSpace = "fd02801f-0957-4a15-a55a-c8d9606f30b5";

}  // namespace

Node format_version(model::Level level, Span where) {
  if (level.major >= 3) return make_string("3.0", where);
  return make_string(level.minor == 0 ? "1.1" : "2.1", where);
}

void set_tags(const Context& ctx, const Object& object, Node& entity) {
  Node tags = make_sequence({}, object.where);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    tags.items.push_back(make_string(fmt::format("k8s-{}:{}", name, value), object.where));
  };
  if (is_modern(ctx)) {
    add("name", object.name);
    add("namespace", object.name_space);
    add("kind", object.kind);
    add("uid", text_at(object.root, {"metadata", "uid"}));
    add("group", object.group);
    add("version", object.version);
  }
  if (const Node* own = annotation(object, "tags", ctx.level)) {
    for (Node& tag : split_value(own->text, ',', own->where).items) {
      tags.items.push_back(std::move(tag));
    }
  }
  if (!tags.items.empty()) set(entity, "tags", std::move(tags));
}

Node stable_id(std::string_view collection, const Object& object) {
  const auto uid = text_at(object.root, {"metadata", "uid"});
  if (const auto own = Uuid::parse(uid)) return make_string(own->str(), object.where);
  const Uuid space = Uuid::v5(Uuid::parse(kIdSpace).value_or(Uuid{}), collection);
  return make_string(Uuid::v5(space, object.name_space + "/" + object.name).str(), object.where);
}

}  // namespace gw::config::kube
