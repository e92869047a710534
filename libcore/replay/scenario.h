// A scenario as a value: the world it starts from, and the steps that are played in it.
//
// Everything that scenario-format.md allows in a file has its place here, checked and with defaults
// filled in by read_scenarios() (scenario_reader.h). Places (`where`) are for reports.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"
#include "base/time.h"
#include "config/load.h"
#include "config/tree.h"
#include "gateway/exchange.h"
#include "gateway/snapshot.h"
#include "mesh/topology.h"
#include "model/level.h"
#include "replay/expectation.h"

namespace gw::replay {

// 2024-01-01T00:00:00Z, unless the scenario says otherwise.
inline constexpr WallTime kDefaultStart{std::chrono::seconds{1'704'067'200}};
// Repetitions of a step; two minutes of simulation at the slowest speed measured.
inline constexpr std::uint64_t kMaxTimes = 10'000'000;
// Of all streams of a traffic step together: an hour at 27,000 a second, a month at 38 a second.
inline constexpr std::uint64_t kMaxTrafficRequests = 100'000'000;
inline constexpr std::size_t kMaxSteps = 100'000;
inline constexpr std::size_t kMaxScenarios = 100'000;  // of one file
inline constexpr std::size_t kMaxStreams = 1000;
inline constexpr std::uint64_t kMaxNodes = 1000;

// A file or folder of the config; already resolved against the scenario's own folder.
struct ConfigPath {
  std::string path;
  config::Span where;
};
// What `config` lists, in order: a path, a document written out in the scenario, a merge patch.
using ConfigPart = std::variant<ConfigPath, config::Node, config::Patch>;

enum class BodyKind : std::uint8_t { none, text, json, form };

// A request, complete: the defaults of `client` are in, its body is bytes. Its framing
// (Content-Length) and the place of the API key are the player's to add.
struct Request {
  std::string method = "GET";
  std::string target = "/";  // with the query
  std::string host = "localhost";
  IpAddress ip = IpAddress::loopback();
  gateway::Scheme scheme = gateway::Scheme::http;
  std::optional<std::string> sni;  // with https; nullopt: the host's name
  // Every field line in order, Host first (unless the file removes it), Content-Type of json and
  // form bodies among them.
  std::vector<Field> fields;
  BodyKind body_kind = BodyKind::none;
  std::string body;
  std::optional<std::string> apikey;
  std::optional<std::uint32_t> node;  // from 1; nullopt: the balancer's choice
  config::Span where;
};

enum class StubFailure : std::uint8_t {
  refused,  // no connection
  reset,    // accepted, then closed before a response byte
  timeout,  // accepted, never answers
  dns,      // the name does not resolve
  tls,      // the handshake is refused
};

// What stands behind the gateway under one name.
struct Stub {
  std::optional<StubFailure> fail;
  std::uint16_t status = 200;
  std::vector<Field> headers;       // Content-Type of body and json among them
  std::optional<std::string> body;  // nullopt: a JSON echo of the request
  std::chrono::microseconds delay{};
  config::Span where;
  std::vector<std::string> because{};  // why the mesh has it so; empty outside of a mesh
};
// By host:port, host, service's name or "*".
using Stubs = std::map<std::string, Stub, std::less<>>;
// nullopt removes.
using StubChanges = std::map<std::string, std::optional<Stub>, std::less<>>;

enum class Balance : std::uint8_t { round_robin, random, ip };

// A setting by Kong's name, in the form that gateway::apply_setting takes; already checked.
struct Setting {
  std::string name;
  std::string value;
  config::Span where;
};

// nullopt: not said (the defaults are in the comments), or left as it is by a `set`.
struct GatewayOptions {
  std::optional<model::Level> compat;             // by the config
  std::optional<std::uint32_t> nodes;             // 1
  std::optional<Balance> balance;                 // round_robin
  std::optional<std::uint64_t> seed;              // 1
  std::optional<gateway::CountingMode> counting;  // exact
  std::vector<Setting> settings;
  config::Span where;
};

// Whether the store of the redis policy answers.
enum class Counters : std::uint8_t { up, down };

// "deny kong web", "delete kong web" of a `set`.
struct IntentionChange {
  enum class Action : std::uint8_t { allow, deny, remove };
  Action action = Action::allow;
  std::string source;
  std::string destination;
  config::Span where;
};

// One request, `times` times; `every` is from send to send.
struct Send {
  Request request;
  std::uint64_t times = 1;
  CalendarSpan every;
};

// What a `set` step changes; whatever is empty stays as it is.
struct Change {
  std::optional<Counters> counters;
  StubChanges upstreams;
  std::optional<std::vector<ConfigPart>> config;
  std::optional<GatewayOptions> gateway;  // without compat and nodes
  std::vector<IntentionChange> intentions;
};

enum class Arrivals : std::uint8_t { uniform, poisson };

// `count` requests in each `per`: 50/s, 5/h.
struct Rate {
  double count = 1;
  std::chrono::microseconds per{std::chrono::seconds{1}};
};

struct Stream {
  Request request;
  Rate rate;
  // Exactly one of the two.
  std::optional<CalendarSpan> lasts;  // `for`; half-open
  std::optional<std::uint64_t> count;
  Arrivals arrivals = Arrivals::uniform;
  std::uint64_t seed = 1;
  config::Span where;
};

struct Traffic {
  std::vector<Stream> streams;
};

// After the previous request was sent; after a traffic step: from its end.
struct After {
  CalendarSpan span;
};
using At = std::variant<WallTime, After>;

struct Step {
  std::string name;  // empty: unnamed
  std::optional<At> at;
  config::Span at_where;
  std::variant<Send, Change, Traffic> action;
  Expectation expect;
  config::Span where;
};

struct Scenario {
  std::string title;
  std::string description;
  std::string file;                // as reached from the command line
  config::Span where;              // of the `scenario` key
  std::vector<ConfigPart> config;  // empty: -c has to give one
  WallTime clock = kDefaultStart;
  Stubs upstreams;
  GatewayOptions gateway;
  Counters counters = Counters::up;
  std::optional<mesh::Topology> mesh;
  std::string mesh_file;  // that the topology was read from; empty: it stands in the scenario
  std::vector<Step> steps;
};

}  // namespace gw::replay
