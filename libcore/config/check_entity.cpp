#include "config/check_entity.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/findings.h"

namespace gw::config {
namespace {

void check_consumer(CheckContext& ctx, const Node& node, const PathStep& at) {
  if (present(node, "username") != nullptr || present(node, "custom_id") != nullptr) return;
  ctx.report(
      {.code = code::kNoneOf,
       .where = start_of(node),
       .path = to_text(at),
       .message = "at least one of these fields must be non-empty: 'custom_id', 'username'"});
}

void check_credential(CheckContext& ctx, const Node& node, const PathStep& at) {
  if (present(node, "key") == nullptr) {
    ctx.report({.code = code::kKeyless,
                .where = start_of(node),
                .path = to_text(at),
                .message = "without a key nobody can use this credential; it is left out"});
  }
  const Node* ttl = present(node, "ttl");
  if (ttl == nullptr || !ttl->is(Kind::number) || ttl->number == 0) return;
  ctx.report({.code = code::kTtlIgnored,
              .where = ttl->where,
              .path = to_text(PathStep{.up = &at, .key = "ttl"}),
              .message = "ttl is not honoured without a database: the key never expires"});
}

using Check = void (*)(CheckContext&, const Node&, const PathStep&);
struct Row {
  std::string_view collection;
  Check check;
};
constexpr std::array kChecks{
    Row{"services", check_service},
    Row{"routes", check_route},
    Row{"consumers", check_consumer},
    Row{"keyauth_credentials", check_credential},
    Row{"upstreams", check_upstream},
    Row{"certificates", check_certificate},
    Row{"ca_certificates", check_ca_certificate},
    Row{"vaults", check_vault},
};

std::vector<Related> because_of(const Node* decider, std::string_view name) {
  if (decider == nullptr) return {};
  return {{decider->where,
           fmt::format("failed conditional validation given value of field '{}'", name)}};
}

}  // namespace

void check_entity_rules(CheckContext& ctx, const EntitySpec& spec, const Node& node,
                        const PathStep& at) {
  const auto* const row = std::ranges::find(kChecks, spec.collection, &Row::collection);
  if (row != kChecks.end()) row->check(ctx, node, at);
}

void report_conditional(CheckContext& ctx, const Node& then, const Node* decider,
                        std::string_view decider_name, std::string path, std::string message,
                        std::string expected) {
  ctx.report({.code = code::kExcluded,
              .where = then.where,
              .path = std::move(path),
              .message = std::move(message),
              .expected = std::move(expected),
              .related = because_of(decider, decider_name)});
}

void report_missing(CheckContext& ctx, const Node& entity, const Node* decider,
                    std::string_view decider_name, std::string path) {
  ctx.report({.code = code::kMissing,
              .where = decider == nullptr ? start_of(entity) : decider->where,
              .path = std::move(path),
              .message = "required field missing",
              .expected = decider == nullptr
                              ? std::string{}
                              : fmt::format("a value, as {} is {}", decider_name, decider->text)});
}

}  // namespace gw::config
