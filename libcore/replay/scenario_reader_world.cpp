#include "replay/scenario_reader_world.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "replay/json.h"
#include "replay/send_reader.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

struct PatchDraft {
  config::Patch out;
};

void read_patched_name(Reader& reader, const Place& at, PatchDraft& draft) {
  const auto text = read_text(reader, at);
  if (!text) return;
  const auto parts = split(*text, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return reader.report(Fault::bad_value, at, "this names no object", "KIND/NAME: ingress/web");
  }
  draft.out.kind = parts[0];
  draft.out.name = parts[1];
}

constexpr std::array<Key<PatchDraft>, 2> kPatchKeys{{
    {"patch", read_patched_name, true},
    {"with",
     [](Reader& r, const Place& at, PatchDraft& out) {
       if (is_mapping(r, at)) out.out.with = at.node;
     },
     true},
}};

std::optional<ConfigPart> read_config_part(Reader& reader, const Place& at) {
  if (at.node.is(Kind::mapping) && at.node.find("patch") == nullptr) return ConfigPart{at.node};
  if (at.node.is(Kind::mapping)) {
    PatchDraft draft;
    draft.out.where = at.node.where;
    read_keys(reader, at, kPatchKeys, "a patch", draft);
    return ConfigPart{std::move(draft.out)};
  }
  if (!at.node.is(Kind::string) || at.node.text.empty()) {
    reader.wrong_type(at, "a path or a mapping");
    return std::nullopt;
  }
  return ConfigPart{ConfigPath{resolve(reader.folder(), at.node.text), at.node.where}};
}

constexpr std::array kStubFailures{Word<StubFailure>{"refused", StubFailure::refused},
                                   Word<StubFailure>{"reset", StubFailure::reset},
                                   Word<StubFailure>{"timeout", StubFailure::timeout},
                                   Word<StubFailure>{"dns", StubFailure::dns},
                                   Word<StubFailure>{"tls", StubFailure::tls}};

void take_body(Reader& reader, const Place& at, Stub& out, std::string body,
               std::string_view content_type) {
  if (out.body) {
    return reader.report(Fault::conflict, at, "a stub has one body", "one of body and json");
  }
  out.body = std::move(body);
  // The file's own Content-Type, read before, goes first.
  const auto said = std::ranges::find_if(
      out.headers, [](const Field& field) { return iequals(field.name, "Content-Type"); });
  if (said == out.headers.end()) out.headers.push_back({"Content-Type", std::string(content_type)});
}

void read_stub_headers(Reader& reader, const Place& at, Stub& out) {
  for (auto& [name, values] : read_field_lines(reader, at)) {
    if (!values) {
      reader.report(Fault::bad_value, at, fmt::format("there is no {} to remove", name), "a value");
      continue;
    }
    for (std::string& value : *values) out.headers.push_back({name, std::move(value)});
  }
}

constexpr std::array<Key<Stub>, 6> kStubKeys{{
    {"fail",
     [](Reader& r, const Place& at, Stub& out) { out.fail = read_choice(r, at, kStubFailures); }},
    {"status",
     [](Reader& r, const Place& at, Stub& out) {
       out.status = static_cast<std::uint16_t>(read_count(r, at, 200, 599).value_or(200));
     }},
    {"headers", read_stub_headers},
    {"body",
     [](Reader& r, const Place& at, Stub& out) {
       if (auto text = read_text(r, at)) {
         take_body(r, at, out, std::move(*text), "text/plain; charset=utf-8");
       }
     }},
    {"json", [](Reader& r, const Place& at,
                Stub& out) { take_body(r, at, out, write_json(at.node), "application/json"); }},
    {"delay",
     [](Reader& r, const Place& at, Stub& out) {
       if (const auto delay = read_duration(r, at)) out.delay = *delay;
     }},
}};

Stub read_stub(Reader& reader, const Place& at) {
  Stub out;
  out.where = at.node.where;
  read_keys(reader, at, kStubKeys, "an upstream", out);
  for (const std::string_view key : {"status", "headers", "body", "json"}) {
    const config::Member* answer = at.node.member(key);
    if (!out.fail || answer == nullptr) continue;
    reader.report(Fault::conflict, answer->key_where, at.member(*answer).path,
                  "an upstream that fails gives no answer", "\"fail\" without an answer");
  }
  return out;
}

constexpr std::array kBalances{Word<Balance>{"round_robin", Balance::round_robin},
                               Word<Balance>{"random", Balance::random},
                               Word<Balance>{"ip", Balance::ip}};
constexpr std::array kCountings{Word<gateway::CountingMode>{"exact", gateway::CountingMode::exact},
                                Word<gateway::CountingMode>{"kong", gateway::CountingMode::kong}};

// A level such as 2.0 is a number to YAML unless it is quoted; its spelling says what is meant.
void read_compat(Reader& reader, const Place& at, GatewayOptions& out) {
  out.compat = model::Level::parse(at.node.text);
  if (out.compat) return;
  reader.report(Fault::bad_value, at, fmt::format("\"{}\" is no level", printable(at.node.text)),
                "\"2.0\" to \"2.8\" or \"3.0\" to \"3.9\"");
}

constexpr std::array<Key<GatewayOptions>, 5> kGatewayKeys{{
    {"compat", read_compat},
    {"nodes",
     [](Reader& r, const Place& at, GatewayOptions& out) {
       if (const auto n = read_count(r, at, 1, kMaxNodes)) {
         out.nodes = static_cast<std::uint32_t>(*n);
       }
     }},
    {"balance", [](Reader& r, const Place& at,
                   GatewayOptions& out) { out.balance = read_choice(r, at, kBalances); }},
    {"seed", [](Reader& r, const Place& at,
                GatewayOptions& out) { out.seed = read_count(r, at, 0, std::uint64_t{1} << 53U); }},
    {"counting", [](Reader& r, const Place& at,
                    GatewayOptions& out) { out.counting = read_choice(r, at, kCountings); }},
}};

// As kong.conf would have it: on and off, lists with commas.
std::optional<std::string> setting_text(Reader& reader, const Place& at) {
  if (at.node.is(Kind::boolean)) return at.node.boolean ? "on" : "off";
  if (at.node.is(Kind::sequence)) return join(read_texts(reader, at), ",");
  if (at.node.is(Kind::number)) return at.node.text;
  return read_text(reader, at);
}

std::vector<std::string_view> option_names() {
  auto names = gateway::setting_names();
  for (const auto& key : kGatewayKeys) names.push_back(key.name);
  return names;
}

void read_setting(Reader& reader, const Place& at, const config::Member& member,
                  GatewayOptions& out) {
  if (gateway::is_setting_without_effect(member.key)) {
    return reader.report(Fault::setting_without_effect, member.key_where, at.path,
                         fmt::format("\"{}\" changes nothing here", printable(member.key)));
  }
  auto text = setting_text(reader, at);
  if (!text) return;
  gateway::Settings checked;
  const auto names = option_names();
  if (const auto ok = gateway::apply_setting(checked, member.key, *text); !ok) {
    const bool known = std::ranges::find(names, member.key) != names.end();
    return reader.report(Fault::setting, known ? member.value.where : member.key_where, at.path,
                         ok.error().message, "a setting by Kong's name",
                         known ? "" : std::string(nearest(member.key, names)));
  }
  out.settings.push_back({member.key, std::move(*text), member.value.where});
}

}  // namespace

std::vector<ConfigPart> read_config_parts(Reader& reader, const Place& at) {
  std::vector<ConfigPart> out;
  if (!at.node.is(Kind::sequence)) {
    if (auto part = read_config_part(reader, at)) out.push_back(std::move(*part));
    return out;
  }
  if (at.node.items.empty()) {
    reader.report(Fault::bad_value, at, "the list is empty", "at least one path or mapping");
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    if (auto part = read_config_part(reader, at.item(i))) out.push_back(std::move(*part));
  }
  return out;
}

StubChanges read_stub_changes(Reader& reader, const Place& at, bool may_remove) {
  StubChanges out;
  if (!is_mapping(reader, at)) return out;
  for (const config::Member& member : at.node.members) {
    if (may_remove && member.value.is(Kind::null)) {
      out.emplace(member.key, std::nullopt);
    } else {
      out.emplace(member.key, read_stub(reader, at.member(member)));
    }
  }
  return out;
}

GatewayOptions read_gateway_options(Reader& reader, const Place& at, bool change) {
  GatewayOptions out;
  out.where = at.node.where;
  if (!is_mapping(reader, at)) return out;
  read_known_keys(reader, at, kGatewayKeys, out);
  for (const config::Member& member : at.node.members) {
    const Place value = at.member(member);
    if (change && (member.key == "compat" || member.key == "nodes")) {
      reader.report(Fault::conflict, member.key_where, value.path,
                    fmt::format("\"{}\" cannot change within a scenario", member.key),
                    "it stands at the top of the scenario");
    } else if (std::ranges::find(kGatewayKeys, member.key, &Key<GatewayOptions>::name) ==
               kGatewayKeys.end()) {
      read_setting(reader, value, member, out);
    }
  }
  return out;
}

Counters read_counters(Reader& reader, const Place& at) {
  static constexpr std::array kWords{Word<Counters>{"up", Counters::up},
                                     Word<Counters>{"down", Counters::down}};
  return read_choice(reader, at, kWords).value_or(Counters::up);
}

}  // namespace gw::replay
