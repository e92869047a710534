// Services: which fields go with which protocol.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/check_entity.h"
#include "config/findings.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;

constexpr std::array kHttp{"http"sv, "https"sv};
constexpr std::array kTls{"https"sv, "tls"sv};
constexpr std::array kHttps{"https"sv};
constexpr std::array kAnyTls{"https"sv, "grpcs"sv, "tls"sv};
// A field that may only be set with some protocols.
struct Tied {
  std::string_view field;
  std::span<const std::string_view> protocols;
  model::Level since = model::kOldestLevel;
  model::Level until = model::kNewestLevel;
};
constexpr std::array kTied{
    Tied{"path", kHttp},
    Tied{"client_certificate", kHttps, {2, 0}, {2, 0}},
    Tied{"client_certificate", kTls, {2, 1}},
    Tied{"tls_verify", kTls, {2, 1}},
    Tied{"tls_verify_depth", kTls, {2, 1}},
    Tied{"ca_certificates", kTls, {2, 1}},
    Tied{"tls_sans", kAnyTls},
};

bool applies(const Tied& tied, const CheckContext& ctx) {
  return tied.since <= ctx.level() && ctx.level() <= tied.until;
}

std::string names(std::span<const std::string_view> protocols) {
  std::string text;
  for (const auto protocol : protocols) {
    if (!text.empty()) text += " or ";
    text += protocol;
  }
  return text;
}

// Whether the level's schema has the protocol; a wrong one has been reported.
bool is_known(const CheckContext& ctx, std::string_view protocol) {
  const FieldSpec* field = find_field(find_entity("services")->fields, "protocol", ctx.level());
  return field != nullptr && std::ranges::count(field->one_of, protocol) > 0;
}

void note_unverified(CheckContext& ctx, const ServiceView& service, const PathStep& at) {
  const Node* verify = service.find("tls_verify");
  if (verify == nullptr || !verify->is(Kind::boolean) || verify->boolean) return;
  ctx.report({.code = code::kUnverifiedTls,
              .where = verify->where,
              .path = to_text(PathStep{.up = &at, .key = "tls_verify"}),
              .message = "the certificate of this upstream is not verified"});
}

bool names_anyone(const Node& sans) {
  return std::ranges::any_of(sans.members, [](const Member& list) {
    return list.value.is(Kind::sequence) && !list.value.items.empty();
  });
}

// Whoever writes tls_sans counts on it.
void warn_of_unchecked_sans(CheckContext& ctx, const ServiceView& service,
                            std::string_view protocol, const PathStep& at) {
  const Node* sans = service.find("tls_sans");
  if (sans == nullptr || !names_anyone(*sans)) return;
  const Node* verify = service.find("tls_verify");
  const bool blind = verify != nullptr && verify->is(Kind::boolean) && !verify->boolean;
  const auto warn = [&](std::string message, std::vector<Related> related) {
    ctx.report({.code = code::kSansUnchecked,
                .where = sans->where,
                .path = to_text(PathStep{.up = &at, .key = "tls_sans"}),
                .message = std::move(message),
                .related = std::move(related)});
  };
  if (blind) {
    warn("of no effect: the upstream's certificate is not verified at all",
         {{verify->where, "tls_verify is false here"}});
  } else if (protocol == "tls") {
    warn("of no effect: stream services (tls) are read and not run", {});
  }
}

}  // namespace

void check_service(CheckContext& ctx, const Node& node, const PathStep& at) {
  const ServiceView service(node);
  const Node* protocol = service.find("protocol");
  const std::string_view value = protocol == nullptr ? "http"sv : std::string_view(protocol->text);
  if (!is_known(ctx, value)) return;
  for (const Tied& tied : kTied) {
    const Node* field = service.find(tied.field);
    if (field == nullptr || !applies(tied, ctx) || std::ranges::count(tied.protocols, value) > 0) {
      continue;
    }
    report_conditional(ctx, *field, protocol, "protocol",
                       to_text(PathStep{.up = &at, .key = tied.field}), "value must be null",
                       fmt::format("nothing here, or protocol {}", names(tied.protocols)));
  }
  note_unverified(ctx, service, at);
  warn_of_unchecked_sans(ctx, service, value, at);
}

}  // namespace gw::config
