#include "gateway/plugins/limits.h"

#include <cmath>

#include "base/text.h"
#include "gateway/plugins/header_lookup.h"
#include "limit/fingerprint.h"
#include "limit/window.h"

namespace gw::gateway {
namespace {

std::string_view consumer_identifier(Scratch::State& s) {
  if (s.consumer) return s.snapshot->consumer_ids[*s.consumer];
  if (s.credential != nullptr) return s.credential->id_text;
  return s.client_ip;
}

std::string_view identifier(const model::RateLimiting& config, Scratch::State& s) {
  switch (config.limit_by) {
    case model::LimitBy::consumer:
      return consumer_identifier(s);
    case model::LimitBy::credential:
      return s.credential != nullptr ? std::string_view(s.credential->id_text) : s.client_ip;
    case model::LimitBy::service:
      // Kong 2.0 has one counter for all services of such a plugin.
      if (!s.traits().service_identifier) return "";
      return s.service != nullptr ? std::string_view(s.service->id_text) : s.client_ip;
    case model::LimitBy::header: {
      const HeaderLookup header = look_up_header(s.request->head.fields, config.header_name);
      return header.count > 0 ? header.first : s.client_ip;
    }
    case model::LimitBy::path:
      return (s.traits().limit_path_normalized ? s.path : s.target.path) == config.path
                 ? std::string_view(config.path)
                 : s.client_ip;
    case model::LimitBy::ip:
      break;
  }
  return s.client_ip;
}

void add_windows(const CompiledLimits& limits, Scratch::State& s) {
  const WallSeconds now = whole_seconds(s.arrived.wall);
  if (s.calendar.now != now || s.calendar.end[0] == WallSeconds{}) {
    s.calendar = limit::Calendar::at(now);
  }
  for (std::size_t i = 0; i < limits.periods.size(); ++i) {
    const std::size_t p = model::index(limits.periods[i]);
    s.windows.push_back(
        {limits.periods[i], s.calendar.start[p], s.calendar.end[p], limits.limits[i]});
  }
}

void add_charge(const limit::KeySeed& seed, const limit::KeyParts& parts,
                const CompiledLimits& limits, limit::Counting counting, Scratch::State& s) {
  add_windows(limits, s);
  s.charges.push_back({limit::fingerprint(seed, parts.identifier), parts, {}, counting});
}

// All entries are looked at and the last match wins; only the configured name is lower-cased, so
// a name with a capital letter never matches (kong-behaviour.md 2.2).
const CompiledLimits* matching(const std::vector<CompiledConsumerRateLimiting::Entry>& entries,
                               std::string_view name) {
  const CompiledLimits* found = nullptr;
  if (name.empty()) return found;
  for (const auto& entry : entries) {
    if (entry.name == name) found = &entry.limits;
  }
  return found;
}

}  // namespace

Outcome ask_rate_limiting(const CompiledRateLimiting& plugin, Scratch::State& s) {
  const model::RateLimiting& config = *plugin.config;
  const limit::KeyParts parts{"ratelimit", plugin.route, plugin.service, identifier(config, s)};
  add_charge(plugin.seed, parts, plugin.limits, plugin.counting, s);
  s.limit_steps.push_back({&kRateLimitNames, &plugin.limits, plugin.store, config.fault_tolerant,
                           config.hide_client_headers, config.error_code, config.error_message,
                           "rate-limiting"});
  return Outcome::proceed();
}

Outcome ask_consumer_rate_limiting(const CompiledConsumerRateLimiting& plugin, Scratch::State& s) {
  if (s.service == nullptr) return Outcome::crashed();  // its Lua dereferences the service
  const model::ConsumerRateLimiting& config = *plugin.config;
  const model::Route& route = *s.route->model;
  const model::Service& service = *s.service->model;
  limit::KeyParts parts{"consumerratelimit", {}, {}, {}};
  const limit::KeySeed* seed = &s.route->consumer_limit_seed;
  const CompiledLimits* limits = matching(plugin.route, route.name);
  if (limits != nullptr) {
    parts.route = route.id;
  } else {
    limits = matching(plugin.service, service.name);
    parts.service = service.id;
    seed = &s.service->consumer_limit_seed;
  }
  if (limits == nullptr || limits->periods.empty()) return Outcome::proceed();
  parts.identifier = consumer_identifier(s);
  add_charge(*seed, parts, *limits, plugin.counting, s);
  s.limit_steps.push_back({&kConsumerRateLimitNames, limits, plugin.store, config.fault_tolerant,
                           config.hide_client_headers, 429, "API rate limit exceeded",
                           "consumer-rate-limiting"});
  return Outcome::proceed();
}

void bind_windows(Scratch::State& s) {
  std::span<const limit::Window> rest = std::span(s.windows).subspan(s.round_windows);
  for (std::size_t i = 0; i < s.charges.size(); ++i) {
    const std::size_t n = s.limit_steps[i].limits->periods.size();
    s.charges[i].windows = rest.first(n);
    rest = rest.subspan(n);
  }
}

void add_limit_headers(const LimitStep& step, const limit::Verdict& verdict, Scratch::State& s) {
  if (step.hide_headers) return;
  const auto number = [&](double value) {
    char* const out = s.arena.room(32);
    return format_number(value, {out, 32});
  };
  const auto add = [&](std::string_view name, std::string_view value) {
    s.limit_fields.push_back({name, value});
  };
  const CompiledLimits& limits = *step.limits;
  for (std::size_t i = 0; i < limits.periods.size(); ++i) {
    const std::size_t p = model::index(limits.periods[i]);
    add(step.names->limit_by_period[p], limits.limit_text[i]);
    add(step.names->remaining_by_period[p], number(verdict.remaining[i]));
  }
  const std::string_view reset = number(static_cast<double>(verdict.reset));
  add(step.names->limit, limits.limit_text[verdict.chosen]);
  add(step.names->remaining, number(verdict.remaining[verdict.chosen]));
  add(step.names->reset, reset);
  if (verdict.stopped) add(step.names->retry_after, reset);
}

Outcome stopped(const LimitStep& step) {
  const bool is_error_status = step.error_code >= 400 && step.error_code < 600 &&
                               std::floor(step.error_code) == step.error_code;
  if (!is_error_status) return Outcome::crashed();
  return {.kind = Outcome::Kind::refuse,
          .status = static_cast<std::uint16_t>(step.error_code),
          .message = step.error_message,
          .challenge = {}};
}

}  // namespace gw::gateway
