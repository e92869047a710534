#include "gateway/router.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/path_tree.h"
#include "gateway/route_order.h"

namespace gw::gateway {
namespace {

struct HostView {
  std::string_view name;
  std::optional<std::uint16_t> port;
};

// "h:80", "h", "[::1]:80", "::1".
HostView split_host(std::string_view host) {
  const auto colon = host.rfind(':');
  const bool bracketed = host.starts_with('[');
  if (colon == std::string_view::npos || (bracketed && host[colon - 1] != ']') ||
      (!bracketed && host.find(':') != colon)) {
    return {host, {}};
  }
  const auto port = parse_uint(host.substr(colon + 1));
  if (!port || *port > 65535) return {host.substr(0, colon), {}};
  return {host.substr(0, colon), static_cast<std::uint16_t>(*port)};
}

struct HeaderRule {
  std::string name;
  std::vector<std::string> values;  // lower case
  std::optional<Regex> pattern;
};

// What a route asks for besides host and path.
struct Conditions {
  std::vector<std::string> methods;
  std::vector<HeaderRule> headers;
  std::vector<std::string> snis;
};

bool header_matches(const HeaderRule& rule, std::span<const http::Field> fields) {
  return std::ranges::any_of(fields, [&](const http::Field& field) {
    if (!iequals(field.name, rule.name)) return false;
    if (rule.pattern) return rule.pattern->search(lower(field.value));
    return std::ranges::any_of(rule.values,
                               [&](const std::string& v) { return iequals(v, field.value); });
  });
}

// "*.a.test" and "a.*" stand for any text there; plain names compare as they are.
bool sni_matches(std::string_view pattern, std::string_view sni) {
  if (sni.ends_with('.')) sni.remove_suffix(1);
  if (pattern.starts_with('*')) return sni.ends_with(pattern.substr(1));
  if (pattern.ends_with('*')) return sni.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == sni;
}

// Why a request does not meet the conditions; nullptr when it does.
const char* unmet(const Conditions& c, const RouteQuery& q) {
  if (!c.methods.empty() && std::ranges::find(c.methods, q.method) == c.methods.end()) {
    return "the method is another";
  }
  for (const HeaderRule& rule : c.headers) {
    if (!header_matches(rule, q.fields)) return "a header is missing or has another value";
  }
  if (!c.snis.empty() && q.scheme == Scheme::https &&
      std::ranges::none_of(c.snis, [&](const auto& s) { return sni_matches(s, q.sni); })) {
    return "the SNI is another";
  }
  return nullptr;
}

struct TransparentHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using HostMap = std::unordered_map<std::string, Value, TransparentHash, std::equal_to<>>;

// All candidates of one host pattern.
struct Bucket {
  std::vector<TreeEntry> without_path;  // in rank order
  PathTrees::Root tree = 0;
  bool has_tree = false;
};

struct BucketDraft {
  std::vector<TreeEntry> without_path;
  std::vector<std::pair<std::string, TreeEntry>> with_path;
};

struct Hosts {
  HostMap<BucketDraft> exact, suffix, prefix;
  BucketDraft any;

  BucketDraft& of(std::string_view name) {
    if (name.starts_with('*')) return suffix[std::string(name.substr(1))];
    if (name.ends_with('*')) return prefix[std::string(name.substr(0, name.size() - 1))];
    return exact[std::string(name)];
  }
};

}  // namespace

struct Router::State {
  RouterFlavor flavor = RouterFlavor::traditional;
  std::span<const model::Route> routes;
  std::vector<Candidate> candidates;   // by rank
  std::vector<Conditions> conditions;  // by route
  PathTrees trees;
  HostMap<Bucket> exact, suffix, prefix;  // hosts; "*.x" by ".x"; "x.*" by "x."
  Bucket any;

  Bucket finish(BucketDraft draft) {
    Bucket bucket{std::move(draft.without_path), 0, !draft.with_path.empty()};
    if (bucket.has_tree) bucket.tree = trees.add(std::move(draft.with_path));
    return bucket;
  }
  void finish(HostMap<BucketDraft>& drafts, HostMap<Bucket>& into) {
    for (auto& [name, draft] : drafts) into.emplace(name, finish(std::move(draft)));
  }
  [[nodiscard]] std::uint16_t port_of(const RouteQuery& q, const HostView& host) const {
    if (host.port) return *host.port;
    if (flavor == RouterFlavor::traditional_compatible) return q.listener_port;
    return q.scheme == Scheme::https ? 443 : 80;
  }
};

namespace {

// One look-up: keeps the strongest candidate that fits.
class Search {
 public:
  Search(const std::vector<Candidate>& candidates, const std::vector<Conditions>& conditions,
         const PathTrees& trees, const RouteQuery& query, std::uint16_t port)
      : candidates_(candidates), conditions_(conditions), trees_(trees), q_(query), port_(port) {}

  void in(const Bucket& bucket) {
    for (const TreeEntry& entry : bucket.without_path) {
      if (entry.candidate >= best_) break;
      if (fits(entry)) take(entry.candidate, {});
    }
    if (!bucket.has_tree) return;
    trees_.walk(bucket.tree, q_.path, [&](const TreeEntry& entry, std::size_t depth) {
      if (entry.candidate >= best_) return false;
      const Candidate& candidate = candidates_[entry.candidate];
      if (candidate.exact && depth != q_.path.size()) return true;
      std::size_t length = depth;
      if (candidate.pattern) {
        const auto range = candidate.pattern->match(q_.path);
        if (!range) return true;
        length = range->second;
      }
      if (fits(entry)) take(entry.candidate, q_.path.substr(0, length));
      return true;
    });
  }

  [[nodiscard]] std::optional<RouteMatch> result() const {
    if (best_ == kNone) return std::nullopt;
    const Candidate& candidate = candidates_[best_];
    return RouteMatch{candidate.route, matched_, candidate.by_path,
                      candidate.pattern ? &*candidate.pattern : nullptr};
  }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  bool fits(const TreeEntry& entry) const {
    return (entry.port == 0 || entry.port == port_) &&
           unmet(conditions_[candidates_[entry.candidate].route], q_) == nullptr;
  }
  void take(std::uint32_t candidate, std::string_view matched) {
    best_ = candidate;
    matched_ = matched;
  }

  const std::vector<Candidate>& candidates_;
  const std::vector<Conditions>& conditions_;
  const PathTrees& trees_;
  const RouteQuery& q_;
  std::uint16_t port_;
  std::uint32_t best_ = kNone;
  std::string_view matched_;
};

Result<Conditions> make_conditions(const model::Route& route, RouterFlavor flavor) {
  Conditions c{route.methods, {}, route.snis};
  for (const auto& [name, values] : route.headers) {
    HeaderRule rule{name, {}, {}};
    const bool regex = values.size() == 1 && values[0].starts_with("~*");
    if (regex) {
      auto compiled = Regex::compile(std::string_view(values[0]).substr(2));
      if (!compiled) {
        return fail(ErrorCode::invalid, fmt::format("route '{}': header '{}': {}", route.name,
                                                    printable(name), compiled.error().message));
      }
      rule.pattern = std::move(*compiled);
    } else {
      for (const std::string& value : values) rule.values.push_back(lower(value));
    }
    c.headers.push_back(std::move(rule));
  }
  if (flavor == RouterFlavor::traditional) {
    for (std::string& sni : c.snis) {
      if (sni.ends_with('.')) sni.pop_back();
    }
  }
  return c;
}

void place(const Candidate& candidate, std::uint32_t rank, const model::Route& route,
           Hosts& hosts) {
  const auto put = [&](BucketDraft& bucket, std::uint16_t port) {
    const TreeEntry entry{rank, port};
    if (candidate.by_path) {
      bucket.with_path.emplace_back(candidate.literal, entry);
    } else {
      bucket.without_path.push_back(entry);
    }
  };
  if (route.hosts.empty()) put(hosts.any, 0);
  for (const std::string& host : route.hosts) {
    const HostView view = split_host(host);
    put(hosts.of(view.name), view.port.value_or(0));
  }
}

bool host_pattern_matches(std::string_view pattern, const HostView& host, std::uint16_t port,
                          bool degenerate) {
  const HostView wanted = split_host(pattern);
  if (wanted.port && *wanted.port != port) return false;
  const std::size_t least = degenerate ? 0 : 1;
  if (wanted.name.starts_with('*')) {
    const auto tail = wanted.name.substr(1);
    return host.name.size() >= tail.size() + least && host.name.ends_with(tail);
  }
  if (wanted.name.ends_with('*')) {
    const auto start = wanted.name.substr(0, wanted.name.size() - 1);
    return host.name.size() >= start.size() + least && host.name.starts_with(start);
  }
  return wanted.name == host.name;
}

}  // namespace

Router::Router(std::unique_ptr<State> state) : state_(std::move(state)) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::build(std::span<const model::Route> routes, const std::vector<bool>& usable,
                             RouterFlavor flavor, const Traits& traits) {
  auto state = std::make_unique<State>();
  state->flavor = flavor;
  state->routes = routes;
  for (const model::Route& route : routes) {
    auto conditions = make_conditions(route, flavor);
    if (!conditions) return std::unexpected(conditions.error());
    state->conditions.push_back(std::move(*conditions));
  }
  auto candidates = order_candidates(routes, usable, flavor, traits);
  if (!candidates) return std::unexpected(candidates.error());
  state->candidates = std::move(*candidates);

  Hosts hosts;
  for (std::uint32_t rank = 0; rank < state->candidates.size(); ++rank) {
    const Candidate& candidate = state->candidates[rank];
    place(candidate, rank, routes[candidate.route], hosts);
  }
  state->finish(hosts.exact, state->exact);
  state->finish(hosts.suffix, state->suffix);
  state->finish(hosts.prefix, state->prefix);
  state->any = state->finish(std::move(hosts.any));
  return Router(std::move(state));
}

std::optional<RouteMatch> Router::match(const RouteQuery& query) const {
  const State& s = *state_;
  const HostView host = split_host(query.host);
  Search search(s.candidates, s.conditions, s.trees, query, s.port_of(query, host));
  const auto look = [&](const HostMap<Bucket>& map, std::string_view key) {
    if (const auto found = map.find(key); found != map.end()) search.in(found->second);
  };
  if (!s.exact.empty()) look(s.exact, host.name);
  if (!s.suffix.empty() || !s.prefix.empty()) {
    // The compatible flavour compares plain prefixes and suffixes: "*.x" takes ".x" too.
    const bool degenerate = s.flavor == RouterFlavor::traditional_compatible;
    const std::size_t size = host.name.size();
    for (std::size_t dot = host.name.find('.'); dot < size; dot = host.name.find('.', dot + 1)) {
      if (dot > 0 || degenerate) look(s.suffix, host.name.substr(dot));
      if (dot + 1 < size || degenerate) look(s.prefix, host.name.substr(0, dot + 1));
    }
  }
  search.in(s.any);
  return search.result();
}

std::vector<Router::Considered> Router::explain(const RouteQuery& query,
                                                const std::optional<RouteMatch>& winner,
                                                std::size_t at_most) const {
  const State& s = *state_;
  const HostView host = split_host(query.host);
  const std::uint16_t port = s.port_of(query, host);
  const bool degenerate = s.flavor == RouterFlavor::traditional_compatible;
  const auto why_not = [&](const Candidate& c) -> std::pair<int, std::string> {
    const model::Route& route = s.routes[c.route];
    int missed = 0;
    std::string why;
    const auto miss = [&](std::string text) {
      if (missed++ == 0) why = std::move(text);
    };
    if (!route.hosts.empty() && std::ranges::none_of(route.hosts, [&](const auto& h) {
          return host_pattern_matches(h, host, port, degenerate);
        })) {
      miss(fmt::format("host is not {}", join(route.hosts, " or ")));
    }
    const bool path_fits = !c.by_path || (c.exact     ? query.path == c.literal
                                          : c.pattern ? c.pattern->search(query.path)
                                                      : query.path.starts_with(c.literal));
    if (!path_fits) miss(fmt::format("path does not match {}", join(route.paths, " or ")));
    if (const char* reason = unmet(s.conditions[c.route], query)) miss(reason);
    if (missed == 0) why = "it matches too, but has a lower priority";
    return {missed, why};
  };

  std::vector<std::pair<int, Considered>> seen;
  for (const Candidate& c : s.candidates) {
    if (winner && c.route == winner->route) continue;
    const bool known =
        std::ranges::any_of(seen, [&](const auto& other) { return other.second.route == c.route; });
    auto [missed, why] = why_not(c);
    if (!known) seen.emplace_back(missed, Considered{c.route, std::move(why)});
    if (seen.size() > 1000) break;  // for people: nobody reads on
  }
  // The fewer dimensions a route missed the nearer it is; among equals the stronger comes first.
  constexpr int kDimensions = 3;
  std::vector<Considered> nearest;
  for (int misses = 0; misses <= kDimensions; ++misses) {
    for (auto& [missed, considered] : seen) {
      if (missed == misses && nearest.size() < at_most) nearest.push_back(std::move(considered));
    }
  }
  return nearest;
}

}  // namespace gw::gateway
