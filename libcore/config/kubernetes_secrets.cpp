#include "config/kubernetes_secrets.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

void bad_value(Context& ctx, const Object& secret, std::string_view key, Span where,
               std::string_view what, std::string_view expected) {
  error(ctx.diagnostics,
        {.code = kBadSecret,
         .where = where,
         .path = fmt::format("data.{}", key),
         .message = fmt::format("{}: the value of {} {}", secret.label(), printable(key), what),
         .expected = std::string{expected}});
}

// Kubernetes takes base64 with line breaks in it, as `base64` prints it.
std::optional<std::string> decode(std::string_view text) {
  std::string bare{text};
  std::erase_if(bare, [](char c) { return c == '\n' || c == '\r'; });
  return base64_decode(bare);
}

bool is_text(std::string_view bytes) {
  return is_utf8(bytes) && bytes.find('\0') == std::string_view::npos;
}

bool is_ca(const Object& secret) {
  return text_at(secret.root, {"metadata", "labels", "konghq.com/ca-cert"}) == "true";
}

Node ca_id(Context& ctx, const Object& secret) {
  auto own = secret_value(ctx, secret, "id");
  return own ? std::move(*own) : stable_id("ca_certificates", secret);
}

}  // namespace

std::optional<Node> secret_value(Context& ctx, const Object& secret, std::string_view key) {
  const auto get = [&](std::string_view map) {
    const Node* value = at(secret.root, {map, key});
    return value == nullptr || value->is(Kind::null) ? nullptr : value;
  };
  const Node* plain = get("stringData");
  const Node* value = plain != nullptr ? plain : get("data");
  if (value == nullptr) return std::nullopt;
  if (!value->is(Kind::string)) {
    bad_value(ctx, secret, key, value->where, fmt::format("is {}", describe(value->kind)),
              "a string, in quotes");
    return std::nullopt;
  }
  if (plain != nullptr) return *plain;
  auto decoded = decode(value->text);
  if (!decoded || !is_text(*decoded)) {
    bad_value(ctx, secret, key, value->where, decoded ? "is not text" : "is not base64",
              "base64 of text, or use stringData");
    return std::nullopt;
  }
  return make_string(std::move(*decoded), value->where);
}

std::optional<Node> need_secret_value(Context& ctx, const Object& secret, std::string_view key,
                                      Span user) {
  const auto errors = ctx.diagnostics.errors();
  auto value = secret_value(ctx, secret, key);
  if (value || ctx.diagnostics.errors() != errors) return value;
  Diagnostic missing{.code = kBadSecret,
                     .severity = Severity::error,
                     .where = secret.where,
                     .path = fmt::format("data.{}", key),
                     .message = fmt::format("{} has no {}", secret.label(), printable(key)),
                     .expected = fmt::format("{} in data (base64) or stringData", key),
                     .suggestion = {},
                     .related = {{user, "it is needed here"}}};
  ctx.diagnostics.add(std::move(missing));
  return std::nullopt;
}

CertificateDraft* certificate_of(Context& ctx, std::string_view name_space, const Node& name) {
  const Object* secret = ctx.objects.need("Secret", name_space, name, ctx.diagnostics);
  if (secret == nullptr) return nullptr;
  const auto [entry, is_new] = ctx.certificates_by_secret.emplace(secret, nullptr);
  if (!is_new) return entry->second;
  auto cert = need_secret_value(ctx, *secret, "tls.crt", name.where);
  auto key = need_secret_value(ctx, *secret, "tls.key", name.where);
  if (!cert || !key) return nullptr;
  CertificateDraft draft{make_mapping({}, secret->where), make_sequence({}, secret->where)};
  set(draft.entity, "id", stable_id("certificates", *secret));
  set(draft.entity, "cert", std::move(*cert));
  set(draft.entity, "key", std::move(*key));
  set_tags(ctx, *secret, draft.entity);
  ctx.certificates.push_back(std::move(draft));
  entry->second = &ctx.certificates.back();
  return entry->second;
}

void add_sni(Context& ctx, CertificateDraft& certificate, const Node& host) {
  const auto same = [&](const Node& sni) { return text_at(sni, {"name"}) == host.text; };
  if (std::ranges::any_of(certificate.snis.items, same)) return;
  if (!ctx.sni_names.insert(host.text).second) {
    warning(ctx.diagnostics,
            {.code = kWithoutEffect,
             .where = host.where,
             .path = "spec.tls",
             .message = fmt::format("another secret is the certificate of {} already: this one is "
                                    "not used for it",
                                    printable(host.text)),
             .expected = "one secret for a host"});
    return;
  }
  Node sni = make_mapping({}, host.where);
  set(sni, "name", host);
  certificate.snis.items.push_back(std::move(sni));
}

void add_ca_certificates(Context& ctx) {
  for (const Object* secret : ctx.objects.all("Secret")) {
    if (!is_ca(*secret)) continue;
    auto cert = need_secret_value(ctx, *secret, "cert", secret->where);
    if (!cert) continue;
    Node entity = make_mapping({}, secret->where);
    set(entity, "id", ca_id(ctx, *secret));
    set(entity, "cert", std::move(*cert));
    set_tags(ctx, *secret, entity);
    ctx.ca_certificates.items.push_back(std::move(entity));
  }
}

std::optional<Node> ca_certificate_id(Context& ctx, std::string_view name_space, const Node& name) {
  const Object* secret = ctx.objects.need("Secret", name_space, name, ctx.diagnostics);
  if (secret == nullptr) return std::nullopt;
  if (!is_ca(*secret)) {
    error(ctx.diagnostics, {.code = kBadSecret,
                            .where = name.where,
                            .path = "metadata.annotations",
                            .message = secret->label() + " is not labelled as a CA certificate",
                            .expected = "label konghq.com/ca-cert: \"true\" on the Secret"});
    return std::nullopt;
  }
  Node id = ca_id(ctx, *secret);
  id.where = name.where;
  return id;
}

}  // namespace gw::config::kube
