#include "admin/catalogue.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "admin/secrets.h"
#include "base/digest.h"
#include "base/text.h"
#include "config/check_context.h"
#include "config/findings.h"
#include "config/kubernetes.h"
#include "config/link.h"
#include "config/reader.h"
#include "config/validate.h"
#include "config/writer.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::Node;

constexpr std::size_t kHashDigits = 32;  // as many as Kong's MD5 has

std::string hash_of(const std::vector<config::Document>& documents) {
  if (documents.empty()) return std::string(kHashDigits, '0');
  std::string all;
  for (const config::Document& document : documents) {
    all += "---\n" + config::write_yaml(document.root);
  }
  return to_hex(sha256(all)).substr(0, kHashDigits);
}

}  // namespace

struct Catalogue::State {
  using Name = std::pair<std::string_view, std::string_view>;           // collection, name
  using Family = std::tuple<std::string_view, std::string_view, Uuid>;  // ..., field, parent
  using List = std::vector<const Entity*>;

  State(std::vector<config::Document> given, const std::vector<config::Patch>& patches,
        model::Level at_level, WallTime at)
      : level(at_level), loaded_at(at), hash(hash_of(given)), documents(std::move(given)) {
    take_inventory(patches);
    for (const config::EntitySpec& spec : config::entities()) index(spec);
  }

  model::Level level;
  WallTime loaded_at;
  std::string hash;
  std::vector<config::Document> documents;
  std::optional<Node> translated;
  config::Inventory inventory;
  std::optional<config::Links> links;
  std::map<std::string_view, List> by_collection;
  std::map<Name, const Entity*> by_name;
  std::map<Family, List> by_parent;

 private:
  // The same walk as config::load, whose verdict is known: what it finds is dropped.
  void take_inventory(const std::vector<config::Patch>& patches) {
    config::Diagnostics dropped;
    config::CheckContext ctx(level, dropped);
    std::vector<const config::Document*> kubernetes;
    std::uint32_t number = 0;
    for (const config::Document& document : documents) {
      if (config::is_kubernetes(document.root)) {
        kubernetes.push_back(&document);
      } else if (config::is_declarative(document.root)) {
        config::validate_document(ctx, {}, document.root, number++, inventory);
      }
    }
    if (!kubernetes.empty()) {
      translated = config::translate_kubernetes(kubernetes, patches, level, dropped);
    }
    if (translated) config::validate_document(ctx, {}, *translated, number, inventory);
    links.emplace(inventory, level);
    links->check(ctx);
  }

  void index(const config::EntitySpec& spec) {
    List& list = by_collection[spec.collection];
    for (const Entity* entity : inventory.of(spec.collection)) {
      if (!entity->overridden) list.push_back(entity);
    }
    const std::string_view key = endpoint_key(spec, level);
    for (const Entity* entity : list) {
      const std::string_view name = key.empty() ? key : config::text_of(*entity->node, key);
      if (!name.empty()) by_name[{spec.collection, name}] = entity;  // of equal ones the last
    }
    std::ranges::sort(list, {}, [](const Entity* entity) { return entity->id; });
    for (const Entity* entity : list) index_parents(*entity);
  }

  void index_parents(const Entity& entity) {
    for (const config::FieldSpec& field : entity.spec->fields) {
      if (field.type != config::Type::foreign || !field.at(level)) continue;
      const auto parent = links->id_of_target(entity, field.name);
      if (parent) by_parent[{entity.spec->collection, field.name, *parent}].push_back(&entity);
    }
  }
};

Catalogue::Catalogue(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Catalogue::~Catalogue() = default;

CataloguePtr Catalogue::make(std::vector<config::Document> documents,
                             const std::vector<config::Patch>& patches, model::Level level,
                             WallTime loaded_at) {
  auto state = std::make_unique<const State>(std::move(documents), patches, level, loaded_at);
  return CataloguePtr(new Catalogue(std::move(state)));
}

CataloguePtr Catalogue::empty(model::Level level) {
  return make({}, {}, level, {});
}

const model::Level& Catalogue::level() const {
  return state_->level;
}
WallTime Catalogue::loaded_at() const {
  return state_->loaded_at;
}
const std::string& Catalogue::hash() const {
  return state_->hash;
}

std::span<const Entity* const> Catalogue::of(std::string_view collection) const {
  const auto at = state_->by_collection.find(collection);
  if (at == state_->by_collection.end()) return {};
  return at->second;
}

const Entity* Catalogue::by_id(std::string_view collection, const Uuid& id) const {
  const auto list = of(collection);
  const auto id_of = [](const Entity* entity) { return entity->id; };
  const auto at = std::ranges::lower_bound(list, id, {}, id_of);
  return at == list.end() || (*at)->id != id ? nullptr : *at;
}

const Entity* Catalogue::by_name(std::string_view collection, std::string_view name) const {
  const auto at = state_->by_name.find({collection, name});
  return at == state_->by_name.end() ? nullptr : at->second;
}

std::span<const Entity* const> Catalogue::children(std::string_view collection,
                                                   std::string_view field,
                                                   const Uuid& parent) const {
  const auto at = state_->by_parent.find({collection, field, parent});
  if (at == state_->by_parent.end()) return {};
  return at->second;
}

const Entity* Catalogue::target(const Entity& entity, std::string_view field) const {
  return state_->links->target(entity, field);
}

std::string_view endpoint_key(const config::EntitySpec& spec, const model::Level& level) {
  if (!spec.endpoint_key.empty()) return spec.endpoint_key;
  const bool has_instance_name =
      spec.collection == "plugins" && config::find_field(spec.fields, "instance_name", level);
  return has_instance_name ? "instance_name" : "";
}

std::optional<Candidate> read_candidate(std::string_view name, std::string_view text,
                                        const config::LoadOptions& options, WallTime now,
                                        config::Sources& sources,
                                        config::Diagnostics& diagnostics) {
  const config::FileId file = sources.add(std::string(name), std::string(text));
  std::vector<config::Document> documents;
  for (Node& root : config::read_documents(sources, file, diagnostics)) {
    documents.push_back({.root = std::move(root)});
  }
  if (diagnostics.errors() != 0) return std::nullopt;
  auto loaded = config::load(documents, {}, options, diagnostics);
  if (!loaded) return std::nullopt;
  auto catalogue = Catalogue::make(std::move(documents), {}, loaded->config.level, now);
  for (const config::EntitySpec& spec : config::entities()) {
    for (const Entity* entity : catalogue->of(spec.collection)) {
      report_masked(*entity, diagnostics);
    }
  }
  if (diagnostics.errors() != 0) return std::nullopt;
  return Candidate{std::move(loaded->config), std::move(catalogue)};
}

}  // namespace gw::admin
