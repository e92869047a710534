// Intentions of Consul Connect as values: which service may call which, and which of several
// decides.
//
// Sources: consul-behaviour.md 2.11 (precedence as Consul OSS computes it; only a whole "*" is a
// wildcard). I/O-free: the gateway's simulator, the simulated agent and its sidecars share it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gw::connect {

inline constexpr std::string_view kAnyService = "*";

enum class IntentionAction : std::uint8_t { allow, deny };

struct Intention {
  std::string source;       // a service's name, or "*"
  std::string destination;  // likewise
  IntentionAction action = IntentionAction::allow;

  friend bool operator==(const Intention&, const Intention&) = default;
};

[[nodiscard]] std::string_view action_text(IntentionAction action);  // "allow"
[[nodiscard]] std::string describe(const Intention& intention);      // "kong => web (deny)"
// 9, 8, 6 or 5: exact -> exact, * -> exact, exact -> *, * -> *.
[[nodiscard]] int precedence(std::string_view source, std::string_view destination);
[[nodiscard]] bool covers(const Intention& intention, std::string_view source,
                          std::string_view destination);
// The one that decides, in any order of `intentions`; nullptr: none is about the two.
[[nodiscard]] const Intention* find_match(std::span<const Intention> intentions,
                                          std::string_view source, std::string_view destination);
// What find_match says, or `by_default` where nothing is said.
[[nodiscard]] bool is_allowed(std::span<const Intention> intentions, std::string_view source,
                              std::string_view destination, bool by_default);

}  // namespace gw::connect
