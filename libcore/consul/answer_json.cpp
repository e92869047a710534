#include "consul/answer_json.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/diagnostic.h"
#include "config/json_reader.h"

namespace gw::consul {

using config::Kind;
using config::Node;

std::unexpected<Error> odd(std::string_view what) {
  return fail(
      ErrorCode::unreachable,
      fmt::format("the answer is not Consul's: {}; is this address Consul's HTTP API?", what));
}

Result<Node> read_answer(std::string_view json, Kind kind) {
  const bool mapping = kind == Kind::mapping;
  const std::string_view wanted = mapping ? "it is no JSON object" : "it is no JSON array";
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return odd("it is empty");
  if (!json.starts_with(mapping ? '{' : '[')) return odd(wanted);
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("answer.json", std::string(json));
  // Consul's free texts, such as an intention's description, may hold anything.
  auto answer = is_utf8(json) ? config::read_json(file, sources.text(file), diagnostics,
                                                  config::Controls::taken)
                              : config::JsonOutcome{};
  if (!answer.root) return odd("it is no valid JSON, or was cut off");
  if (!answer.root->is(kind)) return odd(wanted);
  return std::move(*answer.root);
}

}  // namespace gw::consul
