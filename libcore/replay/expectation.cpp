#include "replay/expectation.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::replay {
namespace {

// Collects what one answer does not keep.
class Judge {
 public:
  Judge(bool from_outside, std::size_t repetition)
      : from_outside_(from_outside), repetition_(repetition) {}

  void text(const std::optional<Matcher>& matcher, std::string_view what, std::string_view value) {
    if (matcher) add(match(*matcher, value, repetition_), what);
  }
  // As text(), of a value that only the gateway knows and that may be absent.
  void inner(const std::optional<Matcher>& matcher, std::string_view what,
             const std::optional<std::string>& value) {
    if (!matcher || skips()) return;
    if (value) return text(matcher, what, *value);
    add(match(*matcher, std::span<const std::string_view>{}, repetition_), what);
  }
  void json(const std::optional<JsonMatcher>& matcher, std::string_view what,
            std::string_view body) {
    if (matcher) add(match_json(*matcher, body, repetition_), what);
  }
  // To `absent` and `present` an empty body is none; to all else it is an empty text.
  void body(const std::optional<Matcher>& matcher, std::string_view what, std::string_view value) {
    if (!matcher) return;
    const bool none = value.empty() && asks_presence(matcher->at(repetition_));
    add(match(*matcher, std::span(&value, none ? 0U : 1U), repetition_), what);
  }
  void headers(const std::vector<HeaderExpectation>& expected, std::string_view prefix,
               const std::vector<Field>& fields) {
    for (const HeaderExpectation& header : expected) header_values(header, prefix, fields);
  }
  void upstream(const std::vector<UpstreamExpectation>& expected, const Observation& actual) {
    if (expected.empty()) return;
    const UpstreamExpectation& now =
        expected.size() == 1 ? expected.front() : expected.at(repetition_);
    using Presence = UpstreamExpectation::Presence;
    if (now.presence == Presence::any || skips()) return;
    if (now.presence == Presence::absent) return no_upstream(now, actual);
    text(now.attempts, "upstream.attempts", std::to_string(actual.attempts));
    if (actual.attempts > 0) return seen(now, actual);
    if (asks_request(now) || !now.attempts) fail("upstream", now.where, "present", "absent");
  }

  [[nodiscard]] Evaluation take() { return std::move(out_); }

 private:
  [[nodiscard]] bool skips() {
    if (from_outside_) ++out_.skipped;
    return from_outside_;
  }
  [[nodiscard]] static bool asks_presence(const Rule& rule) {
    return std::ranges::any_of(rule.checks, [](const Check& check) {
      return std::holds_alternative<Absent>(check) || std::holds_alternative<Present>(check);
    });
  }

  void fail(std::string what, config::Span where, std::string expected, std::string actual) {
    out_.failures.push_back({std::move(what), where, std::move(expected), std::move(actual)});
  }
  void add(MatchResult result, std::string_view what) {
    if (result) return;
    fail(fmt::format("{}{}", what, result.path), result.where, std::move(result.expected),
         std::move(result.actual));
  }

  void header_values(const HeaderExpectation& header, std::string_view prefix,
                     const std::vector<Field>& fields) {
    if (iequals(header.name, "Date") && prefix == "headers" && skips()) return;
    std::vector<std::string_view> values;
    for (const Field& field : fields) {
      if (iequals(field.name, header.name)) values.push_back(trim_ows(field.value));
    }
    add(match(header.value, values, repetition_), fmt::format("{}.{}", prefix, header.name));
  }

  // Whether anything is asked of the request itself.
  [[nodiscard]] static bool asks_request(const UpstreamExpectation& expected) {
    return expected.method || expected.path || expected.body || expected.json ||
           expected.json_exact || !expected.headers.empty();
  }

  void no_upstream(const UpstreamExpectation& expected, const Observation& actual) {
    if (actual.attempts == 0) return;
    fail("upstream", expected.where, "absent",
         actual.upstream
             ? fmt::format("{} {}", actual.upstream->method, clip(actual.upstream->path))
             : fmt::format("{} attempts", actual.attempts));
  }

  void seen(const UpstreamExpectation& expected, const Observation& actual) {
    if (!asks_request(expected)) return;
    if (!actual.upstream) {
      return fail("upstream", expected.where, "a request that reached it",
                  fmt::format("{} attempts, none reached it", actual.attempts));
    }
    text(expected.method, "upstream.method", actual.upstream->method);
    text(expected.path, "upstream.path", actual.upstream->path);
    headers(expected.headers, "upstream.headers", actual.upstream->fields);
    body(expected.body, "upstream.body", actual.upstream->body);
    json(expected.json, "upstream.json", actual.upstream->body);
    json(expected.json_exact, "upstream.json_exact", actual.upstream->body);
  }

  bool from_outside_;
  std::size_t repetition_;
  Evaluation out_;
};

struct TallyRow {
  std::string_view name;
  std::optional<Matcher> TallyExpectation::* expected;
  std::uint64_t (*actual)(const Tally&);
};
constexpr std::array kTally{
    TallyRow{"requests", &TallyExpectation::requests, [](const Tally& t) { return t.requests(); }},
    TallyRow{"passed", &TallyExpectation::passed, [](const Tally& t) { return t.passed; }},
    TallyRow{"limited", &TallyExpectation::limited, [](const Tally& t) { return t.limited; }},
    TallyRow{"denied", &TallyExpectation::denied, [](const Tally& t) { return t.denied; }},
    TallyRow{"failed", &TallyExpectation::failed, [](const Tally& t) { return t.failed; }},
};

using Groups = std::map<std::string, Tally, std::less<>>;
struct GroupRow {
  std::string_view name;
  GroupExpectations TrafficExpectation::* expected;
  Groups TrafficSums::* actual;
};
constexpr std::array kGroups{
    GroupRow{"by_consumer", &TrafficExpectation::by_consumer, &TrafficSums::by_consumer},
    GroupRow{"by_route", &TrafficExpectation::by_route, &TrafficSums::by_route},
    GroupRow{"by_node", &TrafficExpectation::by_node, &TrafficSums::by_node},
    GroupRow{"by_status", &TrafficExpectation::by_status, &TrafficSums::by_status},
};

void judge_tally(Judge& judge, const TallyExpectation& expected, const Tally& actual,
                 const std::string& prefix) {
  for (const TallyRow& row : kTally) {
    judge.text(expected.*row.expected, fmt::format("{}{}", prefix, row.name),
               std::to_string(row.actual(actual)));
  }
}

}  // namespace

Evaluation evaluate(const Expectation& expected, const Observation& actual,
                    std::size_t repetition) {
  Judge judge(actual.from_outside, repetition);
  judge.text(expected.status, "status", std::to_string(actual.status));
  judge.inner(expected.route, "route", actual.route);
  judge.inner(expected.consumer, "consumer", actual.consumer);
  judge.headers(expected.headers, "headers", actual.fields);
  judge.body(expected.body, "body", actual.body);
  judge.json(expected.json, "json", actual.body);
  judge.json(expected.json_exact, "json_exact", actual.body);
  judge.upstream(expected.upstream, actual);
  return judge.take();
}

std::vector<Failure> evaluate(const TrafficExpectation& expected, const TrafficSums& actual) {
  Judge judge(false, 0);
  judge_tally(judge, expected.total, actual.total, "");
  for (const GroupRow& row : kGroups) {
    const Groups& groups = actual.*row.actual;
    for (const auto& [name, tally] : expected.*row.expected) {
      const auto found = groups.find(name);
      judge_tally(judge, tally, found == groups.end() ? Tally{} : found->second,
                  fmt::format("{}.{}.", row.name, name));
    }
  }
  judge.text(expected.overshoot, "overshoot", format_number(actual.overshoot));
  return judge.take().failures;
}

}  // namespace gw::replay
