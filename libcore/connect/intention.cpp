#include "connect/intention.h"

#include <fmt/format.h>

namespace gw::connect {
namespace {

bool names(std::string_view pattern, std::string_view service) {
  return pattern == kAnyService || pattern == service;
}

}  // namespace

std::string_view action_text(IntentionAction action) {
  return action == IntentionAction::deny ? "deny" : "allow";
}

std::string describe(const Intention& intention) {
  return fmt::format("{} => {} ({})", intention.source, intention.destination,
                     action_text(intention.action));
}

int precedence(std::string_view source, std::string_view destination) {
  if (destination != kAnyService) return source == kAnyService ? 8 : 9;
  return source == kAnyService ? 5 : 6;
}

bool covers(const Intention& intention, std::string_view source, std::string_view destination) {
  return names(intention.source, source) && names(intention.destination, destination);
}

const Intention* find_match(std::span<const Intention> intentions, std::string_view source,
                            std::string_view destination) {
  const Intention* best = nullptr;
  int highest = 0;
  for (const Intention& intention : intentions) {
    if (!covers(intention, source, destination)) continue;
    // Two that cover the same pair with the same precedence are the same two names.
    const int own = precedence(intention.source, intention.destination);
    if (own <= highest) continue;
    best = &intention;
    highest = own;
  }
  return best;
}

bool is_allowed(std::span<const Intention> intentions, std::string_view source,
                std::string_view destination, bool by_default) {
  const Intention* match = find_match(intentions, source, destination);
  return match == nullptr ? by_default : match->action == IntentionAction::allow;
}

}  // namespace gw::connect
