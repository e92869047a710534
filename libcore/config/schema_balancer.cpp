// Upstreams and targets (kong-behaviour.md 6.4, 7.3).
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

using model::Level;

constexpr std::array kAlgorithms20{"consistent-hashing"sv, "least-connections"sv, "round-robin"sv};
constexpr std::array kAlgorithms30{"consistent-hashing"sv, "least-connections"sv, "round-robin"sv,
                                   "latency"sv};
constexpr std::array kHashOn20{"none"sv, "consumer"sv, "ip"sv, "header"sv, "cookie"sv};
constexpr std::array kHashOn30{"none"sv,   "consumer"sv, "ip"sv,        "header"sv,
                               "cookie"sv, "path"sv,     "query_arg"sv, "uri_capture"sv};
constexpr std::array kCheckTypes{"tcp"sv, "http"sv, "https"sv, "grpc"sv, "grpcs"sv};

constexpr Level kEnd2{2, 8};
constexpr Level k30{3, 0};

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
constexpr FieldSpec since_30(FieldSpec row) {
  row.since = k30;
  return row;
}
constexpr FieldSpec count_row(std::string_view name, std::string_view help) {
  return {.name = name, .type = Type::integer, .help = help, .fallback = "0", .min = 0, .max = 255};
}
constexpr FieldSpec seconds_row(std::string_view name, std::string_view fallback,
                                std::string_view help) {
  return {.name = name,
          .type = Type::number,
          .help = help,
          .fallback = fallback,
          .min = 0,
          .max = 65535};
}
constexpr FieldSpec kStatus{.type = Type::integer, .min = 100, .max = 999};
constexpr FieldSpec statuses_row(std::string_view fallback) {
  return {.name = "http_statuses",
          .type = Type::array,
          .help = "Which statuses count.",
          .fallback = fallback,
          .element = &kStatus};
}
constexpr FieldSpec record_row(std::string_view name, std::string_view help, Fields fields) {
  return {.name = name, .type = Type::record, .help = help, .fields = fields};
}
constexpr FieldSpec kCheckType =
    choice_row("type", kCheckTypes, "\"http\"", "How to check.", {2, 0}, model::kNewestLevel);
constexpr FieldSpec kTcpFailures = count_row("tcp_failures", "Failed connections until unhealthy.");
constexpr FieldSpec kTimeouts = count_row("timeouts", "Timeouts until unhealthy.");
constexpr FieldSpec kHttpFailures = count_row("http_failures", "Bad statuses until unhealthy.");
constexpr FieldSpec kSuccesses = count_row("successes", "Good answers until healthy.");
constexpr FieldSpec kInterval = seconds_row("interval", "0", "Seconds between checks; 0: none.");

constexpr std::array kActiveHealthy{kInterval, kSuccesses, statuses_row("[200,302]")};
constexpr std::array kActiveUnhealthy{kInterval, kTcpFailures, kTimeouts, kHttpFailures,
                                      statuses_row("[429,404,500,501,502,503,504,505]")};
constexpr std::array kPassiveHealthy{
    kSuccesses,
    statuses_row("[200,201,202,203,204,205,206,207,208,226,300,301,302,303,304,305,306,307,308]")};
constexpr std::array kPassiveUnhealthy{kTcpFailures, kTimeouts, kHttpFailures,
                                       statuses_row("[429,500,503]")};

constexpr std::array kActive{
    kCheckType,
    seconds_row("timeout", "1", "Seconds for one check."),
    FieldSpec{.name = "concurrency",
              .type = Type::integer,
              .help = "Checks at once.",
              .fallback = "10",
              .min = 1,
              .max = 2147483648.0},
    FieldSpec{.name = "http_path",
              .type = Type::string,
              .help = "Path that is asked for.",
              .fallback = "\"/\"",
              .format = Format::path},
    text_row("https_sni", "Server name of TLS.", Format::sni),
    flag_row("https_verify_certificate", "true", "Whether the certificate is verified."),
    FieldSpec{.name = "headers",
              .type = Type::map,
              .help = "Header fields of the check.",
              .since = {2, 3},
              .element = &kHeaderValues},
    record_row("healthy", "What makes a target healthy.", kActiveHealthy),
    record_row("unhealthy", "What makes a target unhealthy.", kActiveUnhealthy),
};
constexpr std::array kPassive{
    kCheckType,
    record_row("healthy", "What makes a target healthy.", kPassiveHealthy),
    record_row("unhealthy", "What makes a target unhealthy.", kPassiveUnhealthy),
};
constexpr std::array kHealthchecks{
    record_row("active", "Checks that the gateway makes.", kActive),
    record_row("passive", "Watching the traffic.", kPassive),
    FieldSpec{.name = "threshold",
              .type = Type::number,
              .help = "Percent of healthy weight below which the upstream as a whole is unhealthy.",
              .fallback = "0",
              .min = 0,
              .max = 100},
};

constexpr std::array kUpstreamFields{
    kId,
    FieldSpec{.name = "name",
              .type = Type::string,
              .help = "A host name that services use as their host.",
              .required_since = kAlways,
              .format = Format::upstream_name,
              .unique = true},
    choice_row("algorithm", kAlgorithms20, "\"round-robin\"", "How a target is chosen.", {2, 0},
               kEnd2),
    choice_row("algorithm", kAlgorithms30, "\"round-robin\"", "How a target is chosen.", k30,
               model::kNewestLevel),
    choice_row("hash_on", kHashOn20, "\"none\"", "What requests are hashed on.", {2, 0}, kEnd2),
    choice_row("hash_on", kHashOn30, "\"none\"", "What requests are hashed on.", k30,
               model::kNewestLevel),
    choice_row("hash_fallback", kHashOn20, "\"none\"", "What else, when that is missing.", {2, 0},
               kEnd2),
    choice_row("hash_fallback", kHashOn30, "\"none\"", "What else, when that is missing.", k30,
               model::kNewestLevel),
    text_row("hash_on_header", "Header of hash_on header.", Format::header_name),
    text_row("hash_fallback_header", "Header of hash_fallback header.", Format::header_name),
    text_row("hash_on_cookie", "Cookie of hash_on or hash_fallback cookie."),
    FieldSpec{.name = "hash_on_cookie_path",
              .type = Type::string,
              .help = "Path of that cookie.",
              .fallback = "\"/\"",
              .format = Format::path},
    since_30(text_row("hash_on_query_arg", "Argument of hash_on query_arg.")),
    since_30(text_row("hash_fallback_query_arg", "Argument of hash_fallback query_arg.")),
    since_30(text_row("hash_on_uri_capture", "Capture of hash_on uri_capture.")),
    since_30(text_row("hash_fallback_uri_capture", "Capture of hash_fallback uri_capture.")),
    FieldSpec{.name = "slots",
              .type = Type::integer,
              .help = "Size of the wheel.",
              .fallback = "10000",
              .min = 10,
              .max = 65536},
    text_row("host_header", "Host sent upstream.", Format::host),
    FieldSpec{.name = "client_certificate",
              .type = Type::foreign,
              .help = "Shown to the targets.",
              .since = {2, 1},
              .foreign = "certificates"},
    since_30(flag_row("use_srv_name", "false", "Whether SRV names become Host.")),
    record_row("healthchecks", "When a target is not used.", kHealthchecks),
    kTags,
    kCreatedAt,
    FieldSpec{.name = "updated_at",
              .type = Type::integer,
              .help = "Seconds since the epoch.",
              .since = k30},
};

constexpr std::array kTargetFields{
    kId,
    foreign_row("upstream", "upstreams", "The upstream that it belongs to.", kAlways),
    FieldSpec{.name = "target",
              .type = Type::string,
              .help = "host or host:port; port 8000 unless given.",
              .required_since = kAlways,
              .format = Format::target},
    FieldSpec{.name = "weight",
              .type = Type::integer,
              .help = "Share of the traffic; 0: not used.",
              .fallback = "100",
              .min = 0,
              .max = 65535},
    kTags,
    FieldSpec{.name = "created_at", .type = Type::number, .help = "Seconds since the epoch."},
    FieldSpec{.name = "updated_at",
              .type = Type::number,
              .help = "Seconds since the epoch.",
              .since = k30},
};

constexpr std::array kTable{
    EntitySpec{.collection = "upstreams",
               .singular = "upstream",
               .help = "Several targets under one host name.",
               .fields = kUpstreamFields,
               .endpoint_key = "name"},
    EntitySpec{.collection = "targets",
               .singular = "target",
               .help = "One address of an upstream.",
               .fields = kTargetFields},
};

}  // namespace

constinit const std::span<const EntitySpec> kBalancerEntities = kTable;

}  // namespace gw::config::rows
