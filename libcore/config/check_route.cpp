// Routes: which fields go with which protocols, and that there is something to match.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "config/check_entity.h"
#include "config/check_path.h"
#include "config/findings.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;
using model::Level;
using Names = std::span<const std::string_view>;

constexpr std::array kHttpFamily{"http"sv, "https"sv};
constexpr std::array kStreamFamily{"tcp"sv, "tls"sv, "udp"sv};
constexpr std::array kPassthrough{"tls_passthrough"sv};
constexpr std::array kGrpcFamily{"grpc"sv, "grpcs"sv};
constexpr std::array<Names, 4> kFamilies{kHttpFamily, kStreamFamily, kPassthrough, kGrpcFamily};

bool known_protocol(std::string_view name, const Level& level) {
  if (name == "udp") return level >= Level{2, 1};
  if (name == "tls_passthrough") return level >= Level{2, 7};
  return std::ranges::any_of(kFamilies, [&](Names f) { return std::ranges::count(f, name) > 0; });
}

std::vector<std::string_view> protocols_of(const Node& route) {
  const Node* list = present(route, "protocols");
  if (list == nullptr) return {kHttpFamily.begin(), kHttpFamily.end()};
  std::vector<std::string_view> names;
  names.reserve(list->items.size());
  for (const Node& item : list->items) names.push_back(item.text);
  return names;
}

bool has_any(const std::vector<std::string_view>& protocols, Names family) {
  return std::ranges::any_of(protocols, [&](auto p) { return std::ranges::count(family, p) > 0; });
}

std::string quoted(Names names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", names[i]);
  }
  return text;
}

class RouteCheck {
 public:
  RouteCheck(CheckContext& ctx, const Node& route, const PathStep& at)
      : ctx_(ctx), route_(route), at_(at), protocols_(protocols_of(route)) {}

  void run() {
    check_headers();
    check_paths();
    if (!check_protocols()) return;
    check_excluded();
    check_snis();
    check_criteria();
  }

 private:
  CheckContext& ctx_;
  const Node& route_;
  const PathStep& at_;
  std::vector<std::string_view> protocols_;

  [[nodiscard]] std::string path_of(std::string_view field) const {
    return to_text(PathStep{.up = &at_, .key = field});
  }
  [[nodiscard]] const Node* set(std::string_view field) const {
    const Node* value = present(route_, field);
    const bool empty = value != nullptr && value->items.empty() && value->members.empty() &&
                       !value->is(Kind::string);
    return empty ? nullptr : value;
  }
  void report_protocols(std::string message) {
    const Node* list = present(route_, "protocols");
    ctx_.report({.code = code::kProtocols,
                 .where = list == nullptr ? start_of(route_) : list->where,
                 .path = path_of("protocols"),
                 .message = std::move(message),
                 .expected = "protocols of one family: http and https; grpc and grpcs; "
                             "tcp, tls and udp"});
  }

  // Whether they are known and of one family; the other checks build on that.
  bool check_protocols() {
    const Node* list = route_.find("protocols");
    if (list != nullptr && !is_list(*list)) return false;
    for (const auto name : protocols_) {
      if (known_protocol(name, ctx_.level())) continue;
      if (!name.empty()) report_protocols(fmt::format("unknown type: {}", name));
      return false;
    }
    if (protocols_.empty()) {
      report_protocols("length must be at least 1");
      return false;
    }
    std::vector<std::string> present_families;
    for (const Names family : kFamilies) {
      if (has_any(protocols_, family)) present_families.push_back("(" + quoted(family) + ")");
    }
    if (present_families.size() == 1) return true;
    report_protocols(
        fmt::format("these sets are mutually exclusive: {}", fmt::join(present_families, ", ")));
    return false;
  }

  void check_headers() {
    const Node* headers = present(route_, "headers");
    if (headers == nullptr) return;
    for (const Member& member : headers->members) {
      if (!iequals(member.key, "host")) continue;
      ctx_.report({.code = code::kExcluded,
                   .where = member.key_where,
                   .path = path_of("headers"),
                   .message = "cannot contain 'host' header, which must be specified in the "
                              "'hosts' attribute"});
    }
  }

  void check_paths() {
    const Node* paths = present(route_, "paths");
    if (paths == nullptr || ctx_.before(3, 0)) return;
    for (std::size_t i = 0; i < paths->items.size(); ++i) check_path(paths->items[i], i);
  }

  void check_path(const Node& node, std::size_t index) {
    if (!node.is(Kind::string)) return;
    const std::string path = ctx_.migrates ? migrate_path(node.text) : node.text;
    const auto where = [&] {
      return to_text(PathStep{.up = &at_, .key = "paths", .index = index});
    };
    if (path.starts_with("~/")) {
      const auto why = router_objection(std::string_view(path).substr(1));
      if (!why) return;
      ctx_.report({.code = code::kRouterRegex,
                   .where = node.where,
                   .path = where(),
                   .message = fmt::format(
                       "Router Expression failed validation: regex parse error: {}", *why),
                   .expected = "a regular expression without look-around and back-references"});
    } else if (looks_like_pattern(path)) {
      ctx_.report({.code = code::kLiteralRegex,
                   .where = node.where,
                   .path = where(),
                   .message = fmt::format("\"{}\" is a plain prefix here, though it looks like a "
                                          "regular expression",
                                          printable(path)),
                   .suggestion = "~" + path});
    }
  }

  // Signs of a regex that do not stand in ordinary paths.
  static bool looks_like_pattern(std::string_view path) {
    return path.starts_with('/') &&
           (path.find_first_of("\\^[{*+?|") != std::string_view::npos || path.ends_with('$'));
  }

  void exclude(std::string_view field, std::string_view protocols) {
    const Node* value = set(field);
    if (value == nullptr) return;
    report_conditional(ctx_, *value, present(route_, "protocols"), "protocols", path_of(field),
                       fmt::format("cannot set '{}' when 'protocols' is {}", field, protocols));
  }

  void check_excluded() {
    if (has_any(protocols_, kStreamFamily) || has_any(protocols_, kPassthrough)) {
      const std::string_view stream = ctx_.before(2, 1) ? "'tcp' or 'tls'"
                                      : ctx_.before(2, 7)
                                          ? "'tcp', 'tls' or 'udp'"
                                          : "'tcp', 'tls', 'tls_passthrough' or 'udp'";
      for (const auto field : {"methods"sv, "hosts"sv, "paths"sv, "headers"sv}) {
        exclude(field, stream);
      }
      ctx_.report({.code = code::kStreamRoute,
                   .where = start_of(route_),
                   .path = to_text(at_),
                   .message = "stream routes are read and not run"});
      return;
    }
    const bool grpc = has_any(protocols_, kGrpcFamily);
    const std::string_view family = grpc ? "'grpc' or 'grpcs'" : "'http' or 'https'";
    exclude("sources", family);
    exclude("destinations", family);
    if (!grpc) return;
    exclude("methods", family);
    const Node* strip = present(route_, "strip_path");
    if (strip != nullptr && strip->boolean) exclude_strip_path(*strip);
  }

  void exclude_strip_path(const Node& strip) {
    report_conditional(
        ctx_, strip, present(route_, "protocols"), "protocols", path_of("strip_path"),
        "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'", "strip_path: false");
  }

  void check_snis() {
    const Node* snis = set("snis");
    constexpr std::array kWithTls{"grpcs"sv, "https"sv, "tls"sv, "tls_passthrough"sv};
    if (snis == nullptr || has_any(protocols_, kWithTls)) return;
    report_conditional(ctx_, *snis, present(route_, "protocols"), "protocols", path_of("snis"),
                       ctx_.before(2, 7)
                           ? "'snis' can only be set when 'protocols' is 'grpcs', 'https' or 'tls'"
                           : "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' "
                             "or 'tls_passthrough'");
  }

  struct Criteria {
    std::vector<std::string_view> fields;
    std::string_view protocols;  // as the message names them
  };
  [[nodiscard]] Criteria criteria() const {
    const auto has = [&](std::string_view name) {
      return std::ranges::count(protocols_, name) > 0;
    };
    if (has("https")) return {{"methods", "hosts", "headers", "paths", "snis"}, "'https'"};
    if (has("http")) return {{"methods", "hosts", "headers", "paths"}, "'http'"};
    if (has("grpcs")) return {{"hosts", "headers", "paths", "snis"}, "'grpcs'"};
    if (has("grpc")) return {{"hosts", "headers", "paths"}, "'grpc'"};
    if (has("tls_passthrough")) return {{"snis"}, "'tls_passthrough'"};
    return {{"sources", "destinations", "snis"},
            ctx_.before(2, 1) ? "'tcp' or 'tls'" : "'tcp', 'tls' or 'udp'"};
  }

  void check_criteria() {
    const Criteria wanted = criteria();
    if (std::ranges::any_of(wanted.fields, [&](auto field) { return set(field) != nullptr; })) {
      return;
    }
    ctx_.report({.code = code::kNoCriterion,
                 .where = start_of(route_),
                 .path = to_text(at_),
                 .message = fmt::format("must set one of {} when 'protocols' is {}",
                                        quoted(wanted.fields), wanted.protocols)});
  }
};

}  // namespace

void check_route(CheckContext& ctx, const Node& node, const PathStep& at) {
  RouteCheck(ctx, node, at).run();
}

}  // namespace gw::config
