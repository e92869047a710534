#include "config/kubernetes_routes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_override.h"
#include "config/kubernetes_plugins.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

constexpr std::string_view kForceSsl = "ingress.kubernetes.io/force-ssl-redirect";

const Node* force_ssl(const Object& ingress) {
  const Node* value = at(ingress.root, {"metadata", "annotations", kForceSsl});
  return value != nullptr && value->is(Kind::string) && iequals(value->text, "true") ? value
                                                                                     : nullptr;
}

// Only the encrypted twin of each protocol stays.
void encrypt_protocols(Node& route, Span where) {
  Node protocols = make_sequence({}, where);
  const auto add = [&](std::string_view name) {
    const auto same = [&](const Node& have) { return have.text == name; };
    if (std::ranges::any_of(protocols.items, same)) return;
    protocols.items.push_back(make_string(std::string{name}, where));
  };
  if (const Node* old = route.find("protocols")) {
    for (const Node& protocol : old->items) {
      if (protocol.text == "http") {
        add("https");
      } else if (protocol.text == "grpc") {
        add("grpcs");
      } else {
        add(protocol.text);
      }
    }
  }
  if (protocols.items.empty()) add("https");
  set(route, "protocols", std::move(protocols));
}

bool is_grpc(const Node& route) {
  const Node* protocols = route.find("protocols");
  return protocols != nullptr && std::ranges::any_of(protocols->items, [](const Node& protocol) {
           return protocol.text.starts_with("grpc");
         });
}

void add_hosts(const Context& ctx, const Object& ingress, const Node& host, Node& route) {
  Node hosts = make_sequence({}, host.where);
  if (host.is(Kind::string) && !host.text.empty()) hosts.items.push_back(host);
  if (const Node* aliases = annotation(ingress, "host-aliases", ctx.level)) {
    for (Node& alias : split_value(aliases->text, ',', aliases->where).items) {
      hosts.items.push_back(std::move(alias));
    }
  }
  if (!hosts.items.empty()) set(route, "hosts", std::move(hosts));
}

Node defaults(const Context& ctx, RouteDraft& draft) {
  const Span where = draft.where;
  Node route = make_mapping({}, where);
  set(route, "name", make_string(draft.name, where));
  if (!is_modern(ctx)) {
    set(route, "protocols",
        make_sequence({make_string("http", where), make_string("https", where)}, where));
  }
  set(route, "paths", std::move(draft.paths));
  set(route, "strip_path", make_boolean(false, where));
  set(route, "preserve_host", make_boolean(true, where));
  set(route, "regex_priority", make_number(0, where));
  if (is_modern(ctx)) {
    set(route, "request_buffering", make_boolean(true, where));
    set(route, "response_buffering", make_boolean(true, where));
  }
  return route;
}

}  // namespace

void add_route(Context& ctx, const Object& ingress, RouteDraft draft) {
  KongService& service = *draft.service;
  const std::string name = draft.name;
  Node route = defaults(ctx, draft);
  add_hosts(ctx, ingress, draft.host, route);
  apply_override(ctx, ingress, OverridePart::route, route);
  const Node* ssl = force_ssl(ingress);
  if (ssl != nullptr) set(route, "https_redirect_status_code", make_number(302, ssl->where));
  apply_annotations(ingress, Entity::route, ctx.level, route);
  if (ssl != nullptr) encrypt_protocols(route, ssl->where);
  apply_header_annotations(ingress, ctx.level, route);
  // Kong refuses strip_path with gRPC, and the controllers leave it out.
  if (is_grpc(route)) set(route, "strip_path", make_boolean(false, draft.where));
  set_tags(ctx, ingress, route);
  service.routes.items.push_back(std::move(route));
  use_plugins(ctx, ingress, Holder::route, name);
  add_rewrite(ctx, ingress, name);
}

}  // namespace gw::config::kube
