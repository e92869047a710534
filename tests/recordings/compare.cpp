#include "recordings/compare.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "base/text.h"
#include "recordings/recording.h"

namespace gw::test {
namespace {

// Fields that differ from run to run, or that belong to the connection and not to the answer.
constexpr std::array<std::string_view, 8> kPassing{"date",
                                                   "connection",
                                                   "content-length",
                                                   "x-kong-upstream-latency",
                                                   "x-kong-proxy-latency",
                                                   "x-kong-response-latency",
                                                   "x-kong-request-id",
                                                   "transfer-encoding"};

bool passing(const std::string& name) {
  return std::ranges::find(kPassing, std::string_view(name)) != kPassing.end();
}

// "name: value" lines in order of text; names that must only be there are kept without a value.
std::multiset<std::string> comparable(const std::vector<Line>& lines) {
  std::multiset<std::string> set;
  for (const Line& line : lines) {
    const std::string name = lower(line.name);
    if (name == "date" || name == "connection" || name == "content-length") continue;
    set.insert(passing(name) ? name : name + ": " + line.value);
  }
  return set;
}

std::vector<Line> lines_of(const Json& pairs) {
  std::vector<Line> lines;
  for (const Json& pair : pairs) lines.push_back({pair[0], pair[1]});
  return lines;
}

// Ids that Kong makes at random are the same length for everybody.
std::string without_request_id(std::string text) {
  const auto at = text.find("request_id");
  if (at == std::string::npos) return text;
  for (std::size_t i = at + 10; i < text.size(); ++i) {
    if (hex_value(text[i]) >= 0) text[i] = 'x';
  }
  return text;
}

std::string shown(const std::multiset<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

// A difference that is meant, with its reason. Of such a group everything is compared but what
// consumer-rate-limiting counted.
struct Deliberate {
  std::string_view group;
  std::string_view reason;
};
constexpr std::array kDeliberate{
    Deliberate{"crl",
               "the original leaks the route and service ids of one request into the counter "
               "keys of the next (kong-behaviour.md 2.3); ours keeps them apart"},
    Deliberate{"redis-crl", "as crl"},
};

bool is_deliberate(const std::string& group) {
  return std::ranges::any_of(kDeliberate, [&](const auto& d) { return d.group == group; });
}

// Without what the leak changes: the family's numbers.
std::vector<Line> without_consumer_limits(std::vector<Line> lines) {
  std::erase_if(lines, [](const Line& line) {
    const std::string name = lower(line.name);
    return name.find("consumer-ratelimit") != std::string::npos || name == "consumer-retry-after";
  });
  return lines;
}

void compare_upstream(const Json& got, const Played& ours) {
  if (got["body"].get<std::string>().empty()) return;  // HEAD, 204, 304
  const Json saw = Json::parse(got["body"].get<std::string>());
  CHECK(ours.upstream_path == saw["path"].get<std::string>());
  CHECK(ours.upstream_body == saw["body"].get<std::string>());
  auto expected = comparable(lines_of(saw["headers"]));
  auto actual = comparable(ours.upstream_fields);
  // Credentials without an id get a random one at 3.x.
  const auto random_id = [](const std::string& line) {
    return line.starts_with("x-credential-identifier");
  };
  if (shown(expected).find("x-credential-identifier: 21111111") == std::string::npos &&
      shown(expected).find("x-credential-identifier: 51111111") == std::string::npos) {
    std::erase_if(expected, random_id);
    std::erase_if(actual, random_id);
  }
  CHECK(shown(actual) == shown(expected));
}

void compare(const Json& got, const Played& ours) {
  CHECK(ours.status == got["status"].get<int>());
  CHECK(shown(comparable(ours.fields)) == shown(comparable(lines_of(got["headers"]))));
  if (ours.proxied) {
    compare_upstream(got, ours);
  } else {
    CHECK(without_request_id(ours.body) == without_request_id(got["body"].get<std::string>()));
  }
}

void compare_but_limits(Json got, Played ours) {
  if (ours.status != got["status"].get<int>()) return;  // the leak moved the limit
  ours.fields = without_consumer_limits(std::move(ours.fields));
  Json kept = Json::array();
  for (const Line& line : without_consumer_limits(lines_of(got["headers"]))) {
    kept.push_back({line.name, line.value});
  }
  got["headers"] = std::move(kept);
  compare(got, ours);
}

// Keys, values and lives that the steps left in Redis. The recorder's Redis did not follow the
// settable clock, nor does a real one here: keys of windows that had passed by then are still
// there.
void compare_left(const Json& group, const PlayedGroup& played, const std::string& level) {
  if (!group.contains("left_in_redis") || is_deliberate(group["name"])) return;
  const bool random_ids = group["name"] == "redis-by-credential" && level >= "3";
  if (random_ids) return;
  constexpr long long kSlack = 3000;  // ms; the recorder's steps took their time
  std::map<std::string, KeyLeft> recorded;
  for (const Json& key : group["left_in_redis"]) {
    recorded[key["key"]] = {key["value"], std::stoll(key["pttl"].get<std::string>())};
  }
  CHECK(played.left_in_redis.empty() == recorded.empty());
  std::set<std::string> ours;
  for (const auto& [key, left] : played.left_in_redis) {
    CAPTURE(key);
    ours.insert(key);
    REQUIRE(recorded.contains(key));
    CHECK(left.value == recorded[key].value);
    const bool is_brief = key.ends_with(":second");
    if (!is_brief) CHECK(left.lives_ms > 0);
    if (!is_brief && played.real_redis) {
      CHECK(left.lives_ms > recorded[key].lives_ms - kSlack);
      CHECK(left.lives_ms < recorded[key].lives_ms + kSlack);
    }
  }
  if (!played.real_redis) return;
  for (const auto& [key, left] : recorded) {
    CAPTURE(key);
    CHECK((ours.contains(key) || key.ends_with(":second")));
  }
}

void compare_group(const Json& group, const std::string& level) {
  const std::string name = group["name"];
  const PlayedGroup played = play(group, level);
  REQUIRE(played.answers.size() == group["got"].size());
  for (std::size_t i = 0; i < played.answers.size(); ++i) {
    CAPTURE(level);
    CAPTURE(name);
    CAPTURE(i);
    CAPTURE(group["steps"][i].dump());
    if (is_deliberate(name)) {
      compare_but_limits(group["got"][i], played.answers[i]);
    } else {
      compare(group["got"][i], played.answers[i]);
    }
  }
  compare_left(group, played, level);
}

}  // namespace

void compare_recording(const std::string& file) {
  const Json recording = read_recording(file);
  const std::string level = recording["level"];
  for (const Json& group : recording["groups"]) {
    const std::string name = group["name"];
    SUBCASE(name.c_str()) {
      compare_group(group, level);
    }
  }
}

}  // namespace gw::test
