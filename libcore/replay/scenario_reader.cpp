#include "replay/scenario_reader.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "config/reader.h"
#include "replay/scenario_fields.h"
#include "replay/scenario_reader_step.h"
#include "replay/scenario_reader_world.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

struct ScenarioDraft {
  Scenario out;
  Client client;
};

void read_upstreams(Reader& reader, const Place& at, ScenarioDraft& draft) {
  for (auto& [name, stub] : read_stub_changes(reader, at, false)) {
    draft.out.upstreams.emplace(name, std::move(*stub));
  }
}

void read_all_steps(Reader& reader, const Place& at, ScenarioDraft& draft) {
  const StepContext context{.client = draft.client,
                            .clock = draft.out.clock,
                            .nodes = draft.out.gateway.nodes.value_or(1),
                            .has_mesh = draft.out.mesh.has_value()};
  draft.out.steps = read_steps(reader, at, context);
}

// Steps last: they need the client, the clock and the nodes.
constexpr std::array<Key<ScenarioDraft>, 10> kScenarioKeys{{
    {"scenario",
     [](Reader& r, const Place& at, ScenarioDraft& out) {
       out.out.title = read_name(r, at).value_or("");
     },
     true},
    {"description",
     [](Reader& r, const Place& at, ScenarioDraft& out) {
       out.out.description = read_text(r, at).value_or("");
     }},
    {"config", [](Reader& r, const Place& at,
                  ScenarioDraft& out) { out.out.config = read_config_parts(r, at); }},
    {"clock", [](Reader& r, const Place& at,
                 ScenarioDraft& out) { out.out.clock = read_time(r, at).value_or(kDefaultStart); }},
    {"client",
     [](Reader& r, const Place& at, ScenarioDraft& out) { out.client = read_client(r, at); }},
    {"upstreams", read_upstreams},
    {"gateway", [](Reader& r, const Place& at,
                   ScenarioDraft& out) { out.out.gateway = read_gateway_options(r, at, false); }},
    {"counters", [](Reader& r, const Place& at,
                    ScenarioDraft& out) { out.out.counters = read_counters(r, at); }},
    {"mesh", [](Reader& r, const Place& at, ScenarioDraft& out) { read_mesh(r, at, out.out); }},
    {"steps", read_all_steps, true},
}};

std::optional<Scenario> read_scenario(Reader& reader, const Node& document, const std::string& file,
                                      const ReadOptions& options) {
  const std::size_t before = reader.errors();
  const Place at{document, {}};
  ScenarioDraft draft;
  draft.out.file = file;
  read_keys(reader, at, kScenarioKeys, "a scenario", draft);
  if (const config::Member* title = document.member("scenario")) {
    draft.out.where = title->key_where;
  }
  if (options.config_required && document.is(Kind::mapping) && document.find("config") == nullptr) {
    reader.report(Fault::missing_key, at, "\"config\" is missing",
                  "a path, a list of paths, the config itself, or -c on the command line");
  }
  if (reader.errors() != before) return std::nullopt;
  return std::move(draft.out);
}

}  // namespace

std::vector<Scenario> read_scenarios(config::Sources& sources, config::FileId file,
                                     config::Diagnostics& diagnostics, const ReadOptions& options) {
  std::vector<Scenario> out;
  const std::size_t before = diagnostics.errors();
  const std::string name = sources.name(file);
  const auto documents = config::read_documents(sources, file, diagnostics);
  Reader reader(diagnostics, parent_folder(name), &sources);
  const config::Span start{.file = file, .line = 1, .column = 1, .end_line = 1, .end_column = 1};
  if (documents.empty() && diagnostics.errors() == before) {
    reader.report(Fault::not_a_scenario, start, {}, "there is no scenario in this file",
                  "a mapping with the keys scenario, config and steps");
  }
  if (documents.size() > kMaxScenarios) {
    reader.report(Fault::out_of_range, start, {}, fmt::format("{} scenarios", documents.size()),
                  fmt::format("at most {} in one file", kMaxScenarios));
    return out;
  }
  for (const Node& document : documents) {
    if (auto scenario = read_scenario(reader, document, name, options)) {
      out.push_back(std::move(*scenario));
    }
  }
  return out;
}

}  // namespace gw::replay
