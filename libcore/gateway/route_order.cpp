#include "gateway/route_order.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "http/uri.h"

namespace gw::gateway {
namespace {

bool has_wildcard(std::string_view host) {
  return host.find('*') != std::string_view::npos;
}

// "*.x.y:80": a wildcard host that asks for a port.
bool is_wildcard_with_port(std::string_view host) {
  return has_wildcard(host) && host.find(':') != std::string_view::npos;
}

// The literal text that every match of `regex` starts with. Empty where that is not certain.
struct LiteralStart {
  std::string text;
  std::size_t read = 0;  // characters of the regex that `text` stands for
};

bool has_alternatives(std::string_view regex) {
  bool in_class = false;
  int depth = 0;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\') {
      if (i + 1 < regex.size() && regex[i + 1] == 'Q') return true;  // quoting: take no chances
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == '|' && depth <= 0) {
      return true;
    }
  }
  return false;
}

LiteralStart literal_start(std::string_view regex) {
  static constexpr std::string_view kSpecial = "\\^$.[|()?*+{";
  static constexpr std::string_view kQuantifiers = "?*+{";
  LiteralStart start;
  if (has_alternatives(regex)) return start;
  for (std::size_t i = 0; i < regex.size();) {
    char c = regex[i];
    std::size_t next = i + 1;
    if (c == '\\') {
      if (next == regex.size() || is_alnum(regex[next])) break;
      c = regex[next++];
    } else if (kSpecial.find(c) != std::string_view::npos) {
      break;
    }
    if (next < regex.size() && kQuantifiers.find(regex[next]) != std::string_view::npos) break;
    start.text += c;
    start.read = i = next;
  }
  return start;
}

Result<Candidate> make_candidate(const model::Route& route, std::uint32_t index,
                                 std::string_view path, const Traits& traits) {
  Candidate candidate{.route = index, .by_path = true, .literal = {}, .pattern = {}};
  const RoutePath read = read_route_path(path, traits);
  if (!read.regex) {
    candidate.literal =
        traits.normalizes_prefixes ? http::normalize_path(read.text) : std::string(read.text);
    return candidate;
  }
  LiteralStart start = literal_start(read.text);
  candidate.literal = std::move(start.text);
  const std::string_view rest = read.text.substr(start.read);
  if (!candidate.literal.empty() && rest == "$") {
    candidate.exact = true;
    return candidate;
  }
  auto regex = Regex::compile(read.text, {.anchored = true});
  if (!regex) {
    return fail(ErrorCode::invalid,
                fmt::format("route '{}': path '{}' is no valid regex: {}", route.name,
                            printable(path), regex.error().message));
  }
  candidate.pattern = std::move(*regex);
  return candidate;
}

// What the order looks at; larger tuples win.
struct Strength {
  bool regex = false;
  std::size_t length = 0;
};

int dimensions(const model::Route& r) {
  return !r.hosts.empty() + !r.headers.empty() + !r.paths.empty() + !r.methods.empty() +
         !r.snis.empty();
}

bool only_plain_hosts(const model::Route& r) {
  return !r.hosts.empty() && std::ranges::none_of(r.hosts, has_wildcard);
}

// Kong 2.x, and `traditional` of 3.x.
auto traditional_rank(const model::Route& r, const Strength& s) {
  const int bits = 64 * !r.hosts.empty() + 32 * !r.headers.empty() + 16 * !r.paths.empty() +
                   8 * !r.methods.empty() + 4 * !r.snis.empty();
  const int sub = 4 * std::ranges::any_of(r.hosts, is_wildcard_with_port) +
                  2 * only_plain_hosts(r) + static_cast<int>(s.regex);
  return std::tuple(dimensions(r), bits, sub, r.headers.size(), s.regex ? r.regex_priority : 0,
                    s.length, -r.created_at);
}

// The 64-bit priority of `traditional_compatible`.
std::uint64_t compatible_rank(const model::Route& r, const Strength& s) {
  const auto bit = [](auto value, unsigned shift) {
    return static_cast<std::uint64_t>(value) << shift;
  };
  std::uint64_t rank = bit(dimensions(r), 61U) | bit(only_plain_hosts(r), 60U) |
                       bit(std::min<std::size_t>(r.headers.size(), 255), 52U) | bit(s.regex, 51U);
  if (s.regex)
    rank |= bit(static_cast<std::uint32_t>(std::max<std::int64_t>(r.regex_priority, 0)), 19U);
  return rank | std::min<std::size_t>(s.length, (1U << 19U) - 1);
}

struct Ordered {
  Candidate candidate;
  Strength strength;
  std::size_t position = 0;  // in the file: the last word between equals
};

// True when `a` wins over `b`.
bool wins(const Ordered& a, const Ordered& b, std::span<const model::Route> routes,
          RouterFlavor flavor, const Traits& traits) {
  const model::Route& left = routes[a.candidate.route];
  const model::Route& right = routes[b.candidate.route];
  if (flavor == RouterFlavor::traditional) {
    const auto l = traditional_rank(left, a.strength);
    const auto r = traditional_rank(right, b.strength);
    if (l != r) return l > r;
    // 2.x leaves it to hash order; the file's order is the one that can be relied on.
    if (traits.smaller_id_wins && left.id != right.id) return left.id < right.id;
    return a.position < b.position;
  }
  const auto l = compatible_rank(left, a.strength);
  const auto r = compatible_rank(right, b.strength);
  if (l != r) return l > r;
  return left.id != right.id ? right.id < left.id : a.position < b.position;
}

}  // namespace

RoutePath read_route_path(std::string_view path, const Traits& traits) {
  if (traits.regex_by_tilde) {
    return path.starts_with('~') ? RoutePath{true, path.substr(1)} : RoutePath{false, path};
  }
  // Kong 2.x: nothing but these characters makes a prefix (kong-behaviour.md 5.3).
  const auto plain = [](char c) {
    return is_alnum(c) || std::string_view(".-_~/%").find(c) != std::string_view::npos;
  };
  return {!std::ranges::all_of(path, plain), path};
}

Result<std::vector<Candidate>> order_candidates(std::span<const model::Route> routes,
                                                const std::vector<bool>& usable,
                                                RouterFlavor flavor, const Traits& traits) {
  std::vector<Ordered> ordered;
  for (std::uint32_t i = 0; i < routes.size(); ++i) {
    if (!usable[i]) continue;
    if (routes[i].paths.empty()) {
      ordered.push_back({Candidate{.route = i, .literal = {}, .pattern = {}}, {}, ordered.size()});
    }
    for (const std::string& path : routes[i].paths) {
      auto candidate = make_candidate(routes[i], i, path, traits);
      if (!candidate) return std::unexpected(candidate.error());
      const bool regex = candidate->pattern || candidate->exact;
      const Strength strength{regex, regex ? 0 : candidate->literal.size()};
      ordered.push_back({std::move(*candidate), strength, ordered.size()});
    }
  }
  std::ranges::sort(ordered, [&](const Ordered& a, const Ordered& b) {
    return wins(a, b, routes, flavor, traits);
  });
  std::vector<Candidate> candidates;
  candidates.reserve(ordered.size());
  for (Ordered& o : ordered) candidates.push_back(std::move(o.candidate));
  return candidates;
}

}  // namespace gw::gateway
