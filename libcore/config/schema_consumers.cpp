// Consumers and their credentials (kong-behaviour.md 7.3).
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

constexpr FieldSpec kConsumer = foreign_row("consumer", "consumers", "Whose it is.", kAlways);
constexpr FieldSpec kTtl{.name = "ttl",
                         .type = Type::integer,
                         .help = "Seconds until it ends; not honoured without a database.",
                         .since = {2, 1}};

constexpr std::array kConsumerFields{
    kId,
    FieldSpec{.name = "username",
              .type = Type::string,
              .help = "Unique name of the consumer.",
              .unique = true},
    FieldSpec{.name = "custom_id",
              .type = Type::string,
              .help = "What the consumer is called elsewhere.",
              .unique = true},
    kTags,
    kCreatedAt,
    FieldSpec{.name = "updated_at",
              .type = Type::integer,
              .help = "Seconds since the epoch.",
              .since = {3, 0}},
};

constexpr std::array kKeyAuthFields{
    kId,
    kConsumer,
    FieldSpec{.name = "key",
              .type = Type::string,
              .help = "The secret that requests carry.",
              .unique = true},
    kTtl,
    kTags,
    kCreatedAt,
};

// Credentials of plugins that are not run: their references count, the rest is Kong's.
constexpr std::array kOtherCredentialFields{kId, kConsumer, kTags, kCreatedAt};
constexpr std::array kGroupFields{kId, name_row("Unique name."), kTags, kCreatedAt, kUpdatedAt};
constexpr std::array kGroupMemberFields{
    kId, kConsumer, foreign_row("consumer_group", "consumer_groups", "The group."), kTags,
    kCreatedAt};

constexpr EntitySpec credential(std::string_view collection, std::string_view singular,
                                std::string_view help, std::string_view endpoint_key = "") {
  return {.collection = collection,
          .singular = singular,
          .help = help,
          .fields = kOtherCredentialFields,
          .endpoint_key = endpoint_key,
          .support = Support::known};
}

constexpr std::array kTable{
    EntitySpec{.collection = "consumers",
               .singular = "consumer",
               .help = "Who uses the services.",
               .fields = kConsumerFields,
               .endpoint_key = "username"},
    EntitySpec{.collection = "keyauth_credentials",
               .singular = "keyauth_credential",
               .help = "API keys of consumers.",
               .fields = kKeyAuthFields,
               .endpoint_key = "key"},
    credential("basicauth_credentials", "basicauth_credential", "Of plugin basic-auth.",
               "username"),
    credential("acls", "acl", "Groups of consumers, of plugin acl."),
    credential("jwt_secrets", "jwt_secret", "Of plugin jwt.", "key"),
    credential("hmacauth_credentials", "hmacauth_credential", "Of plugin hmac-auth.", "username"),
    credential("oauth2_credentials", "oauth2_credential", "Of plugin oauth2.", "client_id"),
    EntitySpec{.collection = "oauth2_authorization_codes",
               .singular = "oauth2_authorization_code",
               .help = "Of plugin oauth2.",
               .support = Support::known},
    EntitySpec{.collection = "oauth2_tokens",
               .singular = "oauth2_token",
               .help = "Of plugin oauth2.",
               .support = Support::known},
    credential("mtls_auth_credentials", "mtls_auth_credential", "Of Enterprise's mtls-auth."),
    EntitySpec{.collection = "consumer_groups",
               .singular = "consumer_group",
               .help = "Groups of consumers (Enterprise, decK).",
               .fields = kGroupFields,
               .endpoint_key = "name",
               .support = Support::known},
    EntitySpec{.collection = "consumer_group_consumers",
               .singular = "consumer_group_consumer",
               .help = "Members of consumer groups (Enterprise, decK).",
               .fields = kGroupMemberFields,
               .support = Support::known},
};

}  // namespace

constinit const std::span<const EntitySpec> kConsumerEntities = kTable;

}  // namespace gw::config::rows
