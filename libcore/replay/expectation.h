// What a step expects, and the judgement of what came: values in, a list of failures out.
//
// The simulator and the runners against real gateways fill an Observation (or TrafficSums) and call
// evaluate(); nothing here knows how the answer was come by. See scenario-format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replay/matcher.h"

namespace gw::replay {

// A header field line.
struct Field {
  std::string name;
  std::string value;

  friend bool operator==(const Field&, const Field&) = default;
};

struct HeaderExpectation {
  std::string name;
  Matcher value;
};

// What is expected of the request that the upstream saw last.
struct UpstreamExpectation {
  enum class Presence : std::uint8_t {
    any,      // an element that is not checked
    absent,   // the gateway answered without trying an upstream
    present,  // it tried one; the members say more
  };
  Presence presence = Presence::present;
  std::optional<Matcher> method;
  std::optional<Matcher> path;  // with the query
  std::vector<HeaderExpectation> headers;
  std::optional<Matcher> body;
  std::optional<JsonMatcher> json;
  std::optional<JsonMatcher> json_exact;
  std::optional<Matcher> attempts;
  config::Span where;
};

// Of the numbers of requests that a traffic step sums up.
struct TallyExpectation {
  std::optional<Matcher> requests;
  std::optional<Matcher> passed;
  std::optional<Matcher> limited;
  std::optional<Matcher> denied;
  std::optional<Matcher> failed;
};
using GroupExpectations = std::vector<std::pair<std::string, TallyExpectation>>;

struct TrafficExpectation {
  TallyExpectation total;
  GroupExpectations by_consumer;
  GroupExpectations by_route;
  GroupExpectations by_node;
  GroupExpectations by_status;
  std::optional<Matcher> overshoot;
};

enum class Reload : std::uint8_t { accepted, refused };

// Of a step: of a request what stands first, of a traffic step `traffic`, of a set step `reload`.
struct Expectation {
  std::optional<Matcher> status;
  std::vector<HeaderExpectation> headers;
  std::optional<Matcher> body;
  std::optional<JsonMatcher> json;
  std::optional<JsonMatcher> json_exact;
  std::optional<Matcher> route;
  std::optional<Matcher> consumer;
  // Empty: nothing is expected; one: of every repetition; else one a repetition.
  std::vector<UpstreamExpectation> upstream;

  TrafficExpectation traffic;

  Reload reload = Reload::accepted;
  config::Span reload_where;
};

// A request as an upstream saw it.
struct UpstreamRequest {
  std::string method;
  std::string path;  // with the query
  std::vector<Field> fields;
  std::string body;
};

// All that is known of one answer.
struct Observation {
  std::uint16_t status = 0;
  std::vector<Field> fields;
  std::string body;
  // Seen from outside (--target): what follows is not known; expectations on it, and on Date, are
  // skipped and counted.
  bool from_outside = false;
  std::optional<std::string> route;         // its name, else its id; nullopt: none matched
  std::optional<std::string> consumer;      // its username, else custom_id, else id; nullopt: none
  unsigned attempts = 0;                    // tries of an upstream, also those that reached none
  std::optional<UpstreamRequest> upstream;  // of the last try that reached one
  std::vector<std::string> mesh;  // what intentions had to say to that try; empty without a mesh
};

// How many requests ended how (gateway::Disposition).
struct Tally {
  std::uint64_t passed = 0;
  std::uint64_t limited = 0;
  std::uint64_t denied = 0;
  std::uint64_t failed = 0;

  [[nodiscard]] std::uint64_t requests() const { return passed + limited + denied + failed; }
};

// Requests without a consumer or route stand under this name in their group.
inline constexpr const char* kNone = "absent";

// What a traffic step came to. Groups: consumers and routes by name, nodes "1", "2", ..., statuses
// "429".
struct TrafficSums {
  Tally total;
  std::map<std::string, Tally, std::less<>> by_consumer;
  std::map<std::string, Tally, std::less<>> by_route;
  std::map<std::string, Tally, std::less<>> by_node;
  std::map<std::string, Tally, std::less<>> by_status;
  double overshoot = 0;  // passed minus limit, summed over windows
};

// One expectation that was not met. Texts are not escaped: that is the reports' affair.
struct Failure {
  std::string
      what;  // "status", "headers.RateLimit-Reset", "upstream.json.a[0]", "by_route.web.passed"
  config::Span where;
  std::string expected;
  std::string actual;
};

struct Evaluation {
  std::vector<Failure> failures;
  unsigned skipped = 0;  // checks that could not be made from outside
};

// `repetition` counts from 0.
[[nodiscard]] Evaluation evaluate(const Expectation& expected, const Observation& actual,
                                  std::size_t repetition);
[[nodiscard]] std::vector<Failure> evaluate(const TrafficExpectation& expected,
                                            const TrafficSums& actual);

}  // namespace gw::replay
