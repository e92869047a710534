// The plugins that this program runs (kong-behaviour.md 1.1, 2.1, 3.1).
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

using model::Level;

constexpr Level k36{3, 6};
constexpr Level k35{3, 5};
constexpr double kMaxTimer = 2147483646;  // signed 32-bit milliseconds

constexpr std::array kPolicies20{"local"sv, "cluster"sv, "redis"sv};
// Without a database `cluster` has nowhere to count, and Kong refuses it from 2.4 on.
constexpr std::array kPolicies24{"local"sv, "redis"sv};
constexpr std::array kLimitBy20{"consumer"sv, "credential"sv, "ip"sv, "service"sv};
constexpr std::array kLimitBy21{"consumer"sv, "credential"sv, "ip"sv, "service"sv, "header"sv};
constexpr std::array kLimitBy22{"consumer"sv, "credential"sv, "ip"sv,
                                "service"sv,  "header"sv,     "path"sv};

constexpr FieldSpec period_row(std::string_view name, std::string_view help) {
  return {.name = name, .type = Type::number, .help = help, .above = 0};
}
constexpr FieldSpec kSecond = period_row("second", "Requests a second.");
constexpr FieldSpec kMinute = period_row("minute", "Requests a minute.");
constexpr FieldSpec kHour = period_row("hour", "Requests an hour.");
constexpr FieldSpec kDay = period_row("day", "Requests a day.");
constexpr FieldSpec kMonth = period_row("month", "Requests a calendar month.");
constexpr FieldSpec kYear = period_row("year", "Requests a calendar year.");

constexpr FieldSpec choice_row(std::string_view name, std::span<const std::string_view> values,
                               std::string_view fallback, std::string_view help, Level since,
                               Level until) {
  return {.name = name,
          .type = Type::string,
          .help = help,
          .fallback = fallback,
          .since = since,
          .until = until,
          .one_of = values};
}

// From 2.4 on, and of consumer-rate-limiting always.
constexpr FieldSpec policy_row(Level since) {
  FieldSpec row = choice_row("policy", kPolicies24, "\"local\"", "Where the counters are.", since,
                             model::kNewestLevel);
  row.refused = "cluster";
  row.why_refused =
      "policy cluster counts in a database, which a gateway with a declarative config does not "
      "have: use redis to share counters between nodes, exactly or with sync_rate, or local to "
      "count in each node's memory";
  return row;
}

// The nine facts about a Redis server: flat up to 3.5, a record from 3.6 on, where the flat names
// stay as old spellings.
constexpr FieldSpec kRedisHost{
    .name = "host", .type = Type::string, .help = "Redis server.", .format = Format::host};
constexpr FieldSpec kRedisPort{.name = "port",
                               .type = Type::integer,
                               .help = "Its port.",
                               .fallback = "6379",
                               .min = 0,
                               .max = 65535};
constexpr FieldSpec kRedisTimeout{.name = "timeout",
                                  .type = Type::number,
                                  .help = "Milliseconds for connecting and for each answer.",
                                  .fallback = "2000"};
constexpr FieldSpec kRedisUsername{.name = "username",
                                   .type = Type::string,
                                   .help = "User of its access list.",
                                   .referenceable = true};
constexpr FieldSpec kRedisPassword{.name = "password",
                                   .type = Type::string,
                                   .help = "Password.",
                                   .may_be_empty = true,
                                   .referenceable = true};
constexpr FieldSpec kRedisDatabase{
    .name = "database", .type = Type::integer, .help = "Number of the database.", .fallback = "0"};
constexpr FieldSpec kRedisSsl{
    .name = "ssl", .type = Type::boolean, .help = "Whether TLS is spoken.", .fallback = "false"};
constexpr FieldSpec kRedisSslVerify{.name = "ssl_verify",
                                    .type = Type::boolean,
                                    .help = "Whether its certificate is verified.",
                                    .fallback = "false"};
constexpr FieldSpec kRedisServerName{.name = "server_name",
                                     .type = Type::string,
                                     .help = "Server name of TLS.",
                                     .format = Format::sni};

constexpr FieldSpec flat_row(FieldSpec row, std::string_view name, Level since, Level until) {
  row.name = name;
  row.since = since;
  row.until = until;
  return row;
}
constexpr FieldSpec alias_row(FieldSpec row, std::string_view name, std::string_view alias_of) {
  row.name = name;
  row.alias_of = alias_of;
  row.since = k36;
  row.fallback = "";
  return row;
}
constexpr FieldSpec timer_row(FieldSpec row) {
  row.type = Type::integer;
  row.min = 0;
  row.max = kMaxTimer;
  return row;
}

constexpr std::array kRedisFields{
    kRedisHost,     kRedisPort, timer_row(kRedisTimeout), kRedisUsername,   kRedisPassword,
    kRedisDatabase, kRedisSsl,  kRedisSslVerify,          kRedisServerName,
};

constexpr FieldSpec kHideClientHeaders = flag_row(
    "hide_client_headers", "false", "Whether the limit headers are left out.", kStrictNull);
constexpr FieldSpec kFaultTolerant = flag_row(
    "fault_tolerant", "true", "Whether requests pass while the store is down.", kStrictNull);

constexpr std::array kRateLimiting{
    kSecond,
    kMinute,
    kHour,
    kDay,
    kMonth,
    kYear,
    choice_row("limit_by", kLimitBy20, "\"consumer\"", "Whose requests are counted.", {2, 0},
               {2, 0}),
    choice_row("limit_by", kLimitBy21, "\"consumer\"", "Whose requests are counted.", {2, 1},
               {2, 1}),
    choice_row("limit_by", kLimitBy22, "\"consumer\"", "Whose requests are counted.", {2, 2},
               model::kNewestLevel),
    FieldSpec{.name = "header_name",
              .type = Type::string,
              .help = "Header of limit_by header.",
              .since = {2, 1},
              .format = Format::header_name},
    FieldSpec{.name = "path",
              .type = Type::string,
              .help = "Path of limit_by path.",
              .since = {2, 2},
              .format = Format::path},
    choice_row("policy", kPolicies20, "\"cluster\"", "Where the counters are.", {2, 0}, {2, 3}),
    policy_row({2, 4}),
    kFaultTolerant,
    kHideClientHeaders,
    flat_row(kRedisHost, "redis_host", {2, 0}, k35),
    flat_row(kRedisPort, "redis_port", {2, 0}, k35),
    flat_row(kRedisTimeout, "redis_timeout", {2, 0}, k35),
    flat_row(kRedisUsername, "redis_username", {2, 8}, k35),
    flat_row(kRedisPassword, "redis_password", {2, 0}, k35),
    flat_row(kRedisDatabase, "redis_database", {2, 0}, k35),
    flat_row(kRedisSsl, "redis_ssl", {2, 7}, k35),
    flat_row(kRedisSslVerify, "redis_ssl_verify", {2, 7}, k35),
    flat_row(kRedisServerName, "redis_server_name", {2, 7}, k35),
    FieldSpec{.name = "redis",
              .type = Type::record,
              .help = "The Redis server of policy redis.",
              .since = k36,
              .fields = kRedisFields},
    alias_row(kRedisHost, "redis_host", "redis.host"),
    alias_row(kRedisPort, "redis_port", "redis.port"),
    alias_row(timer_row(kRedisTimeout), "redis_timeout", "redis.timeout"),
    alias_row(kRedisUsername, "redis_username", "redis.username"),
    alias_row(kRedisPassword, "redis_password", "redis.password"),
    alias_row(kRedisDatabase, "redis_database", "redis.database"),
    alias_row(kRedisSsl, "redis_ssl", "redis.ssl"),
    alias_row(kRedisSslVerify, "redis_ssl_verify", "redis.ssl_verify"),
    alias_row(kRedisServerName, "redis_server_name", "redis.server_name"),
    FieldSpec{.name = "error_code",
              .type = Type::number,
              .help = "Status of a refused request.",
              .fallback = "429",
              .since = {3, 1},
              .above = 0},
    FieldSpec{.name = "error_message",
              .type = Type::string,
              .help = "Message of a refused request.",
              .fallback = "\"API rate limit exceeded\"",
              .since = {3, 1}},
    FieldSpec{.name = "sync_rate",
              .type = Type::number,
              .help = "Seconds between exchanges with Redis; -1: at every request.",
              .fallback = "-1",
              .required_since = kAlways,
              .since = {3, 4}},
};

constexpr std::array kEntryFields{
    FieldSpec{.name = "name",
              .type = Type::string,
              .help = "Name of the service or route.",
              .required_since = kAlways},
    kSecond,
    kMinute,
    kHour,
    kDay,
    kMonth,
    kYear,
};
constexpr FieldSpec kEntry{.type = Type::record, .fields = kEntryFields};

constexpr FieldSpec required_row(FieldSpec row) {
  row.required_since = kAlways;
  return row;
}

constexpr std::array kConsumerRateLimiting{
    FieldSpec{
        .name = "service", .type = Type::array, .help = "Limits by service.", .element = &kEntry},
    FieldSpec{.name = "route",
              .type = Type::array,
              .help = "Limits by route; they win over those by service.",
              .element = &kEntry},
    policy_row({2, 0}),
    required_row(kFaultTolerant),
    required_row(kHideClientHeaders),
    flat_row(kRedisHost, "redis_host", {2, 0}, model::kNewestLevel),
    flat_row(kRedisPort, "redis_port", {2, 0}, model::kNewestLevel),
    flat_row(kRedisTimeout, "redis_timeout", {2, 0}, model::kNewestLevel),
    flat_row(kRedisUsername, "redis_username", {2, 0}, model::kNewestLevel),
    flat_row(kRedisPassword, "redis_password", {2, 0}, model::kNewestLevel),
    flat_row(kRedisDatabase, "redis_database", {2, 0}, model::kNewestLevel),
    required_row(flat_row(kRedisSsl, "redis_ssl", {2, 0}, model::kNewestLevel)),
    required_row(flat_row(kRedisSslVerify, "redis_ssl_verify", {2, 0}, model::kNewestLevel)),
    flat_row(kRedisServerName, "redis_server_name", {2, 0}, model::kNewestLevel),
};

constexpr std::array kKeyAuth{
    FieldSpec{.name = "key_names",
              .type = Type::array,
              .help = "Where a key may stand, tried in this order.",
              .fallback = "[\"apikey\"]",
              .required_since = kAlways,
              .element = &kHeaderName},
    flag_row("hide_credentials", "false", "Whether the key is kept from the upstream.",
             kStrictNull),
    FieldSpec{.name = "anonymous",
              .type = Type::string,
              .help = "Consumer (id or username) of requests without a good key."},
    flag_row("key_in_header", "true", "Whether headers are looked at.", kAlways, {2, 3}),
    flag_row("key_in_query", "true", "Whether query arguments are looked at.", kAlways, {2, 3}),
    flag_row("key_in_body", "false", "Whether bodies are looked at.", kStrictNull),
    flag_row("run_on_preflight", "true", "Whether OPTIONS requests need a key.", kStrictNull),
    FieldSpec{.name = "realm",
              .type = Type::string,
              .help = "Realm of WWW-Authenticate.",
              .since = {3, 7}},
};

constexpr std::array kTable{
    PluginSpec{.name = "key-auth",
               .help = "Asks for an API key.",
               .runs = true,
               .guards_access = true,
               .authenticates = true,
               .consumer_scope = false,
               .config = kKeyAuth,
               .config_known = true},
    PluginSpec{.name = "rate-limiting",
               .help = "Limits requests a period.",
               .runs = true,
               .config = kRateLimiting,
               .config_known = true},
    PluginSpec{.name = "consumer-rate-limiting",
               .help = "Limits a consumer's requests by service or route.",
               .runs = true,
               .config = kConsumerRateLimiting,
               .config_known = true},
};

}  // namespace

constinit const std::span<const PluginSpec> kRunPlugins = kTable;

}  // namespace gw::config::rows
