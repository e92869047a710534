#include "config/kubernetes_services.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_override.h"
#include "config/kubernetes_plugins.h"
#include "config/kubernetes_report.h"
#include "config/kubernetes_secrets.h"
#include "config/kubernetes_targets.h"

namespace gw::config::kube {

namespace {

bool is_external(const Object& service) {
  return text_at(service.root, {"spec", "type"}) == "ExternalName";
}

// As the Service has it: "80 (http), 443".
std::string list_ports(const Node& ports) {
  std::string out;
  for (const Node& port : ports.items) {
    const Node* number = port.find("port");
    if (number == nullptr) continue;
    out += out.empty() ? "" : ", ";
    out += number->text;
    const auto name = text_at(port, {"name"});
    if (!name.empty()) out += fmt::format(" ({})", name);
  }
  return out;
}

bool is_this_port(const Context& ctx, const Node& candidate, const Node& wanted) {
  const Node* number = candidate.find("port");
  if (number != nullptr && number->text == wanted.text) return true;
  if (text_at(candidate, {"name"}) == wanted.text) return true;
  // Controller 0.9 also compares with the pod's port.
  const Node* target = candidate.find("targetPort");
  return !is_modern(ctx) && target != nullptr && target->text == wanted.text;
}

void report_missing_port(Context& ctx, const Object& service, const Backend& backend,
                         const Node* ports) {
  const std::string known = ports == nullptr ? "" : list_ports(*ports);
  Diagnostic missing{
      .code = kMissingPort,
      .severity = Severity::error,
      .where = backend.port.where,
      .path = backend.path,
      .message = fmt::format("{} has no port {}", service.label(), printable(backend.port.text)),
      .expected = known.empty() ? "a port of the Service" : known,
      .suggestion = {},
      .related = {{service.where, "the Service"}}};
  ctx.diagnostics.add(std::move(missing));
}

std::optional<ServicePort> find_port(Context& ctx, const Object& service, const Backend& backend) {
  const bool numeric = parse_uint(backend.port.text).has_value();
  if (is_external(service) && !numeric) {
    error(ctx.diagnostics,
          {.code = kMissingPort,
           .where = backend.port.where,
           .path = backend.path,
           .message = "rules with an ExternalName service must specify numeric ports",
           .expected = "the port's number"});
    return std::nullopt;
  }
  const Node* ports = typed_at(service.root, {"spec", "ports"}, Kind::sequence, ctx.diagnostics);
  if (ports != nullptr) {
    for (const Node& candidate : ports->items) {
      const Node* number = candidate.find("port");
      if (number == nullptr || !is_this_port(ctx, candidate, backend.port)) continue;
      return ServicePort{number->text, std::string{text_at(candidate, {"name"})}};
    }
  }
  const bool unlisted = ports == nullptr || ports->items.empty();
  if (unlisted && is_external(service)) return ServicePort{backend.port.text, ""};
  report_missing_port(ctx, service, backend, ports);
  return std::nullopt;
}

bool has_external_name(Context& ctx, const Object& service) {
  if (!is_external(service) || !text_at(service.root, {"spec", "externalName"}).empty()) {
    return true;
  }
  error(ctx.diagnostics,
        {.code = kMalformed,
         .where = service.where,
         .path = "spec.externalName",
         .message = fmt::format("{} is of type ExternalName and names no host", service.label()),
         .expected = "spec.externalName"});
  return false;
}

// Kong refuses a path with these protocols, and the controllers leave it out.
bool has_no_path(std::string_view protocol) {
  return protocol != "http" && protocol != "https";
}

void apply_certificates(Context& ctx, const Object& service, Node& entity) {
  if (const Node* name = annotation(service, "client-cert", ctx.level)) {
    if (const auto* certificate = certificate_of(ctx, service.name_space, *name)) {
      set(entity, "client_certificate",
          make_string(std::string{text_at(certificate->entity, {"id"})}, name->where));
    }
  }
  const Node* names = annotation(service, "ca-certificates-secrets", ctx.level);
  if (names == nullptr) return;
  Node ids = make_sequence({}, names->where);
  for (const Node& name : split_value(names->text, ',', names->where).items) {
    if (auto id = ca_certificate_id(ctx, service.name_space, name)) {
      ids.items.push_back(std::move(*id));
    }
  }
  set(entity, "ca_certificates", std::move(ids));
}

Node service_entity(Context& ctx, const Object& service, const Backend& backend,
                    const ServicePort& port, const std::string& name, const std::string& host) {
  const Span where = service.where;
  Node entity = make_mapping({}, backend.service.where);
  const double number = parse_number(port.number).value_or(0);
  set(entity, "name", make_string(name, backend.service.where));
  set(entity, "protocol", make_string("http", where));
  set(entity, "host", make_string(host, where));
  set(entity, "port", make_number(is_modern(ctx) ? number : 80, backend.port.where));
  set(entity, "path", make_string("/", where));
  set(entity, "retries", make_number(5, where));
  for (const char* timeout : {"connect_timeout", "write_timeout", "read_timeout"}) {
    set(entity, timeout, make_number(60000, where));
  }
  apply_override(ctx, service, OverridePart::proxy, entity);
  apply_annotations(service, Entity::service, ctx.level, entity);
  apply_certificates(ctx, service, entity);
  if (has_no_path(text_at(entity, {"protocol"}))) {
    std::erase_if(entity.members, [](const Member& member) { return member.key == "path"; });
  }
  set_tags(ctx, service, entity);
  return entity;
}

Node upstream_entity(Context& ctx, const Object& service, const ServicePort& port,
                     const std::string& host, Span backend) {
  Node entity = make_mapping({}, service.where);
  set(entity, "name", make_string(host, service.where));
  apply_override(ctx, service, OverridePart::upstream, entity);
  apply_upstream_policy(ctx, service, entity);
  apply_annotations(service, Entity::upstream, ctx.level, entity);
  set(entity, "targets", targets_of(ctx, service, port, backend));
  set_tags(ctx, service, entity);
  return entity;
}

}  // namespace

KongService* kong_service(Context& ctx, std::string_view name_space, const Backend& backend) {
  const std::string name =
      fmt::format("{}.{}.{}", name_space, backend.service.text, backend.port.text);
  if (const auto made = ctx.services_by_name.find(name); made != ctx.services_by_name.end()) {
    return made->second;
  }
  const Object* service = ctx.objects.need("Service", name_space, backend.service, ctx.diagnostics);
  if (service == nullptr || !has_external_name(ctx, *service)) return nullptr;
  const auto port = find_port(ctx, *service, backend);
  if (!port) return nullptr;
  const std::string host =
      fmt::format("{}.{}.{}.svc", backend.service.text, name_space, backend.port.text);
  ctx.services.push_back({name, service_entity(ctx, *service, backend, *port, name, host),
                          upstream_entity(ctx, *service, *port, host, backend.service.where),
                          make_sequence({}, backend.service.where)});
  KongService* made = &ctx.services.back();
  ctx.services_by_name.emplace(name, made);
  use_plugins(ctx, *service, Holder::service, name);
  return made;
}

}  // namespace gw::config::kube
