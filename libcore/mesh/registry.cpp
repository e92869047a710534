#include "mesh/registry.h"

#include <algorithm>
#include <ranges>

namespace gw::mesh {

const Node* Registry::find(std::string_view node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : &found->second;
}

void Registry::seed(std::string_view old_name, const Node& node, ServiceInstance service,
                    Check check) {
  const auto old = nodes_.find(old_name);
  Node kept = old == nodes_.end() ? Node{} : std::move(old->second);
  if (old != nodes_.end()) nodes_.erase(old);
  const bool is_new = kept.create_index == 0;
  const std::uint64_t index = is_new ? changes_.index() : kept.create_index;
  kept.name = node.name;
  kept.id = node.id;
  kept.address = node.address;
  kept.tagged_addresses = node.tagged_addresses;
  kept.meta = node.meta;
  kept.create_index = index;
  if (is_new) {
    kept.modify_index = nodes_index_ = services_index_ = checks_index_ = index;
    by_service_[service.name] = index;
  }
  service.create_index = service.modify_index = index;
  check.create_index = check.modify_index = index;
  kept.services.insert_or_assign(service.id, std::move(service));
  kept.checks.insert_or_assign(check.id, std::move(check));
  nodes_.insert_or_assign(node.name, std::move(kept));
}

std::uint64_t Registry::service_index(std::string_view name, bool found, bool with_checks) const {
  if (!found && last_extinction_ > 0) return last_extinction_;
  const auto own = by_service_.find(name);
  if (own != by_service_.end()) return own->second;
  const std::uint64_t all = std::max(nodes_index_, services_index_);
  return with_checks ? std::max(all, checks_index_) : all;
}

std::uint64_t Registry::Change::index() {
  if (index_ == 0) index_ = registry_.changes_.advance();
  return index_;
}

void Registry::Change::touch(const Node& node) {
  for (const auto& [id, service] : node.services) registry_.by_service_[service.name] = index();
}

void Registry::Change::end_of(const std::string& service_name) {
  const bool lives = std::ranges::any_of(registry_.nodes_, [&](const auto& node) {
    return std::ranges::any_of(node.second.services, [&](const auto& service) {
      return service.second.name == service_name;
    });
  });
  registry_.services_index_ = index();
  if (lives) {
    registry_.by_service_[service_name] = index();
    return;
  }
  registry_.by_service_.erase(service_name);
  registry_.last_extinction_ = index();
}

void Registry::Change::put(const Node& node) {
  std::uint64_t created = 0;
  const auto renamed = std::ranges::find_if(registry_.nodes_, [&](const auto& other) {
    return !node.id.empty() && other.second.id == node.id && other.first != node.name;
  });
  if (renamed != registry_.nodes_.end()) {
    created = renamed->second.create_index;
    remove_node(std::string(renamed->first));
  }
  auto& kept = registry_.nodes_[node.name];
  const bool is_new = kept.create_index == 0;
  const bool same = !is_new && kept.id == node.id && kept.address == node.address &&
                    kept.tagged_addresses == node.tagged_addresses && kept.meta == node.meta;
  if (same) return;
  kept.name = node.name;
  kept.id = node.id;
  kept.address = node.address;
  kept.tagged_addresses = node.tagged_addresses;
  kept.meta = node.meta;
  if (is_new) kept.create_index = created > 0 ? created : index();
  kept.modify_index = index();
  registry_.nodes_index_ = index();
  touch(kept);
}

void Registry::Change::put(std::string_view node, const ServiceInstance& service) {
  auto& services = registry_.nodes_.find(node)->second.services;
  const auto found = services.find(service.id);
  std::string old_name;
  std::uint64_t created = 0;
  if (found != services.end()) {
    if (is_same(found->second, service)) return;
    created = found->second.create_index;
    if (found->second.name != service.name) old_name = found->second.name;
  }
  ServiceInstance& kept = services[service.id] = service;
  kept.create_index = created > 0 ? created : index();
  kept.modify_index = index();
  registry_.services_index_ = index();
  registry_.by_service_[service.name] = index();
  if (!old_name.empty()) end_of(old_name);
}

void Registry::Change::put(std::string_view node, const Check& check) {
  Node& owner = registry_.nodes_.find(node)->second;
  const auto found = owner.checks.find(check.id);
  std::uint64_t created = 0;
  if (found != owner.checks.end()) {
    if (is_same(found->second, check)) return;
    created = found->second.create_index;
  }
  Check& kept = owner.checks[check.id] = check;
  kept.create_index = created > 0 ? created : index();
  kept.modify_index = index();
  registry_.checks_index_ = index();
  const auto service = owner.services.find(check.service_id);
  if (service != owner.services.end()) {
    registry_.by_service_[service->second.name] = index();
  } else {
    touch(owner);
  }
}

bool Registry::Change::remove_node(std::string_view node) {
  const auto found = registry_.nodes_.find(node);
  if (found == registry_.nodes_.end()) return false;
  const Node gone = std::move(found->second);
  registry_.nodes_.erase(found);
  registry_.nodes_index_ = index();
  if (!gone.checks.empty()) registry_.checks_index_ = index();
  for (const auto& [id, service] : gone.services) end_of(service.name);
  return true;
}

bool Registry::Change::remove_service(std::string_view node, std::string_view given) {
  const std::string id(given);  // it may be a view of what goes
  const auto owner = registry_.nodes_.find(node);
  if (owner == registry_.nodes_.end()) return false;
  const auto found = owner->second.services.find(id);
  if (found == owner->second.services.end()) return false;
  const std::string name = found->second.name;
  owner->second.services.erase(found);
  const auto gone = std::erase_if(owner->second.checks,
                                  [&](const auto& check) { return check.second.service_id == id; });
  if (gone > 0) registry_.checks_index_ = index();
  end_of(name);
  return true;
}

bool Registry::Change::remove_check(std::string_view node, std::string_view id) {
  const auto owner = registry_.nodes_.find(node);
  if (owner == registry_.nodes_.end()) return false;
  const auto found = owner->second.checks.find(id);
  if (found == owner->second.checks.end()) return false;
  const std::string service_id = found->second.service_id;
  owner->second.checks.erase(found);
  registry_.checks_index_ = index();
  const auto service = owner->second.services.find(service_id);
  if (service != owner->second.services.end()) {
    registry_.by_service_[service->second.name] = index();
  } else {
    touch(owner->second);
    registry_.services_index_ = index();
  }
  return true;
}

}  // namespace gw::mesh
