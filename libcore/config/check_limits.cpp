// rate-limiting and consumer-rate-limiting: order of limits, companions, Redis.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/check_entity.h"
#include "config/check_plugin.h"
#include "config/findings.h"
#include "model/period.h"

namespace gw::config {
namespace {

using model::kPeriods;

const Node* number_of(const Node& record, std::string_view name) {
  const Node* value = present(record, name);
  return value != nullptr && value->is(Kind::number) ? value : nullptr;
}

std::string at_least_one() {
  std::string names;
  for (const auto& period : kPeriods) {
    names += fmt::format("{}'config.{}'", names.empty() ? "" : ", ", period.name);
  }
  return "at least one of these fields must be non-empty: " + names;
}

void check_sync_rate(CheckContext& ctx, const Node& config, const PathStep& at) {
  const Node* rate = number_of(config, "sync_rate");
  if (rate == nullptr || ctx.before(3, 4) || rate->number == -1) return;
  const Node* policy = present(config, "policy");
  std::string message;
  if (policy == nullptr || policy->text != "redis") {
    message = "sync_rate can only be used with the redis policy";
  } else if (rate->number < 0.02) {
    message = "sync_rate must be greater than 0.02, or -1 to disable";
  } else {
    return;
  }
  ctx.report({.code = code::kSyncRate,
              .where = rate->where,
              .path = to_text(at),
              .message = std::move(message)});
}

void check_companion(CheckContext& ctx, const Node& config, const PathStep& at,
                     std::string_view choice, std::string_view field) {
  const Node* limit_by = present(config, "limit_by");
  if (limit_by == nullptr || limit_by->text != choice || present(config, field) != nullptr) return;
  report_missing(ctx, config, limit_by, "config.limit_by",
                 to_text(PathStep{.up = &at, .key = field}));
}

void lint_error_code(CheckContext& ctx, const Node& config, const PathStep& at) {
  const Node* status = number_of(config, "error_code");
  if (status == nullptr || (status->number >= 400 && status->number <= 599)) return;
  ctx.report({.code = code::kErrorCode,
              .where = status->where,
              .path = to_text(PathStep{.up = &at, .key = "error_code"}),
              .message = "outside 400 to 599 Kong answers 500 as soon as the limit trips"});
}

void lint_policy(CheckContext& ctx, const Node& config, const Node& plugin, const PathStep& at) {
  const Node* policy = present(config, "policy");
  const bool cluster = policy == nullptr ? ctx.before(2, 4) : policy->text == "cluster";
  if (!cluster || !ctx.before(2, 4)) return;
  ctx.report({.code = code::kClusterAsLocal,
              .where = policy == nullptr ? start_of(plugin) : policy->where,
              .path = to_text(PathStep{.up = &at, .key = "policy"}),
              .message = policy == nullptr
                             ? "policy cluster, the default of this Kong, is run as local"
                             : "policy cluster is run as local"});
}

// A field of the Redis server, flat or in the record of 3.6 where the plugin has it.
const Node* redis_field(const Node& config, bool nested, std::string_view name) {
  const Node* record = nested ? present(config, "redis") : nullptr;
  if (record != nullptr) {
    if (const Node* value = present(*record, name)) return value;
  }
  return present(config, "redis_" + std::string(name));
}

constexpr std::array<std::string_view, 9> kRedisNames{"host",     "port",       "timeout",
                                                      "username", "password",   "database",
                                                      "ssl",      "ssl_verify", "server_name"};

void check_aliases(CheckContext& ctx, const Node& config, const PathStep& at) {
  const Node* record = present(config, "redis");
  if (ctx.before(3, 8) || record == nullptr) return;
  for (const std::string_view name : kRedisNames) {
    const Node* current = present(*record, name);
    const Node* old = present(config, "redis_" + std::string(name));
    const bool differ = current != nullptr && old != nullptr &&
                        (current->kind != old->kind || current->text != old->text);
    if (!differ) continue;
    ctx.report({.code = code::kAliasMismatch,
                .where = old->where,
                .path = to_text(at),
                .message = fmt::format("both deprecated and new field are used but their values "
                                       "mismatch: redis_{0} vs redis.{0}",
                                       name),
                .related = {{current->where, "the new field"}}});
  }
}

void note_open_redis(CheckContext& ctx, const Node& config, bool nested, const Node& host,
                     std::string path) {
  const Node* ssl = redis_field(config, nested, "ssl");
  const bool secret = redis_field(config, nested, "password") != nullptr;
  const bool encrypted = ssl != nullptr && ssl->boolean;
  const bool local = host.text == "127.0.0.1" || host.text == "localhost" || host.text == "::1";
  if ((secret && encrypted) || local) return;
  ctx.report(
      {.code = code::kOpenRedis,
       .where = host.where,
       .path = std::move(path),
       .message = fmt::format("Redis is spoken to without {}", secret      ? "TLS"
                                                               : encrypted ? "a password"
                                                                           : "TLS and password")});
}

}  // namespace

bool has_limit(const Node& record) {
  for (const auto& period : kPeriods) {
    if (present(record, period.name) != nullptr) return true;
  }
  return false;
}

std::optional<Inversion> find_inversion(const Node& record) {
  for (std::size_t i = 0; i < kPeriods.size(); ++i) {
    const Node* shorter = number_of(record, kPeriods[i].name);
    if (shorter == nullptr) continue;
    for (std::size_t j = i + 1; j < kPeriods.size(); ++j) {
      const Node* longer = number_of(record, kPeriods[j].name);
      if (longer == nullptr || longer->number >= shorter->number) continue;
      return Inversion{
          fmt::format("The limit for {}({:.1f}) cannot be lower than the limit for "
                      "{}({:.1f})",
                      kPeriods[j].name, longer->number, kPeriods[i].name, shorter->number),
          longer, shorter};
    }
  }
  return std::nullopt;
}

void check_redis(CheckContext& ctx, const Node& config, const PathStep& at, bool nested) {
  if (nested) check_aliases(ctx, config, at);
  const Node* policy = present(config, "policy");
  if (policy == nullptr || policy->text != "redis") return;
  std::string path = to_text(PathStep{.up = &at, .key = nested ? "redis.host" : "redis_host"});
  if (const Node* host = redis_field(config, nested, "host")) {
    note_open_redis(ctx, config, nested, *host, std::move(path));
    return;
  }
  report_missing(ctx, config, policy, "config.policy", std::move(path));
}

void check_rate_limiting(CheckContext& ctx, const Node& plugin, const PathStep& at, bool sound) {
  static const Node empty = make_mapping();
  const Node* given = present(plugin, "config");
  const Node& config = given == nullptr ? empty : *given;
  const PathStep config_at{.up = &at, .key = "config"};
  if (sound) {
    if (const auto inversion = find_inversion(config)) {
      ctx.report({.code = code::kLimitOrder,
                  .where = inversion->longer->where,
                  .path = to_text(config_at),
                  .message = inversion->message,
                  .related = {{inversion->shorter->where, "the shorter period"}}});
    }
    check_sync_rate(ctx, config, config_at);
  }
  if (!has_limit(config)) {
    ctx.report({.code = code::kNoneOf,
                .where = given == nullptr ? start_of(plugin) : start_of(config),
                .path = to_text(at),
                .message = at_least_one()});
  }
  check_redis(ctx, config, config_at, !ctx.before(3, 6));
  if (!ctx.before(2, 1)) check_companion(ctx, config, config_at, "header", "header_name");
  if (!ctx.before(2, 2)) check_companion(ctx, config, config_at, "path", "path");
  lint_policy(ctx, config, plugin, config_at);
  if (!ctx.before(3, 1)) lint_error_code(ctx, config, config_at);
}

}  // namespace gw::config
