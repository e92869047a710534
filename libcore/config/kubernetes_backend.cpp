#include "config/kubernetes_backend.h"

#include <initializer_list>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_kinds.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

// How one API version writes a backend.
struct Form {
  bool nested;  // service: {name, port: {number or name}}
  std::string_view fields;
  std::string_view other;  // a field that only the other version has
  std::string_view expected;
};
constexpr Form kBeta{.nested = false,
                     .fields = "serviceName servicePort resource",
                     .other = "service",
                     .expected = "serviceName and servicePort"};
constexpr Form kStable{.nested = true,
                       .fields = "service resource",
                       .other = "serviceName",
                       .expected = "service: {name: NAME, port: {number: N}}"};

const Node* name_in(const Node& backend, const Form& form) {
  return form.nested ? at(backend, {"service", "name"}) : backend.find("serviceName");
}

const Node* port_in(const Node& backend, const Form& form) {
  if (!form.nested) return backend.find("servicePort");
  const Node* number = at(backend, {"service", "port", "number"});
  return number != nullptr ? number : at(backend, {"service", "port", "name"});
}

void report_incomplete(Context& ctx, const Object& ingress, const Node& backend, const Form& form,
                       const std::string& path) {
  const Member* other = backend.member(form.other);
  error(ctx.diagnostics,
        {.code = kMalformed,
         .where = other == nullptr ? backend.where : other->key_where,
         .path = path,
         .message = other == nullptr ? fmt::format("the backend of {} names no service and port",
                                                   ingress.label())
                                     : fmt::format("{} is not how Ingress {} writes a backend",
                                                   form.other, ingress.version),
         .expected = std::string{form.expected}});
}

}  // namespace

std::optional<Backend> read_backend(Context& ctx, const Object& ingress, const Node& backend,
                                    std::string path) {
  const Form& form = ingress.version == "v1" ? kStable : kBeta;
  if (const Member* resource = backend.member("resource")) {
    error(ctx.diagnostics, {.code = kMalformed,
                            .where = resource->key_where,
                            .path = path + ".resource",
                            .message = "a resource cannot be a backend here",
                            .expected = std::string{form.expected}});
    return std::nullopt;
  }
  const Node* name = name_in(backend, form);
  const Node* port = port_in(backend, form);
  const bool complete = name != nullptr && name->is(Kind::string) && !name->text.empty() &&
                        port != nullptr && (port->is(Kind::string) || port->is(Kind::number));
  if (!complete) {
    report_incomplete(ctx, ingress, backend, form, path);
    return std::nullopt;
  }
  check_fields(ctx, backend, form.fields, path);
  return Backend{.service = *name, .port = *port, .path = std::move(path)};
}

void check_fields(Context& ctx, const Node& node, std::string_view known, const std::string& path) {
  for (const Member& member : node.members) {
    if (has_word(known, member.key)) continue;
    const auto candidates = words(known);
    warning(ctx.diagnostics, {.code = kUnknownField,
                              .where = member.key_where,
                              .path = path + "." + member.key,
                              .message = fmt::format("unknown field '{}': Kubernetes drops it",
                                                     printable(member.key)),
                              .suggestion = std::string{nearest(member.key, candidates)}});
  }
}

}  // namespace gw::config::kube
