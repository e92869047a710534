// The intentions of a Consul, seen and changed as its own CLI does it: by id, the one form that
// every version since 1.2 answers to (consul-behaviour.md 2.9).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connect/intention.h"
#include "consul/client.h"

namespace gw::consul {

struct ListedIntention {
  std::string id{};  // empty: it was written by its names alone (Consul 1.9 and later)
  connect::Intention what;
  std::string source_namespace{};       // "default", or Enterprise's
  std::string destination_namespace{};  // likewise
  std::string description{};
  int precedence = 0;
  // It has permissions instead of an action (L7, Consul 1.9 and later); `what` says deny.
  bool has_permissions = false;
};

struct NewIntention {
  connect::Intention what;
  std::string description{};
};

// Errors (invalid): no name that Consul takes, or one with a namespace.
[[nodiscard]] Result<void> check_intention_name(std::string_view name);

// Errors: invalid is Consul's own word, such as "Unexpected response code: 500 (duplicate intention
// found: ...)"; missing: there is no such intention; unreachable: Consul cannot be asked, or does
// not let us.
class IntentionClient {
 public:
  explicit IntentionClient(Client& client) : client_(client) {}

  // In the order of evaluation.
  [[nodiscard]] Result<std::vector<ListedIntention>> list();
  [[nodiscard]] Result<ListedIntention> find(const std::string& source,
                                             const std::string& destination);
  [[nodiscard]] Result<void> create(const NewIntention& intention);
  // `old` is forgotten, with its description.
  [[nodiscard]] Result<void> update(const ListedIntention& old, const NewIntention& intention);
  [[nodiscard]] Result<void> remove(const ListedIntention& old);
  // Whether a connection would be let in.
  [[nodiscard]] Result<bool> check(const std::string& source, const std::string& destination);

 private:
  [[nodiscard]] Result<Answer> ask(const Request& request);

  Client& client_;
};

}  // namespace gw::consul
