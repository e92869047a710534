#include "config/kubernetes_ingress.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_backend.h"
#include "config/kubernetes_paths.h"
#include "config/kubernetes_report.h"
#include "config/kubernetes_routes.h"
#include "config/kubernetes_secrets.h"
#include "config/kubernetes_services.h"

namespace gw::config::kube {

namespace {

// The routes of one Ingress, in the order of its text; by name, since 3.x gathers paths.
struct Drafts {
  std::deque<RouteDraft> all;
  std::map<std::string, RouteDraft*, std::less<>> by_name;

  RouteDraft& get(std::string name) {
    const auto [entry, is_new] = by_name.emplace(std::move(name), nullptr);
    if (is_new) {
      entry->second = &all.emplace_back();
      entry->second->name = entry->first;
    }
    return *entry->second;
  }
};

// One path of a rule, and where it stands.
struct PathPlace {
  const Node& item;
  Node host;  // null: any
  std::size_t rule;
  std::size_t path;
  std::string field;  // spec.rules[0].http.paths[0]
};

std::string route_name(const Context& ctx, const Object& ingress, const PathPlace& place,
                       const Backend& backend) {
  if (!is_modern(ctx)) {
    return fmt::format("{}.{}.{}{}", ingress.name_space, ingress.name, place.rule, place.path);
  }
  std::string host = place.host.text;
  std::ranges::replace(host, '*', '_');
  return fmt::format("{}.{}.{}.{}.{}", ingress.name_space, ingress.name, backend.service.text, host,
                     backend.port.text);
}

// The type that decides how the path is read; nullopt after an error.
std::optional<std::string_view> path_type(Context& ctx, const Object& ingress,
                                          const PathPlace& place) {
  constexpr std::array<std::string_view, 3> kTypes{"Exact", "Prefix", "ImplementationSpecific"};
  const Node* type = place.item.find("pathType");
  const bool stable = ingress.version == "v1";
  if (type == nullptr && !stable) return "";
  if (type != nullptr && type->is(Kind::string) &&
      std::ranges::find(kTypes, type->text) != kTypes.end()) {
    // Controller 0.9 is older than the field and does not look at it.
    return stable || is_modern(ctx) ? std::string_view{type->text} : std::string_view{};
  }
  error(ctx.diagnostics,
        {.code = kMalformed,
         .where = type == nullptr ? place.item.where : type->where,
         .path = place.field + ".pathType",
         .message = type == nullptr ? std::string{"a path of Ingress v1 needs a pathType"}
                                    : fmt::format("unknown pathType '{}'", printable(type->text)),
         .expected = "Prefix, Exact or ImplementationSpecific",
         .suggestion = type == nullptr ? "" : std::string{nearest(type->text, kTypes)}});
  return std::nullopt;
}

// The route's paths; nullopt when there are none to add, which has been told.
std::optional<std::vector<std::string>> read_paths(Context& ctx, const Object& ingress,
                                                   const PathPlace& place) {
  const auto type = path_type(ctx, ingress, place);
  if (!type) return std::nullopt;
  const Node* path = typed_at(place.item, {"path"}, Kind::string, ctx.diagnostics);
  const bool absolute = path == nullptr || path->text.empty() || path->text.starts_with('/');
  if (!absolute) {
    error(ctx.diagnostics,
          {.code = kMalformed,
           .where = path->where,
           .path = place.field + ".path",
           .message = fmt::format("path '{}' is not absolute", printable(path->text)),
           .expected = "a path that begins with /"});
    return std::nullopt;
  }
  const Node* prefix = annotation(ingress, "regex-prefix", ctx.level);
  const IngressPath written{.path = path == nullptr ? std::string_view{} : path->text,
                            .type = *type,
                            .regex_prefix = prefix == nullptr || prefix->text.empty()
                                                ? std::string_view{"/~"}
                                                : std::string_view{prefix->text}};
  auto paths = kong_paths(written, ctx.level);
  if (!paths) {
    warning(ctx.diagnostics,
            {.code = kWithoutEffect,
             .where = path->where,
             .path = place.field + ".path",
             .message = fmt::format("path '{}' has an empty segment: the controller skips it",
                                    printable(path->text)),
             .expected = "a path without //"});
  }
  return paths;
}

void read_path(Context& ctx, const Object& ingress, const PathPlace& place, Drafts& drafts) {
  check_fields(ctx, place.item, "path pathType backend", place.field);
  const Node* backend_node = typed_at(place.item, {"backend"}, Kind::mapping, ctx.diagnostics);
  if (backend_node == nullptr) {
    error(ctx.diagnostics, {.code = kMalformed,
                            .where = place.item.where,
                            .path = place.field + ".backend",
                            .message = "a path needs a backend",
                            .expected = "backend"});
    return;
  }
  const auto backend = read_backend(ctx, ingress, *backend_node, place.field + ".backend");
  const auto paths = read_paths(ctx, ingress, place);
  if (!backend || !paths) return;
  KongService* service = kong_service(ctx, ingress.name_space, *backend);
  if (service == nullptr) return;
  RouteDraft& draft = drafts.get(route_name(ctx, ingress, place, *backend));
  const Node* path = place.item.find("path");
  if (draft.service == nullptr) {
    draft.service = service;
    draft.host = place.host;
    draft.where = place.item.where;
    draft.paths.where = path == nullptr ? place.item.where : path->where;
  }
  for (const std::string& text : *paths) {
    draft.paths.items.push_back(
        make_string(text, path == nullptr ? place.item.where : path->where));
  }
}

void read_rule(Context& ctx, const Object& ingress, const Node& rule, std::size_t index,
               Drafts& drafts) {
  const std::string field = fmt::format("spec.rules[{}]", index);
  check_fields(ctx, rule, "host http", field);
  const Node* host = typed_at(rule, {"host"}, Kind::string, ctx.diagnostics);
  const Node* paths = typed_at(rule, {"http", "paths"}, Kind::sequence, ctx.diagnostics);
  if (paths == nullptr) {
    warning(ctx.diagnostics, {.code = kWithoutEffect,
                              .where = rule.where,
                              .path = field,
                              .message = "a rule without http.paths has no effect",
                              .expected = "http: {paths: [...]}"});
    return;
  }
  for (std::size_t i = 0; i < paths->items.size(); ++i) {
    read_path(ctx, ingress,
              {.item = paths->items[i],
               .host = host == nullptr ? Node{} : *host,
               .rule = index,
               .path = i,
               .field = fmt::format("{}.http.paths[{}]", field, i)},
              drafts);
  }
}

void read_rules(Context& ctx, const Object& ingress) {
  const Node* rules = typed_at(ingress.root, {"spec", "rules"}, Kind::sequence, ctx.diagnostics);
  if (rules == nullptr) return;
  Drafts drafts;
  for (std::size_t i = 0; i < rules->items.size(); ++i) {
    read_rule(ctx, ingress, rules->items[i], i, drafts);
  }
  for (RouteDraft& draft : drafts.all) add_route(ctx, ingress, std::move(draft));
}

void read_tls(Context& ctx, const Object& ingress) {
  const Node* list = typed_at(ingress.root, {"spec", "tls"}, Kind::sequence, ctx.diagnostics);
  if (list == nullptr) return;
  for (const Node& entry : list->items) {
    check_fields(ctx, entry, "hosts secretName", "spec.tls");
    const Node* secret = typed_at(entry, {"secretName"}, Kind::string, ctx.diagnostics);
    if (secret == nullptr) continue;
    CertificateDraft* certificate = certificate_of(ctx, ingress.name_space, *secret);
    const Node* hosts = typed_at(entry, {"hosts"}, Kind::sequence, ctx.diagnostics);
    if (certificate == nullptr || hosts == nullptr) continue;
    for (const Node& host : hosts->items) add_sni(ctx, *certificate, host);
  }
}

const Node* default_backend(const Object& ingress) {
  return at(ingress.root, {"spec", ingress.version == "v1" ? "defaultBackend" : "backend"});
}

// Only the oldest counts; without a creation time the order of the text decides.
void add_default_backend(Context& ctx, std::vector<const Object*> ingresses) {
  std::erase_if(ingresses, [](const Object* i) { return default_backend(*i) == nullptr; });
  if (ingresses.empty()) return;
  const Object& oldest = **std::ranges::min_element(ingresses, {}, [](const Object* ingress) {
    return text_at(ingress->root, {"metadata", "creationTimestamp"});
  });
  for (const Object* other : ingresses) {
    if (other == &oldest) continue;
    warning(ctx.diagnostics,
            {.code = kWithoutEffect,
             .where = default_backend(*other)->where,
             .path = "spec.defaultBackend",
             .message = fmt::format("{} has a default backend already: this one has no effect",
                                    oldest.label())});
  }
  const Node& node = *default_backend(oldest);
  const auto backend = read_backend(ctx, oldest, node, "spec.defaultBackend");
  KongService* service = backend ? kong_service(ctx, oldest.name_space, *backend) : nullptr;
  if (service == nullptr) return;
  RouteDraft draft;
  draft.name = fmt::format("{}.{}", oldest.name_space, oldest.name);
  draft.service = service;
  draft.paths = make_sequence({make_string("/", node.where)}, node.where);
  draft.where = node.where;
  add_route(ctx, oldest, std::move(draft));
}

bool takes_classless(const Context& ctx) {
  if (!is_modern(ctx)) return true;
  const Object* kong = ctx.objects.find("IngressClass", "", "kong");
  return kong != nullptr &&
         text_at(kong->root, {"metadata", "annotations",
                              "ingressclass.kubernetes.io/is-default-class"}) == "true";
}

void report_not_taken(Context& ctx, const Object& ingress) {
  const auto name = ingress_class(ingress);
  report(ctx.diagnostics, name.empty() ? Severity::warning : Severity::note,
         {.code = name.empty() ? kWithoutEffect : kOtherKind,
          .where = ingress.where,
          .path = "spec.ingressClassName",
          .message = name.empty()
                         ? fmt::format("{} has no ingress class: the gateway does not take it",
                                       ingress.label())
                         : fmt::format("{} is of ingress class {} and is skipped", ingress.label(),
                                       printable(name)),
          .expected = "ingressClassName: kong"});
}

}  // namespace

void add_ingresses(Context& ctx) {
  std::vector<const Object*> taken;
  const bool classless = takes_classless(ctx);
  for (const Object* ingress : ctx.objects.all("Ingress")) {
    if (!is_taken(*ingress, classless)) {
      report_not_taken(ctx, *ingress);
      continue;
    }
    taken.push_back(ingress);
    if (const Node* spec = typed_at(ingress->root, {"spec"}, Kind::mapping, ctx.diagnostics)) {
      check_fields(ctx, *spec,
                   ingress->version == "v1" ? "rules tls defaultBackend ingressClassName"
                                            : "rules tls backend ingressClassName",
                   "spec");
    }
    read_rules(ctx, *ingress);
    read_tls(ctx, *ingress);
  }
  add_default_backend(ctx, std::move(taken));
}

}  // namespace gw::config::kube
