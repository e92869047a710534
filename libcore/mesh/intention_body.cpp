#include "mesh/intention_body.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "mesh/go_decode.h"
#include "mesh/go_values.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kNamespace = "default";
constexpr std::size_t kMostMeta = 64;
constexpr std::size_t kLongestKey = 128;
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kLongestPermissions = std::size_t{64} << 10;

using Faults = std::vector<std::string>;

GoRead raw_json(std::string& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_array()) return go_mismatch(value, place, "[]*structs.IntentionPermission");
    to = value.empty() ? "" : go_json(value, false);
    if (to.size() <= kLongestPermissions) return std::nullopt;
    return fmt::format("Permissions exceed maximum length {}", kLongestPermissions);
  };
}

GoRead natural() {
  return [](const Json& value, const GoPlace& place) -> GoError {
    const bool fits = value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
    if (!fits) return go_mismatch(value, place, "uint64");
    return std::nullopt;  // nobody asks what it is
  };
}

void check_namespace(std::string_view field, const std::string& ns, Faults& faults) {
  if (ns.empty() || ns == kNamespace) return;
  faults.push_back(fmt::format("{}: Namespaces are a Consul Enterprise feature", field));
}

void check_name(std::string_view field, const std::string& name, Faults& faults) {
  if (name.size() > kLongestText) {
    faults.push_back(fmt::format("{} exceeds maximum length {}", field, kLongestText));
    return;
  }
  if (name == connect::kAnyService || !name.contains('*')) return;
  faults.push_back(
      fmt::format("{}: wildcard character '*' cannot be used with partial values", field));
}

void check_texts(const IntentionBody& body, Faults& faults) {
  if (body.description.size() > kLongestText) {
    faults.push_back(fmt::format("Description exceeds maximum length {}", kLongestText));
  }
  if (body.meta.size() > kMostMeta) {
    faults.push_back(fmt::format("Meta exceeds maximum element count {}", kMostMeta));
  }
  for (const auto& [key, value] : body.meta) {
    if (key.size() > kLongestKey) {
      faults.push_back(
          fmt::format("Meta key {} exceeds maximum length {}", go_quote(key), kLongestKey));
    }
    if (value.size() > kLongestText) {
      faults.push_back(fmt::format("Meta value for key {} exceeds maximum length {}", go_quote(key),
                                   kLongestText));
    }
  }
}

void check_action(const IntentionBody& body, Faults& faults) {
  if (!body.permissions.empty()) {
    if (!body.action.empty()) {
      faults.emplace_back("Action must be omitted if Permissions are specified");
    }
  } else if (body.action != "allow" && body.action != "deny") {
    faults.emplace_back("Action must be set to 'allow' or 'deny'");
  }
  if (!body.source_type.empty() && body.source_type != "consul") {
    faults.emplace_back("SourceType must be set to 'consul'");
  }
}

// Opaque to clients: it changes with what they can change.
std::string hash_of(const StoredIntention& intention) {
  std::string all = intention.id;
  const auto add = [&](std::string_view text) {
    all += '\0';
    all += text;
  };
  add(intention.what.source);
  add(intention.what.destination);
  add(connect::action_text(intention.what.action));
  add(intention.description);
  add(intention.permissions);
  for (const auto& [key, value] : intention.meta) {
    add(key);
    add(value);
  }
  const auto digest = sha256(all);
  return base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Json meta_of(const StoredIntention& intention) {
  Json meta = Json::object();
  for (const auto& [key, value] : intention.meta) meta[key] = value;
  return meta;
}

void show_action(const StoredIntention& intention, Json& into) {
  if (!intention.permissions.empty()) {
    into["Permissions"] = read_json(intention.permissions).value_or(nullptr);
    return;
  }
  into["Action"] = connect::action_text(intention.what.action);
}

}  // namespace

Result<IntentionBody> read_intention(std::string_view text, IntentionForm form) {
  const auto value = read_json(text);
  if (!value) return std::unexpected(value.error());
  IntentionBody body;
  std::string ignored;
  std::int64_t number = 0;
  std::vector<GoField> fields{
      {"ID", go_text(body.id)},
      {"Description", go_text(body.description)},
      {"SourceNS", go_text(body.source_ns)},
      {"SourceName", go_text(body.source)},
      {"DestinationNS", go_text(body.destination_ns)},
      {"DestinationName", go_text(body.destination)},
      {"SourceType", go_text(body.source_type, "structs.IntentionSourceType")},
      {"Action", go_text(body.action, "structs.IntentionAction")},
      {"DefaultAddr", go_text(ignored)},
      {"DefaultPort", go_int(number)},
      {"Meta", go_text_map(body.meta)},
      {"Precedence", go_int(number)},
      {"CreatedAt", go_text(ignored)},
      {"UpdatedAt", go_text(ignored)},
      {"Hash", go_text(ignored)},
      {"CreateIndex", natural()},
      {"ModifyIndex", natural()}};
  if (form == IntentionForm::exact) fields.push_back({"Permissions", raw_json(body.permissions)});
  constexpr std::string_view kType =
      "struct { Hash string; CreatedAt string; UpdatedAt string; *structs.Alias }";
  if (auto error = read_struct(*value, {}, kType, fields)) {
    return fail(ErrorCode::invalid, std::move(*error));
  }
  return body;
}

Result<IntentionFields> check_intention(IntentionBody body) {
  Faults faults;
  if (body.source.empty()) faults.emplace_back("SourceName must be set");
  if (body.destination.empty()) faults.emplace_back("DestinationName must be set");
  check_namespace("SourceNS", body.source_ns, faults);
  check_name("SourceName", body.source, faults);
  check_namespace("DestinationNS", body.destination_ns, faults);
  check_name("DestinationName", body.destination, faults);
  check_texts(body, faults);
  check_action(body, faults);
  if (!faults.empty()) return fail(ErrorCode::invalid, go_errors(faults));
  const auto action =
      body.action == "allow" ? connect::IntentionAction::allow : connect::IntentionAction::deny;
  return IntentionFields{{std::move(body.source), std::move(body.destination), action},
                         std::move(body.description),
                         std::move(body.meta),
                         std::move(body.permissions)};
}

Json show_intention(const StoredIntention& intention) {
  Json shown{{"ID", intention.id},          {"Description", intention.description},
             {"SourceNS", kNamespace},      {"SourceName", intention.what.source},
             {"DestinationNS", kNamespace}, {"DestinationName", intention.what.destination},
             {"SourceType", "consul"}};
  show_action(intention, shown);
  shown["DefaultAddr"] = "";
  shown["DefaultPort"] = 0;
  shown["Meta"] = meta_of(intention);
  shown["Precedence"] = intention.precedence();
  shown["CreatedAt"] = format_rfc3339(intention.created);
  shown["UpdatedAt"] = format_rfc3339(intention.updated);
  shown["Hash"] = hash_of(intention);
  shown["CreateIndex"] = intention.create_index;
  shown["ModifyIndex"] = intention.modify_index;
  return shown;
}

Json show_exact_intention(const StoredIntention& intention) {
  Json shown = Json::object();
  if (!intention.description.empty()) shown["Description"] = intention.description;
  shown["SourceNS"] = kNamespace;
  shown["SourceName"] = intention.what.source;
  shown["DestinationNS"] = kNamespace;
  shown["DestinationName"] = intention.what.destination;
  shown["SourceType"] = "consul";
  show_action(intention, shown);
  if (!intention.meta.empty()) shown["Meta"] = meta_of(intention);
  shown["Precedence"] = intention.precedence();
  shown["CreateIndex"] = intention.create_index;
  shown["ModifyIndex"] = intention.modify_index;
  return shown;
}

const Json& intention_shape() {
  static const Json shape{{"ID", ""},         {"Description", ""},   {"SourceNS", ""},
                          {"SourceName", ""}, {"DestinationNS", ""}, {"DestinationName", ""},
                          {"SourceType", ""}, {"Action", ""},        {"DefaultAddr", ""},
                          {"DefaultPort", 0}, {"Meta", {{"*", ""}}}, {"Precedence", 0}};
  return shape;
}

Result<ServiceName> read_service_name(std::string_view what, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return ServiceName{std::string(kNamespace), std::string(text)};
  }
  if (text.find('/', slash + 1) != std::string_view::npos) {
    return fail(
        ErrorCode::invalid,
        fmt::format("{} {} is invalid: input can contain at most one '/'", what, go_quote(text)));
  }
  return ServiceName{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

}  // namespace gw::mesh
