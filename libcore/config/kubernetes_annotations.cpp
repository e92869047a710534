#include "config/kubernetes_annotations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_kinds.h"
#include "config/kubernetes_report.h"

namespace gw::config::kube {

namespace {

using Parse = std::optional<Node> (*)(std::string_view text, Span where);

constexpr std::string_view kPrefix = "konghq.com/";
constexpr std::string_view kOldPrefix = "configuration.konghq.com/";
constexpr std::string_view kHeaders = "headers.";
constexpr std::array<std::string_view, 8> kProtocols{"http", "https", "grpc", "grpcs",
                                                     "tcp",  "tls",   "udp",  "tls_passthrough"};

std::optional<Node> parse_boolean(std::string_view text, Span where) {
  if (iequals(text, "true")) return make_boolean(true, where);
  if (iequals(text, "false")) return make_boolean(false, where);
  return std::nullopt;
}

std::optional<Node> parse_integer(std::string_view text, Span where) {
  const bool negative = text.starts_with('-');
  const auto value = parse_uint(negative ? text.substr(1) : text);
  if (!value) return std::nullopt;
  const auto magnitude = static_cast<double>(*value);
  return make_number(negative ? -magnitude : magnitude, where);
}

std::optional<Node> parse_text(std::string_view text, Span where) {
  if (text.empty()) return std::nullopt;
  return make_string(std::string{text}, where);
}

std::optional<Node> parse_path(std::string_view text, Span where) {
  if (!text.starts_with('/')) return std::nullopt;
  return make_string(std::string{text}, where);
}

std::optional<Node> parse_list(std::string_view text, Span where) {
  Node list = split_value(text, ',', where);
  if (list.items.empty()) return std::nullopt;
  return list;
}

std::optional<Node> parse_protocol(std::string_view text, Span where) {
  if (std::ranges::find(kProtocols, text) == kProtocols.end()) return std::nullopt;
  return make_string(std::string{text}, where);
}

std::optional<Node> parse_protocols(std::string_view text, Span where) {
  auto list = parse_list(text, where);
  if (!list) return std::nullopt;
  const bool good = std::ranges::all_of(
      list->items, [&](const Node& item) { return parse_protocol(item.text, where).has_value(); });
  return good ? list : std::nullopt;
}

std::optional<Node> parse_methods(std::string_view text, Span where) {
  auto list = parse_list(upper(text), where);
  if (!list) return std::nullopt;
  const bool good = std::ranges::all_of(
      list->items, [](const Node& item) { return std::ranges::all_of(item.text, is_alpha); });
  return good ? list : std::nullopt;
}

std::optional<Node> parse_redirect(std::string_view text, Span where) {
  constexpr std::array<std::string_view, 5> kCodes{"426", "301", "302", "307", "308"};
  if (std::ranges::find(kCodes, text) == kCodes.end()) return std::nullopt;
  return parse_integer(text, where);
}

std::optional<Node> parse_path_handling(std::string_view text, Span where) {
  if (text != "v0" && text != "v1") return std::nullopt;
  return make_string(std::string{text}, where);
}

struct Row {
  std::string_view name;
  std::string_view kinds;        // that take it, separated by spaces
  std::optional<Entity> entity;  // whose field it sets; none: read where its meaning is
  std::string_view field;
  Parse parse;
  std::string_view expected;
};

constexpr std::string_view kTrueOrFalse = "\"true\" or \"false\"";
constexpr std::string_view kMilliseconds = "a whole number of milliseconds";
constexpr std::string_view kNumber = "a whole number";
constexpr std::string_view kNames = "names separated by commas";
constexpr std::string_view kName = "a name";
constexpr std::string_view kProtocolNames =
    "http, https, grpc, grpcs, tcp, tls, udp or tls_passthrough";
constexpr std::string_view kTagged =
    "Ingress Service KongConsumer KongPlugin KongClusterPlugin Secret";

constexpr std::array kRows{
    Row{"plugins", "Ingress Service KongConsumer", {}, "", parse_list, kNames},
    Row{"override", "Ingress Service", {}, "", parse_text, kName},
    Row{"tags", kTagged, {}, "", parse_list, kNames},
    Row{"protocols", "Ingress", Entity::route, "protocols", parse_protocols, kProtocolNames},
    Row{"strip-path", "Ingress", Entity::route, "strip_path", parse_boolean, kTrueOrFalse},
    Row{"preserve-host", "Ingress", Entity::route, "preserve_host", parse_boolean, kTrueOrFalse},
    Row{"https-redirect-status-code", "Ingress", Entity::route, "https_redirect_status_code",
        parse_redirect, "426, 301, 302, 307 or 308"},
    Row{"regex-priority", "Ingress", Entity::route, "regex_priority", parse_integer, kNumber},
    Row{"methods", "Ingress", Entity::route, "methods", parse_methods,
        "methods separated by commas"},
    Row{"snis", "Ingress", Entity::route, "snis", parse_list, kNames},
    Row{"request-buffering", "Ingress", Entity::route, "request_buffering", parse_boolean,
        kTrueOrFalse},
    Row{"response-buffering", "Ingress", Entity::route, "response_buffering", parse_boolean,
        kTrueOrFalse},
    Row{"path-handling", "Ingress", Entity::route, "path_handling", parse_path_handling,
        "v0 or v1"},
    Row{"regex-prefix", "Ingress", {}, "", parse_path, "a prefix that begins with /"},
    Row{"host-aliases", "Ingress", {}, "", parse_list, "hosts separated by commas"},
    Row{"headers-separator", "Ingress", {}, "", parse_text, "one character"},
    Row{"rewrite", "Ingress", {}, "", parse_path, "a path, which may hold $1"},
    Row{"protocol", "Service", Entity::service, "protocol", parse_protocol, kProtocolNames},
    Row{"path", "Service", Entity::service, "path", parse_path, "a path that begins with /"},
    Row{"connect-timeout", "Service", Entity::service, "connect_timeout", parse_integer,
        kMilliseconds},
    Row{"read-timeout", "Service", Entity::service, "read_timeout", parse_integer, kMilliseconds},
    Row{"write-timeout", "Service", Entity::service, "write_timeout", parse_integer, kMilliseconds},
    Row{"retries", "Service", Entity::service, "retries", parse_integer, kNumber},
    Row{"tls-verify", "Service", Entity::service, "tls_verify", parse_boolean, kTrueOrFalse},
    Row{"tls-verify-depth", "Service", Entity::service, "tls_verify_depth", parse_integer, kNumber},
    Row{"host-header", "Service", Entity::upstream, "host_header", parse_text, "a host"},
    Row{"client-cert", "Service", {}, "", parse_text, "the name of a Secret"},
    Row{"ca-certificates-secrets", "Service", {}, "", parse_list, "names of Secrets"},
    Row{"upstream-policy", "Service", {}, "", parse_text, "the name of a KongUpstreamPolicy"},
};

// Older than the prefixes: these two are whole annotations.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOldNames{
    std::pair{std::string_view{"plugins"}, std::string_view{"plugins.konghq.com"}},
    std::pair{std::string_view{"override"}, std::string_view{"configuration.konghq.com"}}};

const Row* row_of(std::string_view name) {
  const auto* row = std::ranges::find(kRows, name, &Row::name);
  return row == kRows.end() ? nullptr : row;
}

// The name behind any of the prefixes; "" for an annotation that is not Kong's.
std::string_view short_name(std::string_view key, bool& old) {
  old = false;
  if (key.starts_with(kPrefix)) return key.substr(kPrefix.size());
  old = true;
  if (key.starts_with(kOldPrefix)) return key.substr(kOldPrefix.size());
  const auto* alias =
      std::ranges::find(kOldNames, key, [](const auto& pair) { return pair.second; });
  return alias == kOldNames.end() ? std::string_view{} : alias->first;
}

bool takes(const Row& row, std::string_view kind) {
  return has_word(row.kinds, kind);
}

// "Ingress Service" -> "Ingress or Service".
std::string alternatives(std::string_view kinds) {
  std::string out;
  for (const auto kind : words(kinds)) {
    out += out.empty() ? "" : " or ";
    out += kind;
  }
  return out;
}

void report_unknown(const Object& object, const Member& member, std::string_view name,
                    Diagnostics& diagnostics) {
  if (const Row* row = row_of(name)) {
    warning(diagnostics, {.code = kUnknownAnnotation,
                          .where = member.key_where,
                          .path = "metadata.annotations",
                          .message = fmt::format("annotation {} has no effect on kind {}",
                                                 printable(member.key), object.kind),
                          .expected = fmt::format("on kind {}", alternatives(row->kinds))});
    return;
  }
  std::vector<std::string_view> known;
  for (const Row& row : kRows) {
    if (takes(row, object.kind)) known.push_back(row.name);
  }
  const auto near = nearest(name, known);
  warning(diagnostics,
          {.code = kUnknownAnnotation,
           .where = member.key_where,
           .path = "metadata.annotations",
           .message = fmt::format("unknown annotation {}", printable(member.key)),
           .suggestion = near.empty() ? "" : std::string{kPrefix} + std::string{near}});
}

void check_value(const Row& row, const Member& member, Diagnostics& diagnostics) {
  if (row.parse(trim_ows(member.value.text), member.value.where)) return;
  warning(diagnostics, {.code = kBadAnnotation,
                        .where = member.value.where,
                        .path = "metadata.annotations",
                        .message = fmt::format("annotation {} cannot be '{}': it is ignored",
                                               printable(member.key), printable(member.value.text)),
                        .expected = std::string{row.expected}});
}

void check_annotation(const Object& object, const Member& member, model::Level level,
                      Diagnostics& diagnostics) {
  bool old = false;
  const auto name = short_name(member.key, old);
  if (name.empty()) return;
  if (old && level.major >= 3) {
    warning(diagnostics, {.code = kUnknownAnnotation,
                          .where = member.key_where,
                          .path = "metadata.annotations",
                          .message = fmt::format("annotation {} is not read at level {}",
                                                 printable(member.key), level.str()),
                          .expected = fmt::format("{}{}", kPrefix, name)});
    return;
  }
  if (name.starts_with(kHeaders) && object.kind == "Ingress") return;
  const Row* row = row_of(name);
  if (row == nullptr || !takes(*row, object.kind)) {
    report_unknown(object, member, name, diagnostics);
    return;
  }
  check_value(*row, member, diagnostics);
}

}  // namespace

const Node* annotation(const Object& object, std::string_view name, model::Level level) {
  const Node* all = at(object.root, {"metadata", "annotations"});
  if (all == nullptr) return nullptr;
  const auto text = [&](std::string_view key) -> const Node* {
    const Node* value = all->find(key);
    return value != nullptr && value->is(Kind::string) ? value : nullptr;
  };
  if (const Node* value = text(std::string{kPrefix} + std::string{name})) return value;
  if (level.major >= 3) return nullptr;
  if (const Node* value = text(std::string{kOldPrefix} + std::string{name})) return value;
  const auto* alias =
      std::ranges::find(kOldNames, name, [](const auto& pair) { return pair.first; });
  return alias == kOldNames.end() ? nullptr : text(alias->second);
}

void apply_annotations(const Object& object, Entity kind, model::Level level, Node& entity) {
  for (const Row& row : kRows) {
    if (row.entity != kind) continue;
    const Node* value = annotation(object, row.name, level);
    if (value == nullptr) continue;
    if (auto parsed = row.parse(trim_ows(value->text), value->where)) {
      set(entity, std::string{row.field}, std::move(*parsed));
    }
  }
}

void check_annotations(const Object& object, model::Level level, Diagnostics& diagnostics) {
  for (const auto* place : {"annotations", "labels"}) {
    const Node* all = typed_at(object.root, {"metadata", place}, Kind::mapping, diagnostics);
    if (all == nullptr) continue;
    for (const Member& member : all->members) {
      if (!member.value.is(Kind::string)) {
        error(diagnostics,
              {.code = kMalformed,
               .where = member.value.where,
               .path = fmt::format("metadata.{}", place),
               .message = fmt::format("{} is {}, and Kubernetes takes only strings",
                                      printable(member.key), describe(member.value.kind)),
               .expected = fmt::format("\"{}\"", printable(member.value.text))});
      } else if (place == std::string_view{"annotations"}) {
        check_annotation(object, member, level, diagnostics);
      }
    }
  }
}

Node split_value(std::string_view text, char separator, Span where) {
  Node list = make_sequence({}, where);
  for (const auto part : split(text, separator)) {
    const auto trimmed = trim_ows(part);
    if (!trimmed.empty()) list.items.push_back(make_string(std::string{trimmed}, where));
  }
  return list;
}

void apply_header_annotations(const Object& object, model::Level level, Node& route) {
  const Node* all = at(object.root, {"metadata", "annotations"});
  if (all == nullptr) return;
  const Node* separator = annotation(object, "headers-separator", level);
  const char by = separator == nullptr || separator->text.empty() ? ',' : separator->text.front();
  Node headers = make_mapping();
  for (const Member& member : all->members) {
    const std::string prefix = std::string{kPrefix} + std::string{kHeaders};
    if (!member.key.starts_with(prefix) || !member.value.is(Kind::string)) continue;
    headers.where = member.value.where;
    set(headers, member.key.substr(prefix.size()),
        split_value(member.value.text, by, member.value.where));
    headers.members.back().key_where = member.key_where;
  }
  if (!headers.members.empty()) set(route, "headers", std::move(headers));
}

}  // namespace gw::config::kube
