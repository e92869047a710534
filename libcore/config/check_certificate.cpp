// Certificates: that keys belong to them, and that a CA is one.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/x509.h"
#include "config/check_entity.h"
#include "config/findings.h"

namespace gw::config {
namespace {

// PEM text of `field`, unless it is missing, empty or a reference that is looked up later.
const Node* pem_of(const Node& node, std::string_view field) {
  const Node* value = present(node, field);
  const bool readable = value != nullptr && value->is(Kind::string) && !value->text.empty() &&
                        !value->text.starts_with("{vault://");
  return readable ? value : nullptr;
}

void check_pair(CheckContext& ctx, const Node& node, const PathStep& at,
                std::string_view cert_field, std::string_view key_field) {
  const Node* cert = pem_of(node, cert_field);
  const Node* key = pem_of(node, key_field);
  if (cert == nullptr || key == nullptr) return;
  const auto matches = key_matches(cert->text, key->text);
  if (!matches || *matches) return;  // what cannot be read has been reported
  ctx.report({.code = code::kKeyMismatch,
              .where = key->where,
              .path = to_text(at),
              .message = "certificate does not match key",
              .related = {{cert->where, "the certificate"}}});
}

void check_alternative(CheckContext& ctx, const Node& node, const PathStep& at) {
  const bool cert = present(node, "cert_alt") != nullptr;
  const bool key = present(node, "key_alt") != nullptr;
  if (cert == key) return;
  ctx.report({.code = code::kMissing,
              .where = present(node, cert ? "cert_alt" : "key_alt")->where,
              .path = to_text(at),
              .message = "all or none of these fields must be set: 'cert_alt', 'key_alt'"});
}

}  // namespace

void check_certificate(CheckContext& ctx, const Node& node, const PathStep& at) {
  check_pair(ctx, node, at, "cert", "key");
  check_pair(ctx, node, at, "cert_alt", "key_alt");
  check_alternative(ctx, node, at);
}

void check_ca_certificate(CheckContext& ctx, const Node& node, const PathStep& at) {
  const Node* cert = pem_of(node, "cert");
  if (cert == nullptr) return;
  const auto read = read_certificates(cert->text);
  if (!read) return;
  const auto report = [&](std::string_view code, std::string message) {
    ctx.report({.code = code,
                .where = cert->where,
                .path = to_text(PathStep{.up = &at, .key = "cert"}),
                .message = std::move(message)});
  };
  if (read->size() != 1) {
    report(code::kNoCa, "please submit only one certificate at a time");
  } else if (ctx.now && read->front().not_after < *ctx.now) {
    report(code::kExpired, "certificate expired, \"Not After\" time is in the past");
  } else if (!read->front().is_ca) {
    report(code::kNoCa,
           "certificate does not appear to be a CA because it is missing the \"CA\" basic "
           "constraint");
  }
}

}  // namespace gw::config
