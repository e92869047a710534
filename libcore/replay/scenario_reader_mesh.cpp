// The mesh of a scenario and its intentions.
#include <array>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "replay/scenario_reader_world.h"

namespace gw::replay {
namespace {

using config::Kind;

constexpr std::array<std::pair<std::string_view, Intention::Action>, 3> kActions{{
    {"allow", Intention::Action::allow},
    {"deny", Intention::Action::deny},
    {"delete", Intention::Action::remove},
}};

std::optional<Intention> parse_intention(std::string_view text) {
  const auto parts = split(text, ' ');
  if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) return std::nullopt;
  for (const auto& [name, action] : kActions) {
    if (parts[0] != name) continue;
    return Intention{action, std::string(parts[1]), std::string(parts[2]), {}};
  }
  return std::nullopt;
}

constexpr std::array<Key<MeshService>, 2> kMeshServiceKeys{{
    {"behind",
     [](Reader& r, const Place& at, MeshService& out) { out.behind = read_texts(r, at); }},
    {"calls", [](Reader& r, const Place& at, MeshService& out) { out.calls = read_texts(r, at); }},
}};

void read_mesh_services(Reader& reader, const Place& at, Mesh& out) {
  if (!is_mapping(reader, at)) return;
  for (const config::Member& member : at.node.members) {
    MeshService service;
    service.name = member.key;
    service.where = member.key_where;
    read_keys(reader, at.member(member), kMeshServiceKeys, "a service of the mesh", service);
    out.services.push_back(std::move(service));
  }
}

constexpr std::array kDefaults{Word<bool>{"allow", true}, Word<bool>{"deny", false}};
constexpr std::array<Key<Mesh>, 4> kMeshKeys{{
    {"gateway",
     [](Reader& r, const Place& at, Mesh& out) { out.gateway = read_name(r, at).value_or(""); },
     true},
    {"services", read_mesh_services, true},
    {"default",
     [](Reader& r, const Place& at, Mesh& out) {
       out.allow_by_default = read_choice(r, at, kDefaults).value_or(true);
     }},
    {"intentions",
     [](Reader& r, const Place& at, Mesh& out) { out.intentions = read_intentions(r, at, false); }},
}};

}  // namespace

std::vector<Intention> read_intentions(Reader& reader, const Place& at, bool may_remove) {
  std::vector<Intention> out;
  if (!at.node.is(Kind::sequence)) {
    reader.wrong_type(at, "a list");
    return out;
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Place item = at.item(i);
    auto intention = parse_intention(item.node.text);
    if (!intention || (intention->action == Intention::Action::remove && !may_remove)) {
      reader.report(Fault::bad_value, item, "this is no intention",
                    may_remove ? "allow|deny|delete SOURCE DESTINATION: deny web api"
                               : "allow|deny SOURCE DESTINATION: deny web api");
      continue;
    }
    intention->where = item.node.where;
    out.push_back(std::move(*intention));
  }
  return out;
}

Mesh read_mesh(Reader& reader, const Place& at) {
  Mesh out;
  out.where = at.node.where;
  if (at.node.is(Kind::string) && !at.node.text.empty()) {
    out.topology = resolve(reader.folder(), at.node.text);
  } else {
    read_keys(reader, at, kMeshKeys, "\"mesh\"", out);
  }
  return out;
}

}  // namespace gw::replay
