// Rows that many tables of the schema share, and the tables themselves.
//
// Private to the schema_*.cpp files; others ask schema.h.
#pragma once

#include <array>
#include <string_view>

#include "config/field.h"
#include "config/schema.h"

namespace gw::config::rows {

using namespace std::string_view_literals;  // rows are literals throughout

inline constexpr FieldSpec kAnyText{.type = Type::string};
inline constexpr FieldSpec kAnything{.type = Type::any};
inline constexpr FieldSpec kUuidText{.type = Type::string, .format = Format::uuid};
inline constexpr FieldSpec kHeaderName{.type = Type::string, .format = Format::header_name};
inline constexpr FieldSpec kTag{.type = Type::string, .format = Format::tag};
inline constexpr FieldSpec kHeaderValues{.type = Type::array, .element = &kAnyText};

inline constexpr FieldSpec kId{.name = "id",
                               .type = Type::string,
                               .help = "Primary key; made from the name when left out.",
                               .format = Format::uuid,
                               .unique = true};
inline constexpr FieldSpec kCreatedAt{
    .name = "created_at", .type = Type::integer, .help = "Seconds since the epoch."};
inline constexpr FieldSpec kUpdatedAt{
    .name = "updated_at", .type = Type::integer, .help = "Seconds since the epoch."};
inline constexpr FieldSpec kTags{.name = "tags",
                                 .type = Type::set,
                                 .help = "Labels for grouping and filtering.",
                                 .element = &kTag};

// A row for an entity's unique name.
constexpr FieldSpec name_row(std::string_view help) {
  return {
      .name = "name", .type = Type::string, .help = help, .format = Format::name, .unique = true};
}
// A reference to an entity of `collection`.
constexpr FieldSpec foreign_row(std::string_view name, std::string_view collection,
                                std::string_view help, model::Level required_since = kNever) {
  return {.name = name,
          .type = Type::foreign,
          .help = help,
          .required_since = required_since,
          .foreign = collection};
}
constexpr FieldSpec flag_row(std::string_view name, std::string_view fallback,
                             std::string_view help, model::Level required_since = kNever,
                             model::Level since = model::kOldestLevel) {
  return {.name = name,
          .type = Type::boolean,
          .help = help,
          .fallback = fallback,
          .required_since = required_since,
          .since = since};
}
constexpr FieldSpec text_row(std::string_view name, std::string_view help,
                             Format format = Format::any) {
  return {.name = name, .type = Type::string, .help = help, .format = format};
}

// Kong let null through for these flags in 2.0 and 2.1, and refuses it by 2.8.
inline constexpr model::Level kStrictNull{2, 2};

extern const std::span<const EntitySpec> kRoutingEntities;   // services, routes, plugins
extern const std::span<const EntitySpec> kConsumerEntities;  // consumers and their credentials
extern const std::span<const EntitySpec> kBalancerEntities;  // upstreams, targets
extern const std::span<const EntitySpec> kSecretEntities;    // certificates, vaults, keys
extern const std::span<const PluginSpec> kRunPlugins;        // that this program runs
extern const std::span<const PluginSpec> kBundledPlugins;    // that only Kong runs

}  // namespace gw::config::rows
