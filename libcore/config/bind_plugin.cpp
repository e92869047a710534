// Plugin configs: the schema's records as the model's values.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/bind.h"
#include "config/schema.h"
#include "config/values.h"
#include "model/period.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;
using model::Level;

model::Limits limits_of(const Node& record) {
  model::Limits limits;
  for (const auto& period : model::kPeriods) {
    const Node* value = record.find(period.name);
    if (value != nullptr && value->is(Kind::number)) limits[period.period] = value->number;
  }
  return limits;
}

model::Policy policy_of(std::string_view text) {
  if (text == "redis") return model::Policy::redis;
  return text == "cluster" ? model::Policy::cluster : model::Policy::local;
}

model::LimitBy limit_by_of(std::string_view text) {
  // In the order of the enumerators.
  constexpr std::array kNames{"consumer"sv, "credential"sv, "ip"sv,
                              "service"sv,  "header"sv,     "path"sv};
  const auto* const found = std::ranges::find(kNames, text);
  return found == kNames.end() ? model::LimitBy::consumer
                               : static_cast<model::LimitBy>(found - kNames.begin());
}

// The record of 3.6 first, the flat spelling else, the defaults of whichever the level has last.
class RedisValues {
 public:
  RedisValues(const Values& config, Fields fields, const Level& level) : config_(config) {
    const FieldSpec* record = find_field(fields, "redis", level);
    if (record == nullptr) return;
    static const Node empty = make_mapping();
    const Node* given = config.find("redis");
    nested_.emplace(given == nullptr ? empty : *given, record->fields, level);
  }

  [[nodiscard]] model::RedisTarget read() const {
    model::RedisTarget r;
    r.host = pick("host").text(name("host"));
    r.port = pick("port").integer<std::uint16_t>(name("port"));
    r.timeout_ms = pick("timeout").integer<std::uint32_t>(name("timeout"));
    r.username = pick("username").text(name("username"));
    r.password = pick("password").secret(name("password"));
    r.database = pick("database").integer<int>(name("database"));
    r.ssl = pick("ssl").flag(name("ssl"));
    r.ssl_verify = pick("ssl_verify").flag(name("ssl_verify"));
    r.server_name = pick("server_name").text(name("server_name"));
    return r;
  }

 private:
  Values config_;
  std::optional<Values> nested_;

  [[nodiscard]] static std::string flat(std::string_view field) {
    return "redis_" + std::string(field);
  }
  [[nodiscard]] bool is_flat(std::string_view field) const {
    if (!nested_) return true;
    return nested_->find(field) == nullptr && config_.find(flat(field)) != nullptr;
  }
  [[nodiscard]] const Values& pick(std::string_view field) const {
    return is_flat(field) ? config_ : *nested_;
  }
  [[nodiscard]] std::string name(std::string_view field) const {
    return is_flat(field) ? flat(field) : std::string(field);
  }
};

model::KeyAuth bind_key_auth(const Values& v) {
  model::KeyAuth k;
  k.key_names = v.texts("key_names");
  k.hide_credentials = v.flag("hide_credentials");
  k.anonymous = v.text("anonymous");
  // Levels that lack the two switches look in both places.
  k.key_in_header = v.maybe_flag("key_in_header").value_or(true);
  k.key_in_query = v.maybe_flag("key_in_query").value_or(true);
  k.key_in_body = v.flag("key_in_body");
  k.run_on_preflight = v.flag("run_on_preflight");
  k.realm = v.text("realm");
  return k;
}

model::RateLimiting bind_rate_limiting(const Node& config, const Values& v, Fields fields,
                                       const Level& level) {
  model::RateLimiting r;
  r.limits = limits_of(config);
  r.limit_by = limit_by_of(v.text("limit_by"));
  r.header_name = v.text("header_name");
  r.path = v.text("path");
  r.policy = policy_of(v.text("policy"));
  r.fault_tolerant = v.flag("fault_tolerant");
  r.hide_client_headers = v.flag("hide_client_headers");
  r.redis = RedisValues(v, fields, level).read();
  if (find_field(fields, "error_code", level) != nullptr) {
    r.error_code = v.number("error_code");
    r.error_message = v.text("error_message");
  }
  if (find_field(fields, "sync_rate", level) != nullptr) r.sync_rate = v.number("sync_rate");
  return r;
}

std::vector<model::ConsumerRateLimiting::Entry> entries_of(const Values& v, std::string_view list) {
  std::vector<model::ConsumerRateLimiting::Entry> out;
  const Node* value = v.find(list);
  if (value == nullptr) return out;
  for (const Node& item : value->items) {
    const Node* name = item.find("name");
    out.push_back(
        {.name = name == nullptr ? std::string{} : name->text, .limits = limits_of(item)});
  }
  return out;
}

model::ConsumerRateLimiting bind_consumer_rate_limiting(const Values& v, Fields fields,
                                                        const Level& level) {
  model::ConsumerRateLimiting c;
  c.service = entries_of(v, "service");
  c.route = entries_of(v, "route");
  c.policy = policy_of(v.text("policy"));
  c.fault_tolerant = v.flag("fault_tolerant");
  c.hide_client_headers = v.flag("hide_client_headers");
  c.redis = RedisValues(v, fields, level).read();
  return c;
}

}  // namespace

model::PluginConfig bind_plugin_config(const Entity& plugin, const Level& level) {
  const Node* name = plugin.node->find("name");
  const PluginSpec* spec = name == nullptr ? nullptr : find_plugin(name->text);
  if (spec == nullptr || !spec->runs) {
    return model::NotRun{.guards_access = spec != nullptr && spec->guards_access};
  }
  static const Node empty = make_mapping();
  const Node* given = plugin.node->find("config");
  const Node& config = given == nullptr ? empty : *given;
  const Values v(config, spec->config, level);
  if (spec->name == "key-auth") return bind_key_auth(v);
  if (spec->name == "rate-limiting") return bind_rate_limiting(config, v, spec->config, level);
  return bind_consumer_rate_limiting(v, spec->config, level);
}

}  // namespace gw::config
