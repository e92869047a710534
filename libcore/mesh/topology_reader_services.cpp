// The services of a topology: where they stand, whom they call, how their samples behave.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/topology_reader.h"

namespace gw::mesh {
namespace {

using config::Fault;
using config::Key;
using config::Kind;
using config::Place;
using config::Reader;
using config::Word;
using std::chrono::microseconds;

constexpr std::uint64_t kMaxPort = 65535;
constexpr std::size_t kMaxBehind = 256;
constexpr std::size_t kMaxShownAddresses = 16;

std::uint16_t read_port(Reader& reader, const Place& at, std::uint16_t otherwise) {
  return static_cast<std::uint16_t>(
      config::read_count(reader, at, 1, kMaxPort).value_or(otherwise));
}

std::uint16_t read_status(Reader& reader, const Place& at, std::uint16_t otherwise) {
  return static_cast<std::uint16_t>(config::read_count(reader, at, 200, 599).value_or(otherwise));
}

double read_share(Reader& reader, const Place& at, double high, double otherwise) {
  const auto number = config::read_number(reader, at);
  if (!number) return otherwise;
  if (*number >= 0 && *number <= high) return *number;
  reader.report(Fault::out_of_range, at, fmt::format("{} is out of range", printable(at.node.text)),
                fmt::format("a number from 0 to {}", high));
  return otherwise;
}

void read_into(Reader& reader, const Place& at, microseconds& out) {
  if (const auto read = config::read_duration(reader, at)) out = *read;
}

constexpr std::array<Key<SampleBehaviour>, 4> kTimingKeys{{
    {"p50",
     [](Reader& r, const Place& at, SampleBehaviour& out) { read_into(r, at, out.timing_50); }},
    {"p90",
     [](Reader& r, const Place& at, SampleBehaviour& out) { read_into(r, at, out.timing_90); }},
    {"p99",
     [](Reader& r, const Place& at, SampleBehaviour& out) { read_into(r, at, out.timing_99); }},
    {"variance", [](Reader& r, const Place& at,
                    SampleBehaviour& out) { out.timing_variance = read_share(r, at, 100, 0); }},
}};

constexpr std::array kErrorTypes{Word<bool>{"http_error", false}, Word<bool>{"delay", true}};
constexpr std::array<Key<SampleBehaviour>, 4> kErrorKeys{{
    {"rate", [](Reader& r, const Place& at,
                SampleBehaviour& out) { out.error_rate = read_share(r, at, 1, 0); }},
    {"code", [](Reader& r, const Place& at,
                SampleBehaviour& out) { out.error_code = read_status(r, at, 500); }},
    {"type",
     [](Reader& r, const Place& at, SampleBehaviour& out) {
       out.error_is_delay = config::read_choice(r, at, kErrorTypes).value_or(false);
     }},
    {"delay",
     [](Reader& r, const Place& at, SampleBehaviour& out) { read_into(r, at, out.error_delay); }},
}};

constexpr std::array<Key<SampleBehaviour>, 2> kRateLimitKeys{{
    {"rate", [](Reader& r, const Place& at,
                SampleBehaviour& out) { out.rate_limit = read_share(r, at, 1e6, 0); }},
    {"code", [](Reader& r, const Place& at,
                SampleBehaviour& out) { out.rate_limit_code = read_status(r, at, 503); }},
}};

void read_delay(Reader& reader, const Place& at, TopologyService& out) {
  if (out.sample.timing_50.count() > 0) {
    return reader.report(Fault::conflict, at, "\"delay\" is timing.p50, which is given already",
                         "one of the two");
  }
  read_into(reader, at, out.sample.timing_50);
}

void read_shown_addresses(Reader& reader, const Place& at, TopologyService& out) {
  out.sample.ip_addresses = config::read_texts(reader, at);
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Place item = at.item(i);
    if (IpAddress::parse(item.node.text)) continue;
    reader.report(Fault::bad_value, item, "this is no IP address", "192.168.74.44");
  }
  if (at.node.items.size() <= kMaxShownAddresses) return;
  reader.report(Fault::out_of_range, at, fmt::format("{} addresses", at.node.items.size()),
                fmt::format("at most {}", kMaxShownAddresses));
}

void read_address(Reader& reader, const Place& at, TopologyService& out) {
  const auto address =
      at.node.is(Kind::string) ? IpAddress::parse(at.node.text) : std::optional<IpAddress>{};
  if (address && address->v4 && address->bytes[12] == 127) {
    out.address = *address;
    return;
  }
  reader.report(Fault::bad_value, at,
                fmt::format("\"{}\" is no address of this machine", printable(at.node.text)),
                "an address of 127.0.0.0/8");
}

// An address, not a name: nothing is resolved.
void read_application(Reader& reader, const Place& at, TopologyService& out) {
  const std::string& text = at.node.text;
  const auto colon = text.rfind(':');
  const bool has_port = at.node.is(Kind::string) && colon != std::string::npos;
  const auto port = has_port ? parse_uint(std::string_view(text).substr(colon + 1)) : std::nullopt;
  if (port && *port > 0 && *port <= kMaxPort && IpAddress::parse(text.substr(0, colon))) {
    out.application = text;
    return;
  }
  reader.report(Fault::bad_value, at,
                fmt::format("\"{}\" is no address with a port", printable(text)),
                "IP:PORT: 127.0.0.1:3000");
}

void read_behind(Reader& reader, const Place& at, TopologyService& out) {
  out.behind = config::read_texts(reader, at);
  if (out.behind.size() <= kMaxBehind) return;
  reader.report(Fault::out_of_range, at, fmt::format("{} names", out.behind.size()),
                fmt::format("at most {}", kMaxBehind));
}

// `delay` after `timing`.
constexpr std::array<Key<TopologyService>, 13> kServiceKeys{{
    {"calls",
     [](Reader& r, const Place& at, TopologyService& out) { out.calls = read_calls(r, at); }},
    {"behind", read_behind},
    {"address", read_address},
    {"port", [](Reader& r, const Place& at,
                TopologyService& out) { out.port = read_port(r, at, out.port); }},
    {"sidecar",
     [](Reader& r, const Place& at, TopologyService& out) {
       out.sidecar_port = read_port(r, at, out.sidecar_port);
     }},
    {"application", read_application},
    {"name", [](Reader& r, const Place& at,
                TopologyService& out) { out.sample.name = config::read_name(r, at).value_or(""); }},
    {"message",
     [](Reader& r, const Place& at, TopologyService& out) {
       out.sample.message = config::read_sent_text(r, at).value_or("");
     }},
    {"timing",
     [](Reader& r, const Place& at, TopologyService& out) {
       config::read_keys(r, at, kTimingKeys, "\"timing\"", out.sample);
     }},
    {"delay", read_delay},
    {"error",
     [](Reader& r, const Place& at, TopologyService& out) {
       config::read_keys(r, at, kErrorKeys, "\"error\"", out.sample);
     }},
    {"rate_limit",
     [](Reader& r, const Place& at, TopologyService& out) {
       config::read_keys(r, at, kRateLimitKeys, "\"rate_limit\"", out.sample);
     }},
    {"ip_addresses", read_shown_addresses},
}};

void add_call(Reader& reader, const Place& at, std::string name, std::uint16_t port,
              std::vector<TopologyCall>& out) {
  if (std::ranges::find(out, name, &TopologyCall::service) != out.end()) {
    return reader.report(Fault::conflict, at,
                         fmt::format("\"{}\" is called already", printable(name)),
                         "one entry each");
  }
  out.push_back({.service = std::move(name), .port = port, .where = at.node.where});
}

}  // namespace

std::vector<TopologyCall> read_calls(Reader& reader, const Place& at) {
  std::vector<TopologyCall> out;
  const bool is_list = at.node.is(Kind::sequence);
  if (!is_list && !at.node.is(Kind::mapping)) {
    reader.wrong_type(at, "a list of services, or services with ports");
    return out;
  }
  if (at.node.items.size() + at.node.members.size() > kMaxCalls) {
    reader.report(Fault::out_of_range, at,
                  fmt::format("{} calls", at.node.items.size() + at.node.members.size()),
                  fmt::format("at most {}", kMaxCalls));
    return out;
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Place item = at.item(i);
    if (auto name = config::read_name(reader, item)) add_call(reader, item, *name, 0, out);
  }
  for (const config::Member& member : at.node.members) {
    const Place port = at.member(member);
    out.push_back({.service = member.key, .port = 0, .where = member.key_where});
    if (!member.value.is(Kind::null)) out.back().port = read_port(reader, port, 0);
  }
  return out;
}

void read_services(Reader& reader, const Place& at, Topology& out) {
  if (!config::is_mapping(reader, at)) return;
  if (at.node.members.size() > kMaxServices) {
    return reader.report(Fault::out_of_range, at,
                         fmt::format("{} services", at.node.members.size()),
                         fmt::format("at most {}", kMaxServices));
  }
  for (const config::Member& member : at.node.members) {
    const Place place = at.member(member);
    TopologyService service;
    service.name = member.key;
    service.where = member.key_where;
    static_cast<void>(fits_service(reader, member.key_where, place.path, member.key));
    // `api:` with nothing behind it is a service as they come.
    if (!member.value.is(Kind::null)) {
      config::read_keys(reader, place, kServiceKeys, "a service of the mesh", service);
    }
    out.services.push_back(std::move(service));
  }
}

}  // namespace gw::mesh
