// Recorded answers of real Kong nodes, and playing their requests: through the gateway's core
// (play.cpp), or through the real proxy's sockets (play_live.cpp).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/exchange.h"
#include "gateway/snapshot.h"
#include "http/message.h"
#include "limit/memory_store.h"

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
  bool real_redis = false;
};

// Where the recorder's clients connected to.
inline constexpr std::uint16_t kRecordedPort = 8600;

// A step as its bytes were, but for the framing of its body.
struct RecordedRequest {
  explicit RecordedRequest(const Json& step);

  std::string method, path, body;
  std::vector<Line> lines;
};

// The recorder's upstream: see the README of the recordings.
struct RecordedUpstream {
  std::uint16_t status = 200;
  std::vector<http::Field> fields;
};
[[nodiscard]] RecordedUpstream answer_of(std::string_view path);

// The recorder's Redis: simulated (virtual_redis.cpp), or a real one (real_redis.cpp).
class RecordedRedis {
 public:
  RecordedRedis() = default;
  RecordedRedis(const RecordedRedis&) = delete;
  RecordedRedis& operator=(const RecordedRedis&) = delete;
  virtual ~RecordedRedis() = default;

  [[nodiscard]] virtual Result<std::size_t> charge(std::span<const limit::Charge> charges,
                                                   WallTime now, std::span<limit::Reading> out) = 0;
  // Sorted by key.
  [[nodiscard]] virtual std::vector<std::pair<std::string, KeyLeft>> left(WallTime at) = 0;
  [[nodiscard]] virtual bool is_real() const = 0;
};
// Empty.
[[nodiscard]] std::unique_ptr<RecordedRedis> make_redis();

// The node's memory, and the recorder's Redis.
class RecordedStores {
 public:
  [[nodiscard]] Result<std::size_t> charge(const gateway::Store& store,
                                           std::span<const limit::Charge> charges, WallTime now,
                                           std::span<limit::Reading> out);
  // What is left at `at` belongs to what was played.
  void report(WallTime at, PlayedGroup& played) const;

 private:
  limit::MemoryStore memory_;
  std::unique_ptr<RecordedRedis> redis_ = make_redis();
};

[[nodiscard]] Json read_recording(const std::string& name);  // "kong-2.0.json"
[[nodiscard]] gateway::SnapshotPtr load_snapshot(const Json& config, const std::string& level);
// Requests arrived about 20 ms after the time that a step names.
[[nodiscard]] WallTime arrival(const Json& step);
[[nodiscard]] PlayedGroup play(const Json& group, const std::string& level);

}  // namespace gw::test
