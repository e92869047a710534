// Which route a request takes: Kong's precedence in both flavours (kong-behaviour.md 5.2 to 5.4).
//
// Routes that differ by host, exact path or literal prefix are found through a hash of hosts and a
// radix tree of paths, so that matching does not slow down with their number.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/regex.h"
#include "base/result.h"
#include "gateway/exchange.h"
#include "gateway/traits.h"
#include "http/message.h"
#include "model/entities.h"

namespace gw::gateway {

struct RouteQuery {
  std::string_view method;
  std::string_view host;  // the Host header, with its port if it has one; empty: none
  std::string_view path;  // normalised, or raw, as the level has it
  Scheme scheme = Scheme::http;
  std::uint16_t listener_port = 8000;  // as clients see it (port_maps)
  std::string_view sni;
  std::span<const http::Field> fields;
};

struct RouteMatch {
  std::uint32_t route = 0;   // index into the routes that the router was built from
  std::string_view matched;  // the part of the path that matched; empty for a route without paths
  bool by_path = false;
  const Regex* pattern = nullptr;  // that the path matched, when it is one; the router's
};

// Immutable and thread-safe once built. The routes must outlive it.
class Router {
 public:
  // `usable[i]` says whether routes[i] takes part (its service may be disabled).
  // An Error names the route and the path or header that does not compile.
  [[nodiscard]] static Result<Router> build(std::span<const model::Route> routes,
                                            const std::vector<bool>& usable, RouterFlavor flavor,
                                            const Traits& traits);

  [[nodiscard]] std::optional<RouteMatch> match(const RouteQuery& query) const;

  struct Considered {
    std::uint32_t route = 0;
    std::string why_not;
  };
  // For people: the routes that came after `winner`, or that were nearest when there is none.
  [[nodiscard]] std::vector<Considered> explain(const RouteQuery& query,
                                                const std::optional<RouteMatch>& winner,
                                                std::size_t at_most) const;

  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

 private:
  struct State;
  explicit Router(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gw::gateway
