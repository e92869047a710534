#include "config/kubernetes_override.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_kinds.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

struct PartRow {
  std::string_view name;
  std::string_view fields;
};

// Indexed by OverridePart.
constexpr std::array kParts{
    PartRow{"route",
            "methods headers protocols regex_priority strip_path preserve_host snis "
            "https_redirect_status_code path_handling request_buffering response_buffering"},
    PartRow{"proxy", "protocol path retries connect_timeout read_timeout write_timeout"},
    PartRow{"upstream",
            "algorithm hash_on hash_fallback hash_on_header hash_fallback_header hash_on_cookie "
            "hash_on_cookie_path hash_on_query_arg hash_fallback_query_arg hash_on_uri_capture "
            "hash_fallback_uri_capture slots healthchecks host_header"}};

// Where KongUpstreamPolicy's hashOn.<member> and hashOnFallback.<member> go.
struct HashRow {
  std::string_view member;
  std::string_view field;           // of the upstream, for hashOn
  std::string_view fallback_field;  // for hashOnFallback; "" when Kong has none
  std::string_view method;          // what is hashed on; "": the member's value says it
};
constexpr std::array kHashRows{
    HashRow{"input", "", "", ""},
    HashRow{"header", "hash_on_header", "hash_fallback_header", "header"},
    HashRow{"cookie", "hash_on_cookie", "", "cookie"},
    HashRow{"cookiePath", "hash_on_cookie_path", "", "cookie"},
    HashRow{"queryArg", "hash_on_query_arg", "hash_fallback_query_arg", "query_arg"},
    HashRow{"uriCapture", "hash_on_uri_capture", "hash_fallback_uri_capture", "uri_capture"}};

std::string snake(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') out += '_';
    out += to_lower(c);
  }
  return out;
}

// Kubernetes writes httpStatuses where Kong has http_statuses. Depth is bounded by the reader.
Node with_snake_keys(const Node& node) {
  Node out = node;
  for (Member& member : out.members) {
    member.key = snake(member.key);
    member.value = with_snake_keys(member.value);
  }
  return out;
}

void apply_hash(const Node& hash, bool fallback, Node& upstream) {
  for (const HashRow& row : kHashRows) {
    const Node* value = hash.find(row.member);
    if (value == nullptr) continue;
    Node method = row.method.empty() ? *value : make_string(std::string{row.method}, value->where);
    set(upstream, fallback ? "hash_fallback" : "hash_on", std::move(method));
    const auto field = fallback ? row.fallback_field : row.field;
    if (!field.empty()) set(upstream, std::string{field}, *value);
  }
}

void copy_fields(Context& ctx, const Object& from, const PartRow& row, const Node& fields,
                 Node& entity) {
  for (const Member& member : fields.members) {
    if (has_word(row.fields, member.key)) {
      set(entity, member.key, member.value);
      continue;
    }
    const auto known = words(row.fields);
    warning(ctx.diagnostics,
            {.code = kUnknownField,
             .where = member.key_where,
             .path = fmt::format("{}.{}", row.name, member.key),
             .message = fmt::format("{}: {} has no field '{}' that can be overridden", from.label(),
                                    row.name, printable(member.key)),
             .suggestion = std::string{nearest(member.key, known)}});
  }
}

const Object* named_by(Context& ctx, const Object& object, std::string_view annotation_name,
                       std::string_view kind) {
  const Node* name = annotation(object, annotation_name, ctx.level);
  if (name == nullptr) return nullptr;
  const Object* found = ctx.objects.need(kind, object.name_space, *name, ctx.diagnostics);
  if (found != nullptr) ctx.used.insert(found);
  return found;
}

}  // namespace

void apply_override(Context& ctx, const Object& object, OverridePart part, Node& entity) {
  const Object* from = named_by(ctx, object, "override", "KongIngress");
  if (from == nullptr) return;
  const PartRow& row = kParts.at(static_cast<std::size_t>(part));
  const Node* fields = typed_at(from->root, {row.name}, Kind::mapping, ctx.diagnostics);
  if (fields != nullptr) copy_fields(ctx, *from, row, *fields, entity);
}

void apply_upstream_policy(Context& ctx, const Object& service, Node& upstream) {
  const Object* policy = named_by(ctx, service, "upstream-policy", "KongUpstreamPolicy");
  if (policy == nullptr) return;
  for (const std::string_view field : {"algorithm", "slots"}) {
    if (const Node* value = at(policy->root, {"spec", field})) {
      set(upstream, std::string{field}, *value);
    }
  }
  if (const Node* hash = at(policy->root, {"spec", "hashOn"})) apply_hash(*hash, false, upstream);
  if (const Node* hash = at(policy->root, {"spec", "hashOnFallback"})) {
    apply_hash(*hash, true, upstream);
  }
  if (const Node* checks = at(policy->root, {"spec", "healthchecks"})) {
    set(upstream, "healthchecks", with_snake_keys(*checks));
  }
}

}  // namespace gw::config::kube
