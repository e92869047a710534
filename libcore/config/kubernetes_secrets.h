// Kubernetes Secrets, and the certificates made of them.
//
// A value may be given in base64 (`data`) or as it is (`stringData`, which wins).
#pragma once

#include <optional>
#include <string_view>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

// The value of `key`, at its place. nullopt when there is none, without a word, or when it is no
// base64 or no text, with an error.
[[nodiscard]] std::optional<Node> secret_value(Context& ctx, const Object& secret,
                                               std::string_view key);
// As secret_value; a missing value is an error at `user`, which needs it.
[[nodiscard]] std::optional<Node> need_secret_value(Context& ctx, const Object& secret,
                                                    std::string_view key, Span user);

// The certificate of a TLS Secret, made once; nullptr after an error.
CertificateDraft* certificate_of(Context& ctx, std::string_view name_space, const Node& name);
// Makes it the certificate of a host name. The first one that claims a name keeps it.
void add_sni(Context& ctx, CertificateDraft& certificate, const Node& host);
// The CA certificates: the Secrets labelled konghq.com/ca-cert.
void add_ca_certificates(Context& ctx);
// The id of a CA Secret, for a service that trusts it; nullopt after an error.
[[nodiscard]] std::optional<Node> ca_certificate_id(Context& ctx, std::string_view name_space,
                                                    const Node& name);

}  // namespace gw::config::kube
