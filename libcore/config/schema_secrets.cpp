// Certificates, vaults, keys and the rest (kong-behaviour.md 7.3).
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

using model::Level;

constexpr FieldSpec pem_row(std::string_view name, Format format, std::string_view help,
                            Level required_since, Level since = model::kOldestLevel) {
  return {.name = name,
          .type = Type::string,
          .help = help,
          .required_since = required_since,
          .since = since,
          .format = format,
          .referenceable = true};
}
constexpr FieldSpec kUpdatedAt30{.name = "updated_at",
                                 .type = Type::integer,
                                 .help = "Seconds since the epoch.",
                                 .since = {3, 0}};

constexpr std::array kCertificateFields{
    kId,
    pem_row("cert", Format::certificate, "PEM, the leaf first.", kAlways),
    pem_row("key", Format::private_key, "PEM of its private key.", kAlways),
    pem_row("cert_alt", Format::certificate, "A second one with another kind of key.", kNever,
            {2, 2}),
    pem_row("key_alt", Format::private_key, "Its private key.", kNever, {2, 2}),
    kTags,
    kCreatedAt,
    kUpdatedAt30,
};
constexpr std::array kSniFields{
    kId,
    FieldSpec{.name = "name",
              .type = Type::string,
              .help = "Server name; one * at either end.",
              .required_since = kAlways,
              .format = Format::wildcard_sni,
              .unique = true},
    foreign_row("certificate", "certificates", "What is shown for it.", kAlways),
    kTags,
    kCreatedAt,
    kUpdatedAt30,
};
constexpr std::array kCaCertificateFields{
    kId,
    pem_row("cert", Format::certificate, "PEM of one CA.", kAlways),
    FieldSpec{.name = "cert_digest",
              .type = Type::string,
              .help = "SHA-256 in hex; worked out when left out.",
              .since = {2, 1},
              .unique = true},
    kTags,
    kCreatedAt,
    kUpdatedAt30,
};
constexpr std::array kVaultFields{
    kId,
    FieldSpec{.name = "prefix",
              .type = Type::string,
              .help = "How references name it.",
              .required_since = kAlways,
              .format = Format::vault_prefix,
              .unique = true},
    FieldSpec{.name = "name",
              .type = Type::string,
              .help = "Its type, such as env.",
              .required_since = kAlways},
    text_row("description", "What it is for."),
    FieldSpec{.name = "config", .type = Type::record, .help = "Its settings.", .open = true},
    kTags,
    kCreatedAt,
    kUpdatedAt30,
};
constexpr std::array kKeySetFields{kId, name_row("Unique name."), kTags, kCreatedAt, kUpdatedAt};
constexpr std::array kKeyFields{kId,
                                name_row("Unique name."),
                                foreign_row("set", "key_sets", "The set that it belongs to."),
                                kTags,
                                kCreatedAt,
                                kUpdatedAt};
constexpr std::array kFilterChainFields{
    kId,
    name_row("Unique name."),
    foreign_row("route", "routes", "Runs only for this route."),
    foreign_row("service", "services", "Runs only for this service."),
    kTags,
    kCreatedAt,
    kUpdatedAt,
};

constexpr std::array kTable{
    EntitySpec{.collection = "certificates",
               .singular = "certificate",
               .help = "Certificates with their keys.",
               .fields = kCertificateFields},
    EntitySpec{.collection = "snis",
               .singular = "sni",
               .help = "Server names of certificates.",
               .fields = kSniFields,
               .endpoint_key = "name"},
    EntitySpec{.collection = "ca_certificates",
               .singular = "ca_certificate",
               .help = "Trusted CAs.",
               .fields = kCaCertificateFields},
    EntitySpec{.collection = "vaults",
               .singular = "vault",
               .help = "Where {vault://...} references are looked up.",
               .fields = kVaultFields,
               .endpoint_key = "prefix",
               .since = {3, 0}},
    EntitySpec{.collection = "keys",
               .singular = "key",
               .help = "Keys for signing and encryption.",
               .fields = kKeyFields,
               .endpoint_key = "name",
               .support = Support::known,
               .since = {3, 1}},
    EntitySpec{.collection = "key_sets",
               .singular = "key_set",
               .help = "Sets of keys.",
               .fields = kKeySetFields,
               .endpoint_key = "name",
               .support = Support::known,
               .since = {3, 1}},
    EntitySpec{.collection = "filter_chains",
               .singular = "filter_chain",
               .help = "WebAssembly filters.",
               .fields = kFilterChainFields,
               .endpoint_key = "name",
               .support = Support::known,
               .since = {3, 4}},
};

}  // namespace

constinit const std::span<const EntitySpec> kSecretEntities = kTable;

}  // namespace gw::config::rows
