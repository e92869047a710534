#include "config/kubernetes_targets.h"

#include <utility>

#include <fmt/format.h>

#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

void add_target(Node& targets, std::string_view host, std::string_view port, Span where) {
  const bool v6 = host.find(':') != std::string_view::npos;
  Node target = make_mapping({}, where);
  set(target, "target",
      make_string(v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port),
                  where));
  set(target, "weight", make_number(100, where));
  targets.items.push_back(std::move(target));
}

// The items of a list that may be missing.
const std::vector<Node>& items_at(const Node& node, std::string_view key) {
  static const std::vector<Node> none;
  const Node* list = node.find(key);
  return list == nullptr ? none : list->items;
}

// The port number that `ports` has under the name of the Service's port; "" when it has none.
std::string_view number_of(const std::vector<Node>& ports, const ServicePort& port) {
  for (const Node& candidate : ports) {
    const Node* number = candidate.find("port");
    if (number == nullptr || !number->is(Kind::number)) continue;
    if (text_at(candidate, {"name"}) == port.name) return number->text;
  }
  return {};
}

void add_endpoints(const Object& endpoints, const ServicePort& port, Node& targets) {
  for (const Node& subset : items_at(endpoints.root, "subsets")) {
    const auto number = number_of(items_at(subset, "ports"), port);
    if (number.empty()) continue;
    for (const Node& address : items_at(subset, "addresses")) {
      const Node* ip = address.find("ip");
      if (ip != nullptr && ip->is(Kind::string)) add_target(targets, ip->text, number, ip->where);
    }
  }
}

// A missing `ready` counts as ready, as the EndpointSlice API says.
bool is_ready(const Node& endpoint) {
  const Node* ready = at(endpoint, {"conditions", "ready"});
  return ready == nullptr || !ready->is(Kind::boolean) || ready->boolean;
}

void add_slice(const Object& slice, const ServicePort& port, Node& targets) {
  const auto number = number_of(items_at(slice.root, "ports"), port);
  if (number.empty()) return;
  for (const Node& endpoint : items_at(slice.root, "endpoints")) {
    if (!is_ready(endpoint)) continue;
    for (const Node& address : items_at(endpoint, "addresses")) {
      if (address.is(Kind::string)) add_target(targets, address.text, number, address.where);
    }
  }
}

// Whether the config says which pods are behind the Service.
bool add_pods(Context& ctx, const Object& service, const ServicePort& port, Node& targets) {
  bool known = false;
  if (const auto* endpoints = ctx.objects.find("Endpoints", service.name_space, service.name)) {
    add_endpoints(*endpoints, port, targets);
    known = true;
  }
  for (const Object* slice : ctx.objects.all("EndpointSlice")) {
    if (slice->name_space != service.name_space ||
        text_at(slice->root, {"metadata", "labels", "kubernetes.io/service-name"}) !=
            service.name) {
      continue;
    }
    add_slice(*slice, port, targets);
    known = true;
  }
  return known;
}

}  // namespace

Node targets_of(Context& ctx, const Object& service, const ServicePort& port, Span backend) {
  Node targets = make_sequence({}, service.where);
  if (const Node* external = at(service.root, {"spec", "externalName"});
      external != nullptr && text_at(service.root, {"spec", "type"}) == "ExternalName") {
    add_target(targets, external->text, port.number, external->where);
    return targets;
  }
  const std::string name = fmt::format("{}.{}.svc", service.name, service.name_space);
  const Node* annotations = at(service.root, {"metadata", "annotations"});
  if (annotations != nullptr &&
      text_at(*annotations, {"ingress.kubernetes.io/service-upstream"}) == "true") {
    add_target(targets, is_modern(ctx) ? name + ".cluster.local" : name, port.number,
               service.where);
    return targets;
  }
  if (!add_pods(ctx, service, port, targets)) {
    add_target(targets, name, port.number, service.where);
  } else if (targets.items.empty()) {
    warning(ctx.diagnostics,
            {.code = kWithoutEffect,
             .where = backend,
             .path = {},
             .message = fmt::format("{} has no ready endpoint for port {}: requests get a 503",
                                    service.label(), port.number),
             .expected = "an address and a port of that name in its Endpoints"});
  }
  return targets;
}

}  // namespace gw::config::kube
