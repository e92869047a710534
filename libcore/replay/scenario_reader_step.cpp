#include "replay/scenario_reader_step.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "replay/expectation_reader.h"
#include "replay/scenario_reader_traffic.h"
#include "replay/scenario_reader_world.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

// Keys of every step, then those of a step with `send` only (and all of kRequestKeyNames).
constexpr std::array<std::string_view, 6> kStepNames{"name", "at",      "send",
                                                     "set",  "traffic", "expect"};
constexpr std::array<std::string_view, 3> kSendNames{"times", "every", "node"};
constexpr std::array<std::string_view, 3> kActions{"send", "set", "traffic"};

std::vector<std::string_view> step_names() {
  std::vector<std::string_view> out(kStepNames.begin(), kStepNames.end());
  out.insert(out.end(), kSendNames.begin(), kSendNames.end());
  out.insert(out.end(), kRequestKeyNames.begin(), kRequestKeyNames.end());
  return out;
}

// "send", "set" or "traffic"; "" when it is not exactly one, which has been reported.
std::string_view action_of(Reader& reader, const Place& at) {
  std::string_view found;
  for (const std::string_view action : kActions) {
    const config::Member* member = at.node.member(action);
    if (member == nullptr) continue;
    if (!found.empty()) {
      reader.report(Fault::conflict, member->key_where, at.member(*member).path,
                    fmt::format("a step has one action, and this one has \"{}\"", found),
                    "two steps");
      return {};
    }
    found = action;
  }
  if (found.empty()) {
    reader.report(Fault::missing_key, at, "the step does nothing", "one of send, set, traffic");
  }
  return found;
}

void refuse_send_keys(Reader& reader, const Place& at, std::string_view action) {
  for (const config::Member& member : at.node.members) {
    const bool of_send = std::ranges::find(kSendNames, member.key) != kSendNames.end() ||
                         std::ranges::find(kRequestKeyNames, member.key) != kRequestKeyNames.end();
    if (!of_send) continue;
    reader.report(Fault::conflict, member.key_where, at.member(member).path,
                  fmt::format("\"{}\" belongs to a step with \"send\"", member.key),
                  fmt::format("it does not stand beside \"{}\"", action));
  }
}

constexpr std::array<Key<Change>, 5> kChangeKeys{{
    {"counters",
     [](Reader& r, const Place& at, Change& out) { out.counters = read_counters(r, at); }},
    {"upstreams", [](Reader& r, const Place& at,
                     Change& out) { out.upstreams = read_stub_changes(r, at, true); }},
    {"config",
     [](Reader& r, const Place& at, Change& out) { out.config = read_config_parts(r, at); }},
    {"gateway", [](Reader& r, const Place& at,
                   Change& out) { out.gateway = read_gateway_options(r, at, true); }},
    {"intentions",
     [](Reader& r, const Place& at, Change& out) { out.intentions = read_intentions(r, at); }},
}};

Change read_change(Reader& reader, const Place& at) {
  Change out;
  read_keys(reader, at, kChangeKeys, "\"set\"", out);
  if (at.node.is(Kind::mapping) && at.node.members.empty()) {
    reader.report(Fault::missing_key, at, "this changes nothing",
                  "one of counters, upstreams, config, gateway, intentions");
  }
  return out;
}

// The steps of one scenario, in order: a time is checked against the one before.
class StepReader {
 public:
  StepReader(Reader& reader, const StepContext& context)
      : reader_(reader), context_(context), names_(step_names()), reached_(context.clock) {}

  Step read(const Place& at) {
    Step out;
    out.where = at.node.where;
    if (!is_mapping(reader_, at)) return out;
    check_names(reader_, at, names_, "a step");
    if (const auto* name = at.node.member("name")) {
      out.name = read_text(reader_, at.member(*name)).value_or("");
    }
    if (const auto* when = at.node.member("at")) read_at(at.member(*when), out);
    const std::string_view action = action_of(reader_, at);
    if (action == "send") read_send(at, out);
    if (action == "set") read_set(at, out);
    if (action == "traffic") read_traffic(at, out);
    return out;
  }

 private:
  void read_at(const Place& at, Step& out) {
    out.at_where = at.node.where;
    if (at.node.text.starts_with('+')) {
      const Node length = config::make_string(at.node.text.substr(1), at.node.where);
      if (const auto span = read_span(reader_, {length, at.path})) out.at = After{*span};
      return;
    }
    const auto time = read_time(reader_, at);
    if (!time) return;
    out.at = *time;
    if (*time < reached_) {
      reader_.report(Fault::time_passed, at, "this time has passed already",
                     fmt::format("{} or later, or +D", format_rfc3339(reached_)));
    }
    reached_ = std::max(reached_, *time);
  }

  void read_send(const Place& at, Step& out) {
    Send send;
    if (const auto* times = at.node.member("times")) {
      send.times = read_count(reader_, at.member(*times), 1, kMaxTimes).value_or(1);
    }
    if (const auto* every = at.node.member("every")) {
      send.every = read_span(reader_, at.member(*every)).value_or(CalendarSpan{});
    }
    if (auto request = read_request(reader_, at, context_.client)) {
      send.request = std::move(*request);
    }
    if (const auto* node = at.node.member("node")) {
      send.request.node = read_node(reader_, at.member(*node), context_.nodes);
    }
    if (const auto* expect = at.node.member("expect")) {
      out.expect = read_send_expectation(reader_, at.member(*expect), send.times);
    }
    out.action = std::move(send);
  }

  void read_set(const Place& at, Step& out) {
    refuse_send_keys(reader_, at, "set");
    const Place set = at.member(*at.node.member("set"));
    Change change = read_change(reader_, set);
    if (const auto* intentions = set.node.member("intentions"); intentions && !context_.has_mesh) {
      reader_.report(Fault::conflict, intentions->key_where, set.member(*intentions).path,
                     "intentions mean nothing without a mesh", "a key \"mesh\" of the scenario");
    }
    if (const auto* expect = at.node.member("expect")) {
      const Place place = at.member(*expect);
      out.expect = read_set_expectation(reader_, place);
      if (!change.config && place.node.find("reload") != nullptr) {
        reader_.report(Fault::conflict, place, "nothing is reloaded here",
                       "\"reload\" beside a \"set\" with \"config\"");
      }
    }
    out.action = std::move(change);
  }

  void read_traffic(const Place& at, Step& out) {
    refuse_send_keys(reader_, at, "traffic");
    out.action = replay::read_traffic(reader_, at.member(*at.node.member("traffic")),
                                      context_.client, context_.nodes);
    if (const auto* expect = at.node.member("expect")) {
      out.expect = read_traffic_expectation(reader_, at.member(*expect));
    }
  }

  Reader& reader_;
  const StepContext& context_;
  std::vector<std::string_view> names_;
  WallTime reached_;
};

}  // namespace

std::vector<Step> read_steps(Reader& reader, const Place& at, const StepContext& context) {
  std::vector<Step> out;
  if (!at.node.is(Kind::sequence)) {
    reader.wrong_type(at, "a list");
    return out;
  }
  if (at.node.items.empty() || at.node.items.size() > kMaxSteps) {
    reader.report(Fault::out_of_range, at, fmt::format("{} steps", at.node.items.size()),
                  fmt::format("1 to {} steps", kMaxSteps));
    return out;
  }
  StepReader steps(reader, context);
  for (std::size_t i = 0; i < at.node.items.size(); ++i) out.push_back(steps.read(at.item(i)));
  return out;
}

}  // namespace gw::replay
