// What a replay found: plain data, in the order of the scenarios and steps. report.h renders it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "gateway/trace.h"

namespace gw::replay {

enum class Status : std::uint8_t { passed, failed, skipped, error };

[[nodiscard]] std::string_view name(Status status);

using HeaderLines = std::vector<std::pair<std::string, std::string>>;

// The head of a response as the client got it.
struct ResponseRecord {
  std::uint16_t status = 0;
  HeaderLines headers;
};

// One expectation that did not hold.
struct FailureRecord {
  std::uint64_t repetition = 1;
  WallTime at{};
  std::string what;  // headers.RateLimit-Reset
  std::uint32_t line = 0;
  std::string expected;
  std::string actual;
  std::optional<ResponseRecord> response;
  std::vector<std::string> mesh{};  // what intentions had to say; of a scenario with a mesh
};

// What --explain tells of one request.
struct Explanation {
  WallTime at{};
  std::string method;
  std::string target;
  std::string ip;
  unsigned node = 1;
  gateway::Trace trace;
  std::vector<std::string> mesh{};  // as a FailureRecord has it
  ResponseRecord response;
  std::string body;  // the beginning of it
};

// Explanations kept of one scenario: a traffic step has millions of requests, no reader has.
inline constexpr std::size_t kMaxExplanations = 1000;

struct StepReport {
  // A step with a thousand wrong repetitions is told as well by the first of them.
  static constexpr std::size_t kMaxFailures = 100;

  std::uint32_t number = 1;
  std::string name{};  // empty: none
  std::uint32_t line = 0;
  Status status = Status::passed;
  std::uint64_t requests = 0;
  std::uint64_t skipped_checks = 0;
  std::vector<FailureRecord> failures{};
  std::uint64_t failures_left_out = 0;
  std::vector<Explanation> explain{};
  std::vector<std::string> warnings{};
};

struct ScenarioReport {
  std::string title;
  std::string file;
  std::uint32_t line = 0;
  Status status = Status::passed;
  std::string reason{};  // empty when passed; may have several lines
  std::vector<StepReport> steps{};
  bool out_of_reach = false;         // of an error: something could not be read at all
  std::chrono::microseconds took{};  // of real time; 0 when nobody measured
};

struct RunReport {
  std::vector<ScenarioReport> scenarios;

  [[nodiscard]] std::size_t count(Status status) const;
};

// 3 when something could not be read or nothing was found to run, else 1 when anything failed, else
// 0 (cli.md).
[[nodiscard]] int exit_status(const RunReport& report, bool fail_on_skip);

}  // namespace gw::replay
