#include "mesh/intentions.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/uuid.h"

namespace gw::mesh {
namespace {

// Of evaluation: what decides comes first.
auto key_of(const connect::Intention& what) {
  return std::tuple(-connect::precedence(what.source, what.destination),
                    std::string_view(what.source), std::string_view(what.destination));
}

bool comes_before(const connect::Intention& a, const connect::Intention& b) {
  return key_of(a) < key_of(b);
}

std::string duplicate(const StoredIntention& other) {
  return "duplicate intention found: " + other.str();
}

}  // namespace

std::string StoredIntention::str() const {
  return fmt::format("{} default/{} => default/{} (ID: {}, Precedence: {})",
                     what.action == connect::IntentionAction::allow ? "ALLOW" : "DENY", what.source,
                     what.destination, id, precedence());
}

Intentions::Intentions(Changes& changes, bool allow_by_default)
    : changes_(changes), allow_by_default_(allow_by_default), rng_(random_seed()) {}

Intentions::Place Intentions::place_of(std::string_view source,
                                       std::string_view destination) const {
  const connect::Intention what{std::string(source), std::string(destination)};
  const auto place = std::ranges::lower_bound(all_, what, comes_before, &StoredIntention::what);
  const bool is_it =
      place != all_.end() && place->what.source == source && place->what.destination == destination;
  return is_it ? place : all_.end();
}

const StoredIntention* Intentions::find(std::string_view id) const {
  const auto found = std::ranges::find(all_, id, &StoredIntention::id);
  return found == all_.end() ? nullptr : &*found;
}

const StoredIntention* Intentions::find(std::string_view source,
                                        std::string_view destination) const {
  const Place place = place_of(source, destination);
  return place == all_.end() ? nullptr : &*place;
}

Decision Intentions::decide(std::string_view source, std::string_view destination) const {
  const std::pair<std::string_view, std::string_view> candidates[] = {
      {source, destination},
      {connect::kAnyService, destination},
      {source, connect::kAnyService},
      {connect::kAnyService, connect::kAnyService}};
  for (const auto& [from, to] : candidates) {
    if (const StoredIntention* const found = find(from, to)) {
      return {found->what.action == connect::IntentionAction::allow, found};
    }
  }
  return {allow_by_default_, nullptr};
}

StoredIntention& Intentions::insert(IntentionFields fields, WallTime now) {
  StoredIntention made;
  made.id = Uuid::v4(rng_).str();
  made.what = std::move(fields.what);
  made.description = std::move(fields.description);
  made.meta = std::move(fields.meta);
  made.permissions = std::move(fields.permissions);
  made.created = now;
  const auto place =
      std::ranges::lower_bound(all_, made.what, comes_before, &StoredIntention::what);
  return *all_.insert(place, std::move(made));
}

void Intentions::mark(StoredIntention& changed, WallTime now) {
  index_ = changes_.advance();
  changed.updated = now;
  changed.modify_index = index_;
  if (changed.create_index == 0) changed.create_index = index_;
}

Result<std::string> Intentions::create(IntentionFields fields, WallTime now) {
  if (const auto* const other = find(fields.what.source, fields.what.destination)) {
    return fail(ErrorCode::invalid, duplicate(*other));
  }
  if (all_.size() >= kMost) {
    return fail(
        ErrorCode::too_large,
        fmt::format("there are {} intentions already, the most that this agent keeps", kMost));
  }
  StoredIntention& made = insert(std::move(fields), now);
  mark(made, now);
  return made.id;
}

Result<void> Intentions::update(std::string_view id, IntentionFields fields, WallTime now) {
  const auto old = std::ranges::find(all_, id, &StoredIntention::id);
  if (old == all_.end()) {
    return fail(ErrorCode::missing, fmt::format("Cannot modify non-existent intention: '{}'", id));
  }
  const auto* const other = find(fields.what.source, fields.what.destination);
  if (other != nullptr && other != &*old) return fail(ErrorCode::invalid, duplicate(*other));
  // Its names may have changed, and its place with them.
  const StoredIntention before = std::move(*old);
  all_.erase(old);
  StoredIntention& after = insert(std::move(fields), before.created);
  after.id = before.id;
  after.create_index = before.create_index;
  mark(after, now);
  return {};
}

Result<void> Intentions::upsert(IntentionFields fields, WallTime now) {
  const auto* const old = find(fields.what.source, fields.what.destination);
  if (old != nullptr) {
    if (fields.meta.empty()) fields.meta = old->meta;
    const std::string id = old->id;
    return update(id, std::move(fields), now);
  }
  auto created = create(std::move(fields), now);
  if (!created) return std::unexpected(std::move(created.error()));
  return {};
}

void Intentions::erase(Place place) {
  all_.erase(place);
  index_ = changes_.advance();
}

bool Intentions::remove(std::string_view id) {
  const auto found = std::ranges::find(all_, id, &StoredIntention::id);
  if (found == all_.end()) return false;
  erase(found);
  return true;
}

bool Intentions::remove(std::string_view source, std::string_view destination) {
  const Place place = place_of(source, destination);
  if (place == all_.end()) return false;
  erase(place);
  return true;
}

}  // namespace gw::mesh
