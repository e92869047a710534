#include "config/kubernetes_consumers.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_plugins.h"
#include "config/kubernetes_report.h"
#include "config/kubernetes_secrets.h"

namespace gw::config::kube {

namespace {

constexpr std::string_view kKeyAuth = "key-auth";
constexpr std::string_view kTypeLabel = "konghq.com/credential";
constexpr std::array<std::string_view, 7> kTypes{kKeyAuth, "basic-auth", "hmac-auth", "jwt",
                                                 "oauth2", "acl",        "mtls-auth"};

using SeenKeys = std::map<std::string, Span, std::less<>>;

// The label wins; the older way is a value of the Secret, or beside it.
std::optional<Node> credential_type(Context& ctx, const Object& secret, Span user) {
  if (const Node* label = at(secret.root, {"metadata", "labels", kTypeLabel})) return *label;
  if (const Node* beside = secret.root.find("kongCredType")) return *beside;
  const auto errors = ctx.diagnostics.errors();
  auto old = secret_value(ctx, secret, "kongCredType");
  if (old || ctx.diagnostics.errors() != errors) return old;
  ctx.diagnostics.add(Diagnostic{
      .code = kBadSecret,
      .severity = Severity::error,
      .where = secret.where,
      .path = "metadata.labels",
      .message = fmt::format("{} does not say which kind of credential it is", secret.label()),
      .expected = "label konghq.com/credential: key-auth",
      .suggestion = {},
      .related = {{user, "it is a credential here"}}});
  return std::nullopt;
}

bool is_key_auth(Context& ctx, const Node& type) {
  if (type.text == kKeyAuth) return true;
  const bool known = std::ranges::find(kTypes, type.text) != kTypes.end();
  report(ctx.diagnostics, known ? Severity::warning : Severity::error,
         {.code = known ? kUnsupported : kBadSecret,
          .where = type.where,
          .path = "metadata.labels",
          .message = known ? fmt::format("credentials of kind {} are not supported here and have "
                                         "no effect",
                                         type.text)
                           : fmt::format("unknown kind of credential '{}'", printable(type.text)),
          .expected = std::string{kKeyAuth},
          .suggestion = known ? "" : std::string{nearest(type.text, kTypes)}});
  return false;
}

// Two consumers cannot share a key: current controllers drop both.
bool is_new_key(Context& ctx, const Node& key, SeenKeys& seen) {
  const auto [entry, is_new] = seen.emplace(key.text, key.where);
  if (is_new) return true;
  ctx.diagnostics.add(Diagnostic{.code = kBadSecret,
                                 .severity = Severity::error,
                                 .where = key.where,
                                 .path = "data.key",
                                 .message = "another credential has the same key",
                                 .expected = "a key of its own for each credential",
                                 .suggestion = {},
                                 .related = {{entry->second, "the other one"}}});
  return false;
}

void add_ttl(Context& ctx, const Object& secret, Node& credential) {
  const auto ttl = secret_value(ctx, secret, "ttl");
  if (!ttl) return;
  if (const auto seconds = parse_uint(ttl->text)) {
    set(credential, "ttl", make_number(static_cast<double>(*seconds), ttl->where));
    return;
  }
  error(ctx.diagnostics, {.code = kBadSecret,
                          .where = ttl->where,
                          .path = "data.ttl",
                          .message = fmt::format("ttl of {} is not a whole number", secret.label()),
                          .expected = "seconds"});
}

void add_credential(Context& ctx, const Object& consumer, const Node& name, const Node& reference,
                    SeenKeys& seen) {
  const Object* secret = ctx.objects.need("Secret", consumer.name_space, name, ctx.diagnostics);
  if (secret == nullptr) return;
  const auto type = credential_type(ctx, *secret, name.where);
  if (!type || !is_key_auth(ctx, *type)) return;
  auto key = need_secret_value(ctx, *secret, "key", name.where);
  if (!key || !is_new_key(ctx, *key, seen)) return;
  if (key->text.ends_with('\n')) {
    warning(ctx.diagnostics, {.code = kBadSecret,
                              .where = key->where,
                              .path = "data.key",
                              .message = "the key ends with a line break: no request can send it",
                              .expected = "the key alone, as `printf` gives it to `base64`"});
  }
  Node credential = make_mapping({}, secret->where);
  set(credential, "consumer", reference);
  set(credential, "key", std::move(*key));
  add_ttl(ctx, *secret, credential);
  set_tags(ctx, *secret, credential);
  ctx.key_auth_credentials.items.push_back(std::move(credential));
}

void add_consumer(Context& ctx, const Object& object, SeenKeys& seen) {
  Node consumer = make_mapping({}, object.where);
  for (const std::string_view field : {"username", "custom_id"}) {
    if (const Node* value = object.root.find(field)) set(consumer, std::string{field}, *value);
  }
  const auto username = text_at(object.root, {"username"});
  Node reference = make_string(std::string{username}, object.where);
  if (username.empty()) {
    // Without a username only an id can be referred to.
    reference = stable_id("consumers", object);
    set(consumer, "id", reference);
  }
  set_tags(ctx, object, consumer);
  ctx.consumers.items.push_back(std::move(consumer));
  use_plugins(ctx, object, Holder::consumer, reference.text);
  const Node* names = typed_at(object.root, {"credentials"}, Kind::sequence, ctx.diagnostics);
  if (names == nullptr) return;
  for (const Node& name : names->items) {
    reference.where = name.where;
    add_credential(ctx, object, name, reference, seen);
  }
}

void report_groups(Context& ctx, const Object& consumer) {
  const Member* groups = consumer.root.member("consumerGroups");
  if (groups == nullptr) return;
  warning(ctx.diagnostics,
          {.code = kUnsupported,
           .where = groups->key_where,
           .path = "consumerGroups",
           .message = "consumer groups are not supported here and have no effect"});
}

}  // namespace

void add_consumers(Context& ctx) {
  SeenKeys seen;
  for (const Object* consumer : ctx.objects.all("KongConsumer")) {
    const bool classless = ingress_class(*consumer).empty();
    if (!is_taken(*consumer, true)) {
      note(ctx.diagnostics, {.code = kOtherKind,
                             .where = consumer->where,
                             .path = "metadata.annotations",
                             .message = fmt::format("{} is of another ingress class and is skipped",
                                                    consumer->label())});
      continue;
    }
    if (classless && is_modern(ctx)) {
      warning(ctx.diagnostics,
              {.code = kWithoutEffect,
               .where = consumer->where,
               .path = "metadata.annotations",
               .message = fmt::format("{} has no ingress class: current controllers skip it, this "
                                      "gateway does not",
                                      consumer->label()),
               .expected = "annotation kubernetes.io/ingress.class: kong"});
    }
    report_groups(ctx, *consumer);
    add_consumer(ctx, *consumer, seen);
  }
}

}  // namespace gw::config::kube
