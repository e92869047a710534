#include "replay/trip.h"

namespace gw::replay {

std::string shown_name(const model::Route* route) {
  if (route == nullptr) return {};
  return route->name.empty() ? route->id.str() : route->name;
}

std::string shown_name(const model::Consumer* consumer) {
  if (consumer == nullptr) return {};
  if (!consumer->username.empty()) return consumer->username;
  return consumer->custom_id.empty() ? consumer->id.str() : consumer->custom_id;
}

void Trip::begin(std::uint32_t node, Keep keep) {
  node_ = node;
  keep_ = keep;
  if (keep_ == Keep::outcome) return;
  observation_ = {};
  trace_ = {};
}

void Trip::note_refusal(std::uint16_t status) {
  disposition_ = status < 500 ? gateway::Disposition::denied : gateway::Disposition::failed;
  route_ = nullptr;
  consumer_ = nullptr;
}

void Trip::note(const gateway::Exchange& exchange) {
  disposition_ = exchange.disposition();
  route_ = exchange.route();
  consumer_ = exchange.consumer();
  if (keep_ == Keep::outcome) return;
  if (const auto name = shown_name(route_); !name.empty()) observation_.route = name;
  if (const auto name = shown_name(consumer_); !name.empty()) observation_.consumer = name;
  observation_.attempts = exchange.attempts();
}

}  // namespace gw::replay
