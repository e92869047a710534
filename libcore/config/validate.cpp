#include "config/validate.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "config/check_entity.h"
#include "config/check_plugin.h"
#include "config/check_reference.h"
#include "config/check_value.h"
#include "config/findings.h"
#include "config/schema.h"

namespace gw::config {
namespace {

class Walk {
 public:
  Walk(CheckContext& ctx, const LoadOptions& options, std::uint32_t document, Inventory& inventory)
      : ctx_(ctx), options_(options), document_(document), inventory_(inventory) {}

  void root(const Node& root);

 private:
  CheckContext& ctx_;
  const LoadOptions& options_;
  std::uint32_t document_;
  Inventory& inventory_;

  void file_member(const Member& member, const PathStep& at);
  void collection(const EntitySpec& spec, const Member& member, const Entity* parent,
                  const PathStep& at);
  void entity(const Entity& entity, const PathStep& at);
  void member(const Entity& entity, const Member& member, const PathStep& at);
  bool child(const Entity& entity, const Member& member, const PathStep& at);
  void unknown(const Entity& entity, const Member& member, const PathStep& at);
  void missing(const Entity& entity, const Node* from_url, const PathStep& at);
};

void Walk::root(const Node& root) {
  const PathStep top;
  const std::string_view format = text_of(root, "_format_version");
  const auto own = model::level_of_format(format);
  ctx_.migrates = own && own->major < 3 && ctx_.level().major >= 3;
  for (const Member& member : root.members) file_member(member, top);
  check_missing(ctx_, file_fields(), root, top);
}

void Walk::file_member(const Member& member, const PathStep& at) {
  const EntitySpec* spec = find_entity(member.key);
  if (spec != nullptr && spec->at(ctx_.level())) {
    collection(*spec, member, nullptr, at);
    return;
  }
  for (const Fields fields : {file_fields(), remark_fields()}) {
    const FieldSpec* field = find_field(fields, member.key, ctx_.level());
    if (field == nullptr) continue;
    check_member(ctx_, *field, member, at);
    if (field->help.starts_with("decK")) {
      ctx_.report({.code = code::kDeckOnly,
                   .where = member.key_where,
                   .path = std::string(member.key),
                   .message = fmt::format("{} is decK's; Kong itself answers \"unknown field\"",
                                          member.key)});
    }
    return;
  }
  std::vector<std::string_view> names;
  for (const EntitySpec& known : entities()) {
    if (known.at(ctx_.level())) names.push_back(known.collection);
  }
  report_unknown(ctx_, file_fields(), member, at, names);
}

void Walk::collection(const EntitySpec& spec, const Member& member, const Entity* parent,
                      const PathStep& at) {
  if (member.value.is(Kind::null)) return;
  if (!is_list(member.value)) {
    ctx_.report({.code = code::kWrongType,
                 .where = member.value.where,
                 .path = to_text(PathStep{.up = &at, .key = spec.collection}),
                 .message = "expected an array",
                 .expected = fmt::format("a list of {}", spec.collection)});
    return;
  }
  if (spec.support != Support::full && !member.value.items.empty()) {
    ctx_.report({.code = code::kEntityNotRun,
                 .where = member.key_where,
                 .path = to_text(PathStep{.up = &at, .key = spec.collection}),
                 .message = fmt::format("{} are read and have no effect here", spec.collection)});
  }
  for (std::size_t i = 0; i < member.value.items.size(); ++i) {
    const Node& node = member.value.items[i];
    const PathStep item{.up = &at, .key = spec.collection, .index = i};
    if (!node.is(Kind::mapping)) {
      ctx_.report({.code = code::kWrongType,
                   .where = node.where,
                   .path = to_text(item),
                   .message = "expected a record",
                   .expected = fmt::format("a mapping with the fields of a {}", spec.singular)});
      continue;
    }
    entity(inventory_.add({.spec = &spec,
                           .node = &node,
                           .parent = parent,
                           .index = i,
                           .document = document_,
                           .migrates = ctx_.migrates}),
           item);
  }
}

void Walk::entity(const Entity& entity, const PathStep& at) {
  // What a service's url sets is checked in place of the fields that it overrides.
  std::optional<Node> from_url;
  if (entity.spec->collection == "services") from_url = ServiceView(*entity.node).from_url();
  for (const Member& m : entity.node->members) {
    if (!from_url || !ServiceView::is_set_by_url(m.key)) member(entity, m, at);
  }
  if (from_url) {
    for (const Member& m : from_url->members) member(entity, m, at);
  }
  missing(entity, from_url ? &*from_url : nullptr, at);
  check_entity_rules(ctx_, *entity.spec, *entity.node, at);
  if (entity.spec->collection == "plugins") check_plugin(ctx_, options_, entity, at);
}

void Walk::member(const Entity& entity, const Member& m, const PathStep& at) {
  const EntitySpec& spec = *entity.spec;
  const FieldSpec* field = find_field(spec.fields, m.key, ctx_.level());
  if (field == nullptr) field = find_field(remark_fields(), m.key, ctx_.level());
  if (field != nullptr && field->type == Type::foreign) {
    check_reference(ctx_, entity, *field, m, at);
  } else if (field != nullptr) {
    check_member(ctx_, *field, m, at);
  } else if (!child(entity, m, at) && spec.support != Support::known) {
    unknown(entity, m, at);
  }
}

bool Walk::child(const Entity& entity, const Member& m, const PathStep& at) {
  const EntitySpec* spec = find_entity(m.key);
  if (spec == nullptr || !spec->at(ctx_.level())) return false;
  if (parent_field(*spec, *entity.spec, ctx_.level()) == nullptr) return false;
  // Kong 2.0 knows one level of nesting.
  if (ctx_.before(2, 1) && entity.parent != nullptr) return false;
  collection(*spec, m, &entity, at);
  return true;
}

void Walk::unknown(const Entity& entity, const Member& m, const PathStep& at) {
  const EntitySpec* spec = find_entity(m.key);
  const bool nests = spec != nullptr && parent_field(*spec, *entity.spec, ctx_.level()) != nullptr;
  if (nests || m.key == "_config") {
    ctx_.report({.code = code::kUnknownField,
                 .where = m.key_where,
                 .path = to_text(PathStep{.up = &at, .key = m.key}),
                 .message = "unknown field",
                 .suggestion = nests ? fmt::format("Kong 2.0 nests one level deep: move the {} to "
                                                   "the top of the file",
                                                   spec->collection)
                                     : std::string("decK resolves _config: render the file with "
                                                   "decK first, or write the config out")});
    return;
  }
  std::vector<std::string_view> children;
  for (const EntitySpec& known : entities()) {
    if (parent_field(known, *entity.spec, ctx_.level()) != nullptr) {
      children.push_back(known.collection);
    }
  }
  report_unknown(ctx_, entity.spec->fields, m, at, children);
}

void Walk::missing(const Entity& entity, const Node* from_url, const PathStep& at) {
  for (const FieldSpec& field : entity.spec->fields) {
    const bool needed =
        field.at(ctx_.level()) && field.required(ctx_.level()) && field.fallback.empty();
    // Nesting says who the parent is; a plugin's config may be left out whole.
    if (!needed || (field.type == Type::foreign && entity.parent != nullptr)) continue;
    if (field.type == Type::record) continue;
    const bool by_url = from_url != nullptr && ServiceView::is_set_by_url(field.name);
    if ((by_url ? *from_url : *entity.node).find(field.name) != nullptr) continue;
    ctx_.report({.code = code::kMissing,
                 .where = start_of(*entity.node),
                 .path = to_text(PathStep{.up = &at, .key = field.name}),
                 .message = "required field missing",
                 .expected = describe(field)});
  }
}

}  // namespace

bool is_declarative(const Node& root) {
  for (const Member& member : root.members) {
    if (find_entity(member.key) != nullptr) return true;
    for (const FieldSpec& field : file_fields()) {
      if (field.name == member.key) return true;
    }
  }
  return false;
}

void validate_document(CheckContext& ctx, const LoadOptions& options, const Node& root,
                       std::uint32_t number, Inventory& inventory) {
  Walk(ctx, options, number, inventory).root(root);
}

}  // namespace gw::config
