// The mesh of a scenario and its intentions.
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "mesh/topology_reader.h"
#include "replay/scenario_reader_world.h"

namespace gw::replay {
namespace {

using config::Kind;

constexpr std::size_t kMaxTopologyBytes = std::size_t{4} * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, IntentionChange::Action>, 3> kActions{{
    {"allow", IntentionChange::Action::allow},
    {"deny", IntentionChange::Action::deny},
    {"delete", IntentionChange::Action::remove},
}};

std::optional<IntentionChange> parse_intention(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 3) return std::nullopt;
  for (const auto& [name, action] : kActions) {
    if (parts[0] != name) continue;
    return IntentionChange{action, std::string(parts[1]), std::string(parts[2]), {}};
  }
  return std::nullopt;
}

// Scenarios of one file often share their topology: it is read from the disk once.
std::optional<config::FileId> open_topology(Reader& reader, const Place& at,
                                            const std::string& path) {
  config::Sources& sources = *reader.sources();
  for (config::FileId id = 0; id < sources.size(); ++id) {
    if (sources.name(id) == path) return id;
  }
  auto text = read_file(path, kMaxTopologyBytes);
  if (text) return sources.add(path, std::move(*text));
  const bool is_large = text.error().code == ErrorCode::too_large;
  reader.report(is_large ? Fault::bad_value : Fault::unreadable_file, at, text.error().message,
                "the path of a topology's file");
  return std::nullopt;
}

std::optional<mesh::Topology> read_topology_file(Reader& reader, const Place& at,
                                                 const std::string& path) {
  const auto file = open_topology(reader, at, path);
  if (!file) return std::nullopt;
  return mesh::read_topology(*reader.sources(), *file, reader.diagnostics());
}

}  // namespace

std::vector<IntentionChange> read_intentions(Reader& reader, const Place& at) {
  std::vector<IntentionChange> out;
  if (!at.node.is(Kind::sequence)) {
    reader.wrong_type(at, "a list");
    return out;
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Place item = at.item(i);
    auto intention = parse_intention(item.node.text);
    if (!intention) {
      reader.report(Fault::bad_value, item, "this is no intention",
                    "allow|deny|delete SOURCE DESTINATION: deny web api");
      continue;
    }
    for (const std::string& name : {intention->source, intention->destination}) {
      auto trouble = mesh::intention_name_trouble(name);
      if (trouble.empty()) continue;
      reader.report(Fault::bad_value, item, std::move(trouble), "a service's name, or *");
    }
    intention->where = item.node.where;
    out.push_back(std::move(*intention));
  }
  return out;
}

void read_mesh(Reader& reader, const Place& at, Scenario& out) {
  const std::size_t before = reader.errors();
  if (at.node.is(Kind::string) && !at.node.text.empty() && reader.sources() != nullptr) {
    out.mesh_file = resolve(reader.folder(), at.node.text);
    out.mesh = read_topology_file(reader, at, out.mesh_file);
  } else {
    out.mesh = mesh::read_topology(reader, at);
  }
  // A mesh that is brought up may do without; here nobody else calls.
  const bool is_gateway_named = at.node.is(Kind::mapping) ? at.node.find("gateway") != nullptr
                                                          : !out.mesh || !out.mesh->gateway.empty();
  if (is_gateway_named || (reader.errors() != before && !at.node.is(Kind::mapping))) return;
  reader.report(Fault::missing_key, at, "\"gateway\" is missing",
                "the name by which the gateway calls services of the mesh");
}

}  // namespace gw::replay
