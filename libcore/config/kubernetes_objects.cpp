#include "config/kubernetes_objects.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes.h"
#include "config/kubernetes_kinds.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

// "networking.k8s.io/v1" -> group and version; "v1" is of the core group.
std::pair<std::string, std::string> split_api(std::string_view api) {
  const auto slash = api.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string{api}};
  return {std::string{api.substr(0, slash)}, std::string{api.substr(slash + 1)}};
}

// The objects of a document: itself, or those that a List holds.
void flatten(const Node& document, std::deque<Node>& out, Diagnostics& diagnostics) {
  const Node* items = document.find("items");
  if (items == nullptr || !items->is(Kind::sequence) ||
      !text_at(document, {"kind"}).ends_with("List")) {
    out.push_back(document);
    return;
  }
  for (const Node& item : items->items) {
    if (is_kubernetes(item)) {
      flatten(item, out, diagnostics);
      continue;
    }
    error(diagnostics, {.code = kMalformed,
                        .where = item.where,
                        .path = "items",
                        .message = "an item of a List has to be an object with apiVersion and kind",
                        .expected = "apiVersion, kind and metadata"});
  }
}

bool names_kind(std::string_view wanted, std::string_view kind) {
  return iequals(wanted, kind) || iequals(wanted, std::string{kind} + "s") ||
         iequals(wanted, std::string{kind} + "es");
}

std::string_view name_space_of(const Node& root) {
  const auto given = text_at(root, {"metadata", "namespace"});
  return given.empty() ? "default" : given;
}

void report_unknown_target(const Patch& patch, const std::deque<Node>& roots,
                           Diagnostics& diagnostics) {
  std::vector<std::string> known;
  known.reserve(roots.size());
  for (const Node& root : roots) {
    known.push_back(lower(text_at(root, {"kind"})) + "/" +
                    std::string{text_at(root, {"metadata", "name"})});
  }
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string target = lower(patch.kind) + "/" + patch.name;
  error(diagnostics,
        {.code = kPatchTarget,
         .where = patch.where,
         .path = target,
         .message =
             fmt::format("the patch is for {}, and no object before it is that", printable(target)),
         .expected = "KIND/NAME of a Kubernetes object of the config, such as ingress/web",
         .suggestion = std::string{nearest(target, views)}});
}

// Several objects may share kind and name in different name spaces: kubectl's default decides then.
Node* choose_target(const Patch& patch, std::deque<Node>& roots, bool& found) {
  std::vector<Node*> hits;
  for (Node& root : roots) {
    if (names_kind(patch.kind, text_at(root, {"kind"})) &&
        text_at(root, {"metadata", "name"}) == patch.name) {
      hits.push_back(&root);
    }
  }
  found = !hits.empty();
  if (hits.size() == 1) return hits.front();
  const auto wanted = name_space_of(patch.with);
  const auto hit =
      std::ranges::find_if(hits, [&](const Node* root) { return name_space_of(*root) == wanted; });
  return hit == hits.end() ? nullptr : *hit;
}

void apply(const Patch& patch, std::deque<Node>& roots, Diagnostics& diagnostics) {
  bool found = false;
  Node* target = choose_target(patch, roots, found);
  if (target != nullptr) {
    merge_patch(*target, patch.with);
  } else if (!found) {
    report_unknown_target(patch, roots, diagnostics);
  } else {
    error(diagnostics, {.code = kPatchTarget,
                        .where = patch.where,
                        .path = lower(patch.kind) + "/" + patch.name,
                        .message = fmt::format("several name spaces have a {} {}", patch.kind,
                                               printable(patch.name)),
                        .expected = "metadata.namespace in the patch"});
  }
}

void report_other_kind(const Object& object, Diagnostics& diagnostics) {
  const bool foreign = is_foreign_gateway_kind(object.group);
  report(diagnostics, foreign ? Severity::warning : Severity::note,
         {.code = foreign ? kUnsupported : kOtherKind,
          .where = object.where,
          .path = "kind",
          .message = foreign ? fmt::format("{} is not supported here and has no effect",
                                           printable(object.label()))
                             : fmt::format("{} is not the gateway's and is skipped",
                                           printable(object.label()))});
}

bool has_known_version(const Object& object, const KindRow& row, const Node& api,
                       Diagnostics& diagnostics) {
  if (has_word(row.versions, object.version)) return true;
  std::string expected;
  for (const auto version : words(row.versions)) {
    expected += expected.empty() ? "" : " or ";
    expected += row.group.empty() ? std::string{version} : fmt::format("{}/{}", row.group, version);
  }
  error(diagnostics, {.code = kMalformed,
                      .where = api.where,
                      .path = "apiVersion",
                      .message = fmt::format("unknown version '{}' of kind {}", printable(api.text),
                                             object.kind),
                      .expected = expected});
  return false;
}

void report_unknown_fields(const Object& object, const KindRow& row, Diagnostics& diagnostics) {
  const auto known = words(row.fields);
  for (const Member& member : object.root.members) {
    if (has_word(row.fields, member.key)) continue;
    warning(diagnostics, {.code = kUnknownField,
                          .where = member.key_where,
                          .path = member.key,
                          .message = fmt::format("{} has no field '{}': Kubernetes drops it",
                                                 object.kind, printable(member.key)),
                          .suggestion = std::string{nearest(member.key, known)}});
  }
}

}  // namespace

std::string Object::label() const {
  return name_space.empty() ? fmt::format("{} {}", kind, name)
                            : fmt::format("{} {}/{}", kind, name_space, name);
}

const Node* at(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* here = &node;
  for (const auto key : path) {
    here = here->find(key);
    if (here == nullptr) return nullptr;
  }
  return here;
}

std::string_view text_at(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* found = at(node, path);
  return found != nullptr && found->is(Kind::string) ? std::string_view{found->text}
                                                     : std::string_view{};
}

const Node* typed_at(const Node& node, std::initializer_list<std::string_view> path, Kind kind,
                     Diagnostics& diagnostics) {
  const Node* found = at(node, path);
  if (found == nullptr || found->is(Kind::null)) return nullptr;
  if (found->is(kind)) return found;
  std::string name;
  for (const auto key : path) name += (name.empty() ? "" : ".") + std::string{key};
  error(diagnostics, {.code = kMalformed,
                      .where = found->where,
                      .path = name,
                      .message = fmt::format("{} is {}", name, describe(found->kind)),
                      .expected = std::string{describe(kind)}});
  return nullptr;
}

Objects Objects::collect(std::span<const Document* const> documents, std::span<const Patch> patches,
                         Diagnostics& diagnostics) {
  std::deque<Node> roots;
  for (const Document* document : documents) {
    if (is_kubernetes(document->root)) flatten(document->root, roots, diagnostics);
  }
  Objects objects;
  if (roots.size() > kMaxObjects) {
    error(diagnostics, {.code = kTooMany,
                        .where = roots.at(kMaxObjects).where,
                        .path = {},
                        .message = fmt::format("more than {} Kubernetes objects", kMaxObjects)});
    return objects;
  }
  for (const Patch& patch : patches) apply(patch, roots, diagnostics);
  for (Node& root : roots) objects.add(std::move(root), diagnostics);
  return objects;
}

void Objects::add(Node root, Diagnostics& diagnostics) {
  const Node* api = typed_at(root, {"apiVersion"}, Kind::string, diagnostics);
  const Node* kind = typed_at(root, {"kind"}, Kind::string, diagnostics);
  const Node* metadata = typed_at(root, {"metadata"}, Kind::mapping, diagnostics);
  if (api == nullptr || kind == nullptr) return;
  const Node* name =
      metadata == nullptr ? nullptr : typed_at(*metadata, {"name"}, Kind::string, diagnostics);
  Object object;
  object.kind = kind->text;
  std::tie(object.group, object.version) = split_api(api->text);
  object.name = name == nullptr ? "" : name->text;
  object.where = name == nullptr ? kind->where : name->where;
  const KindRow* row = kind_row(object.kind, object.group);
  if (row == nullptr) return report_other_kind(object, diagnostics);
  if (!has_known_version(object, *row, *api, diagnostics)) return;
  if (object.name.empty()) {
    error(diagnostics, {.code = kMalformed,
                        .where = object.where,
                        .path = "metadata.name",
                        .message = fmt::format("{} has no name", object.kind),
                        .expected = "metadata.name"});
    return;
  }
  if (row->namespaced) object.name_space = name_space_of(root);
  object.root = std::move(root);
  report_unknown_fields(object, *row, diagnostics);
  objects_.push_back(std::move(object));
  const Object& kept = objects_.back();
  const auto [entry, is_new] = index_.emplace(Key{kept.kind, kept.name_space, kept.name}, &kept);
  if (is_new) {
    by_kind_[kept.kind].push_back(&kept);
    return;
  }
  diagnostics.add(Diagnostic{.code = kDuplicateObject,
                             .severity = Severity::error,
                             .where = kept.where,
                             .path = "metadata.name",
                             .message = fmt::format("{} stands here a second time", kept.label()),
                             .expected = "one object of that kind and name",
                             .suggestion = {},
                             .related = {{entry->second->where, "the first one"}}});
}

const Object* Objects::find(std::string_view kind, std::string_view name_space,
                            std::string_view name) const {
  const auto entry =
      index_.find(Key{std::string{kind}, std::string{name_space}, std::string{name}});
  return entry == index_.end() ? nullptr : entry->second;
}

const Object* Objects::need(std::string_view kind, std::string_view name_space, const Node& name,
                            Diagnostics& diagnostics) const {
  const Object* found = find(kind, name_space, name.text);
  if (found != nullptr) return found;
  error(diagnostics,
        {.code = kMissingObject,
         .where = name.where,
         .path = {},
         .message = fmt::format("{} {}/{} does not exist", kind, name_space, printable(name.text)),
         .expected = fmt::format("a {} of the config in name space {}", kind, name_space),
         .suggestion = nearest_name(kind, name_space, name.text)});
  return nullptr;
}

const std::vector<const Object*>& Objects::all(std::string_view kind) const {
  static const std::vector<const Object*> none;
  const auto entry = by_kind_.find(kind);
  return entry == by_kind_.end() ? none : entry->second;
}

std::string Objects::nearest_name(std::string_view kind, std::string_view name_space,
                                  std::string_view name) const {
  std::vector<std::string_view> names;
  for (const Object* object : all(kind)) {
    if (object->name_space == name_space) names.push_back(object->name);
  }
  return std::string{nearest(name, names)};
}

std::string_view ingress_class(const Object& object) {
  const auto annotated =
      text_at(object.root, {"metadata", "annotations", "kubernetes.io/ingress.class"});
  return annotated.empty() ? text_at(object.root, {"spec", "ingressClassName"}) : annotated;
}

bool is_taken(const Object& object, bool classless) {
  const auto name = ingress_class(object);
  return name.empty() ? classless : name == "kong";
}

}  // namespace gw::config::kube
