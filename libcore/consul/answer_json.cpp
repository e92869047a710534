#include "consul/answer_json.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/diagnostic.h"
#include "config/reader.h"

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
  auto nodes =
      config::read_documents(sources, sources.add("answer.json", std::string(json)), diagnostics);
  if (diagnostics.errors() > 0) return odd("it is no valid JSON, or was cut off");
  if (nodes.size() != 1 || !nodes.front().is(kind)) return odd(wanted);
  return std::move(nodes.front());
}

}  // namespace gw::consul
