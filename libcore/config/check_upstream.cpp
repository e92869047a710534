// Upstreams: what hash_on and hash_fallback need, and what they exclude (kong-behaviour.md 7.3).
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/check_entity.h"
#include "config/findings.h"

namespace gw::config {
namespace {

// The field that a choice of hash_on or hash_fallback needs.
struct Companion {
  std::string_view choice;
  std::string_view value;
  std::string_view field;
};
constexpr std::array kCompanions{
    Companion{"hash_on", "header", "hash_on_header"},
    Companion{"hash_fallback", "header", "hash_fallback_header"},
    Companion{"hash_on", "cookie", "hash_on_cookie"},
    Companion{"hash_fallback", "cookie", "hash_on_cookie"},
    Companion{"hash_on", "query_arg", "hash_on_query_arg"},
    Companion{"hash_fallback", "query_arg", "hash_fallback_query_arg"},
    Companion{"hash_on", "uri_capture", "hash_on_uri_capture"},
    Companion{"hash_fallback", "uri_capture", "hash_fallback_uri_capture"},
};

struct Pair {
  std::string_view on;
  std::string_view fallback;
};
constexpr std::array kDistinct{
    Pair{"hash_on_header", "hash_fallback_header"},
    Pair{"hash_on_query_arg", "hash_fallback_query_arg"},
    Pair{"hash_on_uri_capture", "hash_fallback_uri_capture"},
};

std::string_view choice(const Node& node, std::string_view field) {
  const Node* value = present(node, field);
  return value == nullptr ? std::string_view("none") : std::string_view(value->text);
}

void check_companions(CheckContext& ctx, const Node& node, const PathStep& at) {
  for (const Companion& companion : kCompanions) {
    if (choice(node, companion.choice) != companion.value) continue;
    if (present(node, companion.field) != nullptr) continue;
    report_missing(ctx, node, present(node, companion.choice), companion.choice,
                   to_text(PathStep{.up = &at, .key = companion.field}));
  }
}

void check_fallback(CheckContext& ctx, const Node& node, const PathStep& at) {
  const std::string_view on = choice(node, "hash_on");
  const std::string_view fallback = choice(node, "hash_fallback");
  if (fallback == "none") return;
  const bool alone = on == "none" || on == "cookie";
  const bool same = on == fallback && (on == "consumer" || on == "ip" || on == "path");
  if (!alone && !same) return;
  const Node* value = present(node, "hash_fallback");
  report_conditional(
      ctx, *value, present(node, "hash_on"), "hash_on",
      to_text(PathStep{.up = &at, .key = "hash_fallback"}),
      alone ? std::string("expected one of: none") : fmt::format("value must not be {}", fallback),
      alone ? "none" : "anything but what hash_on says");
}

void check_distinct(CheckContext& ctx, const Node& node, const PathStep& at) {
  for (const Pair& pair : kDistinct) {
    const Node* on = present(node, pair.on);
    const Node* fallback = present(node, pair.fallback);
    if (on == nullptr || fallback == nullptr || on->text != fallback->text) continue;
    ctx.report({.code = code::kExcluded,
                .where = fallback->where,
                .path = to_text(at),
                .message = fmt::format("values of these fields must be distinct: '{}', '{}'",
                                       pair.on, pair.fallback),
                .related = {{on->where, "the other one"}}});
  }
}

}  // namespace

void check_upstream(CheckContext& ctx, const Node& node, const PathStep& at) {
  check_companions(ctx, node, at);
  check_fallback(ctx, node, at);
  check_distinct(ctx, node, at);
}

}  // namespace gw::config
