// The plugins that Kong bundles and this program does not run (kong-behaviour.md 4.1).
//
// `guards_access` marks those that refuse requests by who sends them or what they carry; a gateway
// that leaves one out lets in what its owner meant to keep out. Limits on size, rate or format
// (request-size-limiting, response-ratelimiting) are no guards: leaving them out opens nothing.
// pre- and post-function run anything, so they count as guards.
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

using model::Level;

constexpr FieldSpec kGroup{.type = Type::string};
constexpr FieldSpec group_list(std::string_view name, Level since, Level until) {
  return {.name = name,
          .type = Type::array,
          .help = "Groups of consumers.",
          .since = since,
          .until = until,
          .element = &kGroup};
}
constexpr std::array kAcl{
    group_list("whitelist", {2, 0}, {2, 8}),
    group_list("blacklist", {2, 0}, {2, 8}),
    group_list("allow", {2, 1}, model::kNewestLevel),
    group_list("deny", {2, 1}, model::kNewestLevel),
    flag_row("hide_groups_header", "false", "Whether X-Consumer-Groups is left out."),
    flag_row("include_consumer_groups", "false", "Whether consumer groups count.", kNever, {3, 6}),
    flag_row("always_use_authenticated_groups", "false", "Whether authenticated groups count.",
             kNever, {3, 7}),
};

constexpr PluginSpec other(std::string_view name, Level since = model::kOldestLevel) {
  return {.name = name, .since = since};
}
constexpr PluginSpec guard(std::string_view name, Level since = model::kOldestLevel) {
  return {.name = name, .guards_access = true, .since = since};
}
constexpr PluginSpec auth(std::string_view name) {
  return {.name = name, .guards_access = true, .authenticates = true, .consumer_scope = false};
}

constexpr std::array kTable{
    PluginSpec{.name = "acl", .guards_access = true, .config = kAcl, .config_known = true},
    other("acme", {2, 1}),
    other("ai-prompt-decorator", {3, 6}),
    guard("ai-prompt-guard", {3, 6}),
    other("ai-prompt-template", {3, 6}),
    other("ai-proxy", {3, 6}),
    other("ai-request-transformer", {3, 6}),
    other("ai-response-transformer", {3, 6}),
    other("aws-lambda"),
    other("azure-functions"),
    auth("basic-auth"),
    guard("bot-detection"),
    other("correlation-id"),
    other("cors"),
    other("datadog"),
    other("file-log"),
    other("grpc-gateway", {2, 1}),
    other("grpc-web", {2, 1}),
    auth("hmac-auth"),
    other("http-log"),
    guard("ip-restriction"),
    auth("jwt"),
    auth("ldap-auth"),
    other("loggly"),
    auth("oauth2"),
    other("opentelemetry", {3, 0}),
    guard("post-function"),
    guard("pre-function"),
    other("prometheus"),
    other("proxy-cache"),
    other("redirect", {3, 9}),
    other("request-size-limiting"),
    guard("request-termination"),
    other("request-transformer"),
    other("response-ratelimiting"),
    other("response-transformer"),
    PluginSpec{.name = "session", .authenticates = true},
    guard("standard-webhooks", {3, 8}),
    other("statsd"),
    other("syslog"),
    other("tcp-log"),
    other("udp-log"),
    other("zipkin"),
};

}  // namespace

constinit const std::span<const PluginSpec> kBundledPlugins = kTable;

}  // namespace gw::config::rows
