// services, routes, plugins (kong-behaviour.md 7.3).
#include <array>

#include "config/schema_rows.h"

namespace gw::config::rows {
namespace {

using model::Level;

constexpr std::array kProtocols20{"grpc"sv, "grpcs"sv, "http"sv, "https"sv, "tcp"sv, "tls"sv};
constexpr std::array kProtocols21{"grpc"sv, "grpcs"sv, "http"sv, "https"sv,
                                  "tcp"sv,  "tls"sv,   "udp"sv};
constexpr std::array kProtocols27{"grpc"sv, "grpcs"sv,           "http"sv, "https"sv, "tcp"sv,
                                  "tls"sv,  "tls_passthrough"sv, "udp"sv};
constexpr std::array kPluginProtocols{"grpc"sv, "grpcs"sv, "http"sv, "https"sv};
constexpr std::array kPathHandlings{"v0"sv, "v1"sv};
constexpr std::array kRedirects{426.0, 301.0, 302.0, 307.0, 308.0};

constexpr double kMaxPort = 65535;
// nginx keeps timers in a signed 32-bit number of milliseconds.
constexpr double kMaxTimeout = 2147483646;

constexpr FieldSpec protocol_row(std::span<const std::string_view> values, Level since,
                                 Level until) {
  return {.name = "protocol",
          .type = Type::string,
          .help = "How the upstream is spoken to.",
          .fallback = "\"http\"",
          .required_since = kAlways,
          .since = since,
          .until = until,
          .one_of = values};
}
constexpr FieldSpec timeout_row(std::string_view name, std::string_view help) {
  return {.name = name,
          .type = Type::integer,
          .help = help,
          .fallback = "60000",
          .min = 1,
          .max = kMaxTimeout};
}

constexpr FieldSpec kServiceId{.type = Type::string, .format = Format::service_id};
constexpr FieldSpec kPeerName{.type = Type::string, .format = Format::sni};
constexpr std::array kSanFields{
    FieldSpec{.name = "uris",
              .type = Type::array,
              .help = "Connect services; the certificate must name one of them, and no host.",
              .element = &kServiceId},
    FieldSpec{.name = "dnsnames",
              .type = Type::array,
              .help = "Names accepted beside the host; of no account where there are uris.",
              .element = &kPeerName},
};

constexpr std::array kServiceFields{
    kId,
    name_row("Unique name of the service."),
    protocol_row(kProtocols20, {2, 0}, {2, 0}),
    protocol_row(kProtocols21, {2, 1}, {2, 6}),
    protocol_row(kProtocols27, {2, 7}, model::kNewestLevel),
    FieldSpec{.name = "host",
              .type = Type::string,
              .help = "Host name, address, or the name of an upstream.",
              .required_since = kAlways,
              .format = Format::host},
    FieldSpec{.name = "port",
              .type = Type::integer,
              .help = "80 unless given, even with https; `url` knows better.",
              .fallback = "80",
              .required_since = kAlways,
              .min = 0,
              .max = kMaxPort},
    text_row("path", "Prefix of every path sent upstream.", Format::path),
    FieldSpec{.name = "retries",
              .type = Type::integer,
              .help = "Further attempts after the first.",
              .fallback = "5",
              .min = 0,
              .max = 32767},
    timeout_row("connect_timeout", "Milliseconds to connect."),
    timeout_row("write_timeout", "Milliseconds between two writes."),
    timeout_row("read_timeout", "Milliseconds between two reads."),
    FieldSpec{.name = "url",
              .type = Type::string,
              .help = "Shorthand that sets protocol, host, port and path."},
    foreign_row("client_certificate", "certificates", "Shown to the upstream (https, tls)."),
    FieldSpec{.name = "tls_verify",
              .type = Type::boolean,
              .help = "Whether the upstream's certificate is verified.",
              .since = {2, 1}},
    FieldSpec{.name = "tls_verify_depth",
              .type = Type::integer,
              .help = "Longest chain of certificates.",
              .since = {2, 1},
              .min = 0,
              .max = 64},
    FieldSpec{.name = "ca_certificates",
              .type = Type::array,
              .help = "Ids of the CA certificates that are trusted.",
              .since = {2, 1},
              .element = &kUuidText},
    // Kong has it from 3.10 on; below it is ours.
    FieldSpec{.name = "tls_sans",
              .type = Type::record,
              .help = "Who the upstream's certificate has to be for.",
              .fields = kSanFields},
    flag_row("enabled", "true", "false: the routes of this service disappear.", kAlways, {2, 7}),
    kTags,
    kCreatedAt,
    kUpdatedAt,
};

constexpr FieldSpec kRouteProtocol{.type = Type::string};  // sets of them: check_route.cpp
constexpr FieldSpec kMethod{.type = Type::string, .format = Format::method};
constexpr FieldSpec kRouteHost{.type = Type::string, .format = Format::route_host};
constexpr FieldSpec kRoutePath{.type = Type::string, .format = Format::route_path};
constexpr FieldSpec kSni{.type = Type::string, .format = Format::sni};
constexpr FieldSpec kWildcardSni{.type = Type::string, .format = Format::wildcard_sni};
constexpr std::array kPeerFields{
    text_row("ip", "Address or network."),
    FieldSpec{.name = "port", .type = Type::integer, .help = "Port.", .min = 0, .max = kMaxPort},
};
constexpr FieldSpec kPeer{.type = Type::record, .fields = kPeerFields};

constexpr FieldSpec list_row(std::string_view name, Type type, const FieldSpec& element,
                             std::string_view help, Level since = model::kOldestLevel,
                             Level until = model::kNewestLevel) {
  return {.name = name,
          .type = type,
          .help = help,
          .since = since,
          .until = until,
          .element = &element};
}

constexpr std::array kRouteFields{
    kId,
    name_row("Unique name of the route."),
    FieldSpec{.name = "protocols",
              .type = Type::set,
              .help = "Of one family: http and https; grpc and grpcs; tcp, tls and udp.",
              .fallback = "[\"http\",\"https\"]",
              .required_since = kAlways,
              .element = &kRouteProtocol},
    list_row("methods", Type::set, kMethod, "Any of these."),
    list_row("hosts", Type::array, kRouteHost, "Any of these; one * at either end."),
    list_row("paths", Type::array, kRoutePath, "Prefixes, or regular expressions."),
    FieldSpec{.name = "headers",
              .type = Type::map,
              .help = "Header names, each with the values of which one has to be there.",
              .element = &kHeaderValues},
    list_row("snis", Type::set, kSni, "Server names of TLS.", {2, 0}, {2, 8}),
    list_row("snis", Type::set, kWildcardSni, "Server names of TLS.", {3, 0}),
    list_row("sources", Type::set, kPeer, "Stream routes: who connects."),
    list_row("destinations", Type::set, kPeer, "Stream routes: where to."),
    FieldSpec{.name = "https_redirect_status_code",
              .type = Type::integer,
              .help = "Answer to plain http where only https is allowed.",
              .fallback = "426",
              .required_since = kAlways,
              .one_of_numbers = kRedirects},
    FieldSpec{.name = "regex_priority",
              .type = Type::integer,
              .help = "Higher regular expressions are tried first.",
              .fallback = "0"},
    flag_row("strip_path", "true", "Whether the matched prefix is taken off the path.",
             kStrictNull),
    FieldSpec{.name = "path_handling",
              .type = Type::string,
              .help = "How the service's path and the rest are joined.",
              .fallback = "\"v0\"",
              .one_of = kPathHandlings},
    flag_row("preserve_host", "false", "Whether the client's Host goes upstream.", kStrictNull),
    flag_row("request_buffering", "true", "Whether requests are read whole first.", kAlways,
             {2, 2}),
    flag_row("response_buffering", "true", "Whether responses are read whole first.", kAlways,
             {2, 2}),
    foreign_row("service", "services", "Where the requests go."),
    kTags,
    kCreatedAt,
    kUpdatedAt,
};

constexpr FieldSpec kPluginProtocol{.type = Type::string, .one_of = kPluginProtocols};

constexpr std::array kPluginFields{
    kId,
    FieldSpec{.name = "name",
              .type = Type::string,
              .help = "Which plugin.",
              .required_since = kAlways,
              .may_be_empty = true},
    FieldSpec{.name = "instance_name",
              .type = Type::string,
              .help = "A name for this instance.",
              .since = {3, 2},
              .format = Format::name,
              .unique = true},
    foreign_row("route", "routes", "Runs only for this route."),
    foreign_row("service", "services", "Runs only for this service."),
    foreign_row("consumer", "consumers", "Runs only for this consumer."),
    FieldSpec{.name = "config",
              .type = Type::record,
              .help = "The settings of this plugin.",
              .required_since = kAlways,
              .open = true},
    FieldSpec{.name = "protocols",
              .type = Type::set,
              .help = "Protocols that it runs for.",
              .fallback = "[\"grpc\",\"grpcs\",\"http\",\"https\"]",
              .element = &kPluginProtocol},
    flag_row("enabled", "true", "false: as if it were not there.", kStrictNull),
    FieldSpec{.name = "run_on", .type = Type::string, .help = "Obsolete.", .until = {2, 8}},
    FieldSpec{.name = "ordering",
              .type = Type::any,
              .help = "Order among plugins (Enterprise only).",
              .since = {3, 0}},
    kTags,
    kCreatedAt,
    FieldSpec{.name = "updated_at",
              .type = Type::integer,
              .help = "Seconds since the epoch.",
              .since = {3, 0}},
};

constexpr std::array kTable{
    EntitySpec{.collection = "services",
               .singular = "service",
               .help = "What stands behind the gateway.",
               .fields = kServiceFields,
               .endpoint_key = "name"},
    EntitySpec{.collection = "routes",
               .singular = "route",
               .help = "Which requests go to a service.",
               .fields = kRouteFields,
               .endpoint_key = "name"},
    EntitySpec{.collection = "plugins",
               .singular = "plugin",
               .help = "What happens to requests on their way.",
               .fields = kPluginFields},
};

}  // namespace

constinit const std::span<const EntitySpec> kRoutingEntities = kTable;

}  // namespace gw::config::rows
