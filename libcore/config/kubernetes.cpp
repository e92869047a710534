#include "config/kubernetes.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "config/kubernetes_annotations.h"
#include "config/kubernetes_consumers.h"
#include "config/kubernetes_context.h"
#include "config/kubernetes_ingress.h"
#include "config/kubernetes_objects.h"
#include "config/kubernetes_plugins.h"
#include "config/kubernetes_secrets.h"

namespace gw::config {

namespace {

bool is_v1beta1_ingress(const Node& object) {
  const Node* items = object.find("items");
  if (items != nullptr && std::ranges::any_of(items->items, is_v1beta1_ingress)) return true;
  return kube::text_at(object, {"kind"}) == "Ingress" &&
         kube::text_at(object, {"apiVersion"}).ends_with("/v1beta1");
}

void set_list(Node& config, std::string name, Node list) {
  if (!list.items.empty()) set(config, std::move(name), std::move(list));
}

Node assemble(kube::Context& ctx, Span where) {
  Node services = make_sequence({}, where);
  Node upstreams = make_sequence({}, where);
  for (kube::KongService& made : ctx.services) {
    set_list(made.service, "routes", std::move(made.routes));
    services.items.push_back(std::move(made.service));
    upstreams.items.push_back(std::move(made.upstream));
  }
  Node certificates = make_sequence({}, where);
  for (kube::CertificateDraft& made : ctx.certificates) {
    set_list(made.entity, "snis", std::move(made.snis));
    certificates.items.push_back(std::move(made.entity));
  }
  Node config = make_mapping({}, where);
  set(config, "_format_version", kube::format_version(ctx.level, where));
  set_list(config, "services", std::move(services));
  set_list(config, "upstreams", std::move(upstreams));
  set_list(config, "consumers", std::move(ctx.consumers));
  set_list(config, "keyauth_credentials", std::move(ctx.key_auth_credentials));
  set_list(config, "plugins", std::move(ctx.plugins));
  set_list(config, "certificates", std::move(certificates));
  set_list(config, "ca_certificates", std::move(ctx.ca_certificates));
  return config;
}

}  // namespace

bool is_kubernetes(const Node& document) {
  return document.find("apiVersion") != nullptr && document.find("kind") != nullptr;
}

bool has_v1beta1_ingress(std::span<const Document* const> documents) {
  return std::ranges::any_of(
      documents, [](const Document* document) { return is_v1beta1_ingress(document->root); });
}

std::optional<Node> translate_kubernetes(std::span<const Document* const> documents,
                                         std::span<const Patch> patches, model::Level level,
                                         Diagnostics& diagnostics) {
  const auto errors_before = diagnostics.errors();
  const auto objects = kube::Objects::collect(documents, patches, diagnostics);
  kube::Context ctx{.objects = objects, .level = level, .diagnostics = diagnostics};
  for (const auto* kind : {"Ingress", "Service", "KongConsumer", "KongPlugin", "KongClusterPlugin",
                           "KongIngress", "Secret"}) {
    for (const kube::Object* object : objects.all(kind)) {
      kube::check_annotations(*object, level, diagnostics);
    }
  }
  kube::add_ingresses(ctx);
  kube::add_consumers(ctx);
  kube::add_ca_certificates(ctx);
  kube::add_plugins(ctx);
  if (diagnostics.errors() != errors_before) return std::nullopt;
  return assemble(ctx, documents.empty() ? Span{} : documents.front()->root.where);
}

}  // namespace gw::config
