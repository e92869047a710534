// Recorded answers of real Kong nodes, and playing their requests through the gateway's core.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace gw::test {

using Json = nlohmann::json;

struct Line {
  std::string name;
  std::string value;
};

// What came back for one request, and what the upstream saw.
struct Played {
  int status = 0;
  std::vector<Line> fields;
  std::string body;
  bool proxied = false;       // the upstream answered
  std::string upstream_path;  // with query
  std::string upstream_body;
  std::vector<Line> upstream_fields;
};

struct KeyLeft {
  std::string value;
  long long lives_ms = 0;
};

// One group of a recording, played from its first step to its last with the recorded times.
struct PlayedGroup {
  std::vector<Played> answers;
  std::vector<std::pair<std::string, KeyLeft>> left_in_redis;  // sorted by key
};

[[nodiscard]] Json read_recording(const std::string& name);  // "kong-2.0.json"
[[nodiscard]] PlayedGroup play(const Json& group, const std::string& level);

}  // namespace gw::test
