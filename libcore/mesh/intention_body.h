// An intention as JSON: what clients send (the 1.8 form and the exact one of 1.9), and what they
// are shown (consul-behaviour.md 2.9, 2.10). Only endpoint sources include this.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mesh/intentions.h"
#include "mesh/reply_json.h"

namespace gw::mesh {

struct IntentionBody {
  std::string id;
  std::string source_ns;
  std::string source;
  std::string destination_ns;
  std::string destination;
  std::string action;
  std::string description;
  std::string source_type;
  std::string permissions;  // JSON; empty: none
  std::map<std::string, std::string> meta;
};

enum class IntentionForm : std::uint8_t { by_id, exact };

// Errors (invalid) are Go's: "unexpected EOF", 'json: unknown field "Foo"'.
[[nodiscard]] Result<IntentionBody> read_intention(std::string_view text, IntentionForm form);
// Errors (invalid) are Consul's: "1 error occurred:\n\t* Action must be set to 'allow' or
// 'deny'\n\n".
[[nodiscard]] Result<IntentionFields> check_intention(IntentionBody body);

[[nodiscard]] Json show_intention(const StoredIntention& intention);
// Without ID and times.
[[nodiscard]] Json show_exact_intention(const StoredIntention& intention);
// An intention by example, for Filter::parse().
[[nodiscard]] const Json& intention_shape();

// "web" or "default/web" as a parameter names a service. Errors (invalid):
// 'name "a/b/c" is invalid: input can contain at most one '/''. `what`: "name", "source", ...
struct ServiceName {
  std::string ns;
  std::string name;
};
[[nodiscard]] Result<ServiceName> read_service_name(std::string_view what, std::string_view text);

}  // namespace gw::mesh
