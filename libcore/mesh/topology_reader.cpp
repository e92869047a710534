#include "mesh/topology_reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "config/reader.h"

namespace gw::mesh {
namespace {

using config::Fault;
using config::Key;
using config::Kind;
using config::Place;
using config::Reader;
using config::Word;
using std::chrono::seconds;

constexpr std::size_t kMaxKeys = 1000;
constexpr std::size_t kMaxKeyBytes = 512;                        // as Consul's
constexpr std::size_t kMaxValueBytes = std::size_t{512} * 1024;  // likewise
constexpr std::size_t kMaxNameBytes = 63;
constexpr seconds kMaxTtl = std::chrono::days{366};
constexpr seconds kMaxSpread = std::chrono::hours{1};

constexpr std::array kActions{
    Word<connect::IntentionAction>{"allow", connect::IntentionAction::allow},
    Word<connect::IntentionAction>{"deny", connect::IntentionAction::deny}};
constexpr std::array kDefaults{Word<bool>{"allow", true}, Word<bool>{"deny", false}};
constexpr std::array kDenials{Word<Denial>{"close", Denial::close},
                              Word<Denial>{"alert", Denial::alert}};

struct GatewayDraft {
  std::string name;
  std::optional<std::vector<TopologyCall>> calls;
};

void read_gateway_name(Reader& reader, const Place& at, GatewayDraft& out) {
  out.name = config::read_name(reader, at).value_or("");
  if (!out.name.empty()) {
    static_cast<void>(fits_service(reader, at.node.where, at.path, out.name));
  }
}

constexpr std::array<Key<GatewayDraft>, 2> kGatewayKeys{{
    {"name", read_gateway_name, true},
    {"calls", [](Reader& r, const Place& at, GatewayDraft& out) { out.calls = read_calls(r, at); }},
}};

// After the services: by default it calls the first of them.
void read_gateway(Reader& reader, const Place& at, Topology& out) {
  GatewayDraft draft;
  if (at.node.is(Kind::mapping)) {
    config::read_keys(reader, at, kGatewayKeys, "the gateway", draft);
  } else {
    read_gateway_name(reader, at, draft);
  }
  out.gateway = std::move(draft.name);
  if (draft.calls) {
    out.gateway_calls = std::move(*draft.calls);
  } else if (!out.services.empty()) {
    out.gateway_calls.push_back(
        {.service = out.services.front().name, .port = 0, .where = at.node.where});
  }
}

// "deny web api", as it stands in files.
std::optional<connect::Intention> parse_intention(Reader& reader, const Place& at) {
  const auto parts = split(at.node.text, ' ');
  const auto* action = parts.size() == 3 ? std::ranges::find(kActions, parts[0],
                                                             &Word<connect::IntentionAction>::name)
                                         : kActions.end();
  if (!at.node.is(Kind::string) || action == kActions.end()) {
    reader.report(Fault::bad_value, at, "this is no intention",
                  "allow|deny SOURCE DESTINATION: deny web api");
    return std::nullopt;
  }
  for (const std::string_view name : {parts[1], parts[2]}) {
    if (auto trouble = intention_name_trouble(name); !trouble.empty()) {
      reader.report(Fault::bad_value, at, std::move(trouble), "a service's name, or *");
      return std::nullopt;
    }
  }
  return connect::Intention{std::string(parts[1]), std::string(parts[2]), action->value};
}

void read_intention(Reader& reader, const Place& at, Topology& out) {
  auto intention = parse_intention(reader, at);
  if (!intention) return;
  const bool is_double = std::ranges::any_of(out.intentions, [&](const connect::Intention& other) {
    return other.source == intention->source && other.destination == intention->destination;
  });
  if (is_double) {
    reader.report(Fault::conflict, at,
                  fmt::format("there is an intention {} => {} already", intention->source,
                              intention->destination),
                  "one intention for each pair");
    return;
  }
  out.intentions.push_back(std::move(*intention));
  out.intention_places.push_back(at.node.where);
}

void read_intentions(Reader& reader, const Place& at, Topology& out) {
  if (!at.node.is(Kind::sequence)) return reader.wrong_type(at, "a list");
  if (at.node.items.size() > kMaxIntentions) {
    return reader.report(Fault::out_of_range, at,
                         fmt::format("{} intentions", at.node.items.size()),
                         fmt::format("at most {}", kMaxIntentions));
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) read_intention(reader, at.item(i), out);
}

void read_network(Reader& reader, const Place& at, Topology& out) {
  const auto address =
      at.node.is(Kind::string) ? IpAddress::parse(at.node.text) : std::optional<IpAddress>{};
  if (address && is_network(*address)) {
    out.network = *address;
    return;
  }
  reader.report(Fault::bad_value, at,
                fmt::format("\"{}\" is no network for a mesh", printable(at.node.text)),
                "127.X.Y.0");
}

bool is_version(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() >= 2 && parts.size() <= 3 &&
         std::ranges::all_of(parts,
                             [](std::string_view part) { return parse_uint(part) < 1000U; }) &&
         std::ranges::all_of(parts,
                             [](std::string_view part) { return parse_uint(part).has_value(); });
}

void read_version(Reader& reader, const Place& at, TopologyConsul& out) {
  // 1.10 is a number to YAML unless it is quoted; its spelling says what is meant.
  const bool is_text = at.node.is(Kind::string) || at.node.is(Kind::number);
  if (is_text && is_version(at.node.text)) {
    out.version = at.node.text;
    return;
  }
  reader.report(Fault::bad_value, at,
                fmt::format("\"{}\" is no version of Consul", printable(at.node.text)), "1.8.7");
}

std::chrono::microseconds read_bounded(Reader& reader, const Place& at, seconds low, seconds high,
                                       std::chrono::microseconds otherwise) {
  const auto read = config::read_duration(reader, at);
  if (!read) return otherwise;
  if (*read >= low && *read <= high) return *read;
  reader.report(Fault::out_of_range, at, fmt::format("{} is out of range", printable(at.node.text)),
                fmt::format("from {} s to {} s", low.count(), high.count()));
  return otherwise;
}

void read_datacenter(Reader& reader, const Place& at, TopologyConsul& out) {
  const auto name = config::read_name(reader, at);
  if (!name) return;
  out.datacenter = *name;
  // Consul lower-cases it, and refuses dots.
  const bool fits = std::ranges::all_of(
      *name, [](char c) { return (is_alnum(c) && to_lower(c) == c) || c == '-' || c == '_'; });
  if (fits && name->size() <= kMaxNameBytes) return;
  reader.report(Fault::bad_value, at,
                fmt::format("\"{}\" is no name of a datacenter", printable(*name)),
                "lower-case letters, digits, - and _");
}

constexpr std::array<Key<TopologyConsul>, 4> kConsulKeys{{
    {"datacenter", read_datacenter},
    {"version", read_version},
    {"leaf_ttl",
     [](Reader& r, const Place& at, TopologyConsul& out) {
       out.leaf_ttl = std::chrono::duration_cast<seconds>(
           read_bounded(r, at, seconds{1}, kMaxTtl, out.leaf_ttl));
     }},
    {"rotation_spread",
     [](Reader& r, const Place& at, TopologyConsul& out) {
       out.rotation_spread = std::chrono::duration_cast<std::chrono::milliseconds>(
           read_bounded(r, at, seconds{0}, kMaxSpread, out.rotation_spread));
     }},
}};

void read_kv(Reader& reader, const Place& at, Topology& out) {
  if (!config::is_mapping(reader, at)) return;
  if (at.node.members.size() > kMaxKeys) {
    return reader.report(Fault::out_of_range, at, fmt::format("{} keys", at.node.members.size()),
                         fmt::format("at most {}", kMaxKeys));
  }
  for (const config::Member& member : at.node.members) {
    const Place value = at.member(member);
    if (member.key.empty() || member.key.size() > kMaxKeyBytes || member.key.front() == '/') {
      reader.report(Fault::bad_value, member.key_where, value.path, "this is no key of the store",
                    fmt::format("1 to {} bytes without a / at the front", kMaxKeyBytes));
    }
    auto text = config::read_sent_text(reader, value);
    if (text && text->size() > kMaxValueBytes) {
      reader.report(Fault::out_of_range, value, fmt::format("a value of {} bytes", text->size()),
                    fmt::format("at most {} bytes", kMaxValueBytes));
    }
    if (text) out.kv.emplace(member.key, std::move(*text));
  }
}

// The gateway after the services.
constexpr std::array<Key<Topology>, 10> kTopologyKeys{{
    {"services", read_services, true},
    {"gateway", read_gateway},
    {"default",
     [](Reader& r, const Place& at, Topology& out) {
       out.allow_by_default = config::read_choice(r, at, kDefaults).value_or(true);
     }},
    {"intentions", read_intentions},
    {"network", read_network},
    {"deny",
     [](Reader& r, const Place& at, Topology& out) {
       out.denial = config::read_choice(r, at, kDenials).value_or(Denial::close);
     }},
    {"cut", [](Reader& r, const Place& at,
               Topology& out) { out.cut_on_deny = config::read_flag(r, at).value_or(false); }},
    {"consul",
     [](Reader& r, const Place& at, Topology& out) {
       config::read_keys(r, at, kConsulKeys, "\"consul\"", out.consul);
     }},
    {"acl", read_acl},
    {"kv", read_kv},
}};

}  // namespace

bool is_service_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && is_alnum(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

bool fits_service(Reader& reader, const config::Span& where, const std::string& path,
                  std::string_view name) {
  if (is_service_name(name)) return true;
  reader.report(Fault::bad_value, where, path,
                fmt::format("\"{}\" cannot be the name of a service", printable(name)),
                fmt::format("up to {} letters, digits, -, _ and .", kMaxNameBytes));
  return false;
}

std::string intention_name_trouble(std::string_view name) {
  if (name == connect::kAnyService || is_service_name(name)) return {};
  if (name.find('*') != std::string_view::npos) {
    return fmt::format("\"{}\": wildcard character '*' cannot be used with partial values",
                       printable(name));
  }
  return fmt::format("\"{}\" cannot be the name of a service", printable(name));
}

Topology read_topology(Reader& reader, const Place& at) {
  Topology out;
  out.where = at.node.where;
  const std::size_t before = reader.errors();
  config::read_keys(reader, at, kTopologyKeys, "a mesh", out);
  if (reader.errors() == before) check_topology(reader, at, out);
  return out;
}

std::optional<Topology> read_topology(config::Sources& sources, config::FileId file,
                                      config::Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.errors();
  const auto documents = config::read_documents(sources, file, diagnostics);
  Reader reader(diagnostics, parent_folder(sources.name(file)));
  if (diagnostics.errors() != before) return std::nullopt;
  if (documents.size() != 1) {
    const config::Span start{.file = file, .line = 1, .column = 1, .end_line = 1, .end_column = 1};
    reader.report(Fault::wrong_type, documents.empty() ? start : documents[1].where, {},
                  documents.empty() ? "there is no topology in this file"
                                    : "a file has one topology, and this is the second",
                  "one mapping with the key services");
    return std::nullopt;
  }
  Topology out = read_topology(reader, {documents.front(), {}});
  if (diagnostics.errors() != before) return std::nullopt;
  return out;
}

}  // namespace gw::mesh
