#include "replay/traffic_player.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace gw::replay {
namespace {

constexpr std::size_t kStatuses = 1000;  // three digits

// By Disposition.
constexpr std::array kSlots{&Tally::passed, &Tally::limited, &Tally::denied, &Tally::failed};

void add(Tally& to, const Tally& what) {
  for (const auto slot : kSlots) to.*slot += what.*slot;
}

template <class Key>
std::map<std::string, Tally, std::less<>> named(const std::unordered_map<Key, Tally>& tallies) {
  std::map<std::string, Tally, std::less<>> out;
  for (const auto& [key, tally] : tallies) {
    add(out[key == nullptr ? std::string(kNone) : shown_name(key)], tally);
  }
  return out;
}

// Those of `tallies` that counted anything, under their index.
std::map<std::string, Tally, std::less<>> numbered(const std::vector<Tally>& tallies) {
  std::map<std::string, Tally, std::less<>> out;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    if (tallies[i].requests() > 0) out[std::to_string(i)] = tallies[i];
  }
  return out;
}

}  // namespace

TrafficPlayer::TrafficPlayer(World& world, Stage& stage, const Traffic& traffic, Witness witness)
    : world_(world),
      stage_(stage),
      witness_(std::move(witness)),
      start_(world.clock().now().wall),
      by_node_(world.node_count() + 1),
      by_status_(kStatuses) {
  for (const Stream& stream : traffic.streams) {
    lanes_.push_back(std::unique_ptr<Lane>(
        new Lane{{stream.request, world.snapshot()}, ArrivalTimes(stream, start_)}));
    schedule(lanes_.size() - 1);
  }
}

std::vector<std::string> TrafficPlayer::warnings() const {
  std::vector<std::string> all;
  for (const auto& lane : lanes_) {
    if (!lane->request.warning().empty()) all.push_back(lane->request.warning());
  }
  return all;
}

void TrafficPlayer::schedule(std::size_t lane) {
  if (const auto at = lanes_[lane]->times.next()) arrivals_.emplace(*at, lane);
}

Result<TrafficSums> TrafficPlayer::play() {
  const double overshot_before = world_.audit() != nullptr ? world_.audit()->total() : 0;
  while (true) {
    const auto answer = timers_.next();
    if (arrivals_.empty() && !answer) break;
    if (answer && (arrivals_.empty() || *answer <= world_.instant(arrivals_.top().first).steady)) {
      timers_.fire(*answer);
    } else if (auto launched = launch(); !launched) {
      return std::unexpected(std::move(launched.error()));
    }
    if (!trouble_.empty()) return fail(ErrorCode::internal, trouble_);
  }
  for (const auto& lane : lanes_) stage_.wait_until(lane->times.end());
  TrafficSums all = sums();
  if (world_.audit() != nullptr) all.overshoot = world_.audit()->total() - overshot_before;
  return all;
}

Result<void> TrafficPlayer::launch() {
  const auto [at, index] = arrivals_.top();
  arrivals_.pop();
  schedule(index);
  if (++launched_ > kMaxTrafficRequests) {
    return fail(ErrorCode::too_large,
                fmt::format("more than {} requests in one traffic step", kMaxTrafficRequests));
  }
  if (idle_.empty()) {
    if (trips_.size() == stage_.capacity()) {
      return fail(ErrorCode::too_large,
                  fmt::format("more than {} requests wait for an upstream at once; lower the rate "
                              "or the upstream's delay",
                              stage_.capacity()));
    }
    trips_.push_back(std::make_unique<Launched>(stage_.new_trip()));
    idle_.push_back(trips_.back().get());
  }
  Launched& launched = *idle_.back();
  idle_.pop_back();
  launched.request = &lanes_[index]->request;
  launched.arrived = at;
  launched.witnessed = witness_ && launched_ <= kMaxExplanations;
  const std::uint32_t node = launched.request->node().value_or(0);
  launched.trip->start(*launched.request,
                       node > 0 ? node : world_.pick_node(launched.request->ip()), at,
                       launched.witnessed ? Trip::Keep::trace : Trip::Keep::outcome);
  proceed(launched);
  return {};
}

void TrafficPlayer::proceed(Launched& launched) {
  const auto due = launched.trip->due();
  if (!due) return settle(launched);
  timers_.at(world_.instant(*due).steady, [this, at = &launched] {
    at->trip->resume();
    proceed(*at);
  });
}

void TrafficPlayer::settle(Launched& launched) {
  const Trip& trip = *launched.trip;
  if (trouble_.empty()) trouble_ = trip.trouble();
  const auto slot = kSlots.at(static_cast<std::size_t>(trip.disposition()));
  ++(total_.*slot);
  ++(by_consumer_[trip.consumer()].*slot);
  ++(by_route_[trip.route()].*slot);
  ++(by_node_.at(trip.node()).*slot);
  ++(by_status_.at(std::min<std::size_t>(trip.status(), kStatuses - 1)).*slot);
  if (launched.witnessed) witness_(trip, *launched.request, launched.arrived);
  idle_.push_back(&launched);
}

TrafficSums TrafficPlayer::sums() const {
  return {.total = total_,
          .by_consumer = named(by_consumer_),
          .by_route = named(by_route_),
          .by_node = numbered(by_node_),
          .by_status = numbered(by_status_),
          .overshoot = 0};
}

}  // namespace gw::replay
