#include <chrono>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include <doctest/doctest.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "config/load.h"
#include "config/reader.h"
#include "config/render.h"
#include "gateway/balancer.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "gateway/snapshot.h"
#include "http/uri.h"
#include "limit/memory_store.h"
#include "limit/virtual_store.h"
#include "recordings/recording.h"

namespace gw::test {
namespace {

using gateway::AttemptError;
using gateway::Step;

gateway::SnapshotPtr load_snapshot(const Json& config, const std::string& level) {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("recorded.json", config.dump());
  auto trees = config::read_documents(sources, file, diagnostics);
  std::vector<config::Document> documents;
  for (auto& tree : trees) documents.push_back({std::move(tree), true});
  config::LoadOptions options;
  options.level = model::Level::parse(level);
  auto loaded = config::load(documents, {}, options, diagnostics);
  if (!loaded) throw std::runtime_error(config::render_text(diagnostics, sources, false));
  auto snapshot = gateway::compile(std::move(loaded->config), {});
  if (!snapshot) throw std::runtime_error(snapshot.error().message);
  return *snapshot;
}

// The recorder's upstream: see the README of the recordings.
struct Upstream {
  std::uint16_t status = 200;
  std::vector<http::Field> fields;
};

Upstream answer_of(std::string_view path) {
  Upstream up;
  up.fields.push_back({"Content-Type", "application/json"});
  if (path.starts_with("/status/")) {
    up.status = static_cast<std::uint16_t>(parse_uint(path.substr(8, 3)).value_or(200));
    if (up.status == 302) up.fields.push_back({"Location", "/else"});
    if (up.status == 204 || up.status == 304) up.fields.clear();
  } else if (path == "/hdr") {
    for (const http::Field f :
         {http::Field{"X-Up", "1"}, {"Server", "echo/1"}, {"Via", "1.0 up"}}) {
      up.fields.push_back(f);
    }
  } else if (path == "/ratelimit") {
    up.fields.push_back({"X-RateLimit-Limit-Minute", "99"});
    up.fields.push_back({"RateLimit-Limit", "98"});
  } else if (path == "/nobody") {
    up.fields.clear();
  }
  return up;
}

std::vector<Line> lines_of(const std::vector<http::Field>& fields) {
  std::vector<Line> lines;
  for (const auto& f : fields) lines.push_back({std::string(f.name), std::string(f.value)});
  return lines;
}

// The recorder's Redis: nothing listened on other ports.
constexpr std::uint16_t kRedisPort = 6399;

// One node with its counters, fed one request at a time.
class NodeUnderTest {
 public:
  explicit NodeUnderTest(gateway::SnapshotPtr snapshot) : snapshot_(std::move(snapshot)) {}

  Played send(const Json& step, WallTime at) {
    const RequestText text(step);
    const gateway::RequestView request{.head = text.view(),
                                       .peer = {IpAddress::loopback(), 40000},
                                       .scheme = gateway::Scheme::http,
                                       .listener_port = 8600,
                                       .sni = {}};
    now_ = {at, SteadyTime{at.time_since_epoch()}};
    gateway::Exchange exchange(*snapshot_, balancers_, scratch_, request, now_, rng_);
    Played played;
    Step next = exchange.start();
    while (!finish(next, played)) next = perform(exchange, next, text, played);
    (void)exchange.on_end(now_);
    return played;
  }

  std::vector<std::pair<std::string, KeyLeft>> left(WallTime at) const {
    std::vector<std::pair<std::string, KeyLeft>> keys;
    for (const auto& [key, entry] : redis_.entries(at)) {
      const auto life =
          std::chrono::duration_cast<std::chrono::milliseconds>(entry.expires - at).count();
      keys.emplace_back(key, KeyLeft{std::to_string(entry.value), life});
    }
    return keys;
  }

 private:
  // Owns the texts that a RequestView points into.
  struct RequestText {
    std::string method, path, body;
    std::vector<Line> lines;
    std::vector<http::Field> fields;

    explicit RequestText(const Json& step) : method(step["method"]), path(step["path"]) {
      if (step["body"].is_string()) body = step["body"];
      lines.push_back({"Host", "localhost"});
      lines.push_back({"Connection", "close"});
      for (const auto& [name, value] : step["headers"].items()) {
        std::erase_if(lines, [&](const Line& l) { return iequals(l.name, name); });
        lines.push_back({name, value.get<std::string>()});
      }
      for (const Line& line : lines) fields.push_back({line.name, line.value});
    }
    http::HeadView view() const { return {method, path, http::Version::http11, fields}; }
  };

  static bool finish(const Step& step, Played& played) {
    const http::ResponseHead* head = nullptr;
    if (const auto* relay = std::get_if<gateway::Relay>(&step)) {
      head = relay->head;
      played.proxied = true;
    } else if (const auto* respond = std::get_if<gateway::Respond>(&step)) {
      head = respond->head;
      played.body = std::string(respond->body);
    }
    if (head == nullptr) return false;
    played.status = head->status;
    played.fields = lines_of(head->fields);
    return true;
  }

  Step perform(gateway::Exchange& exchange, const Step& step, const RequestText& text,
               Played& played) {
    if (std::holds_alternative<gateway::NeedBody>(step)) {
      return exchange.on_body(std::string_view(text.body));
    }
    if (const auto* counters = std::get_if<gateway::NeedCounters>(&step)) {
      return count(exchange, *counters);
    }
    const auto& attempt = std::get<gateway::Try>(step);
    if (attempt.target.port == 1) return exchange.on_attempt(AttemptError::refused, now_);
    played.upstream_path = std::string(attempt.head->target);
    played.upstream_fields = lines_of(attempt.head->fields);
    played.upstream_body = attempt.body != nullptr ? *attempt.body : text.body;
    const Upstream up = answer_of(http::split_target(attempt.head->target).path);
    return exchange.on_response({up.status, "", http::Version::http11, up.fields}, now_);
  }

  Step count(gateway::Exchange& exchange, const gateway::NeedCounters& counters) {
    std::array<limit::Reading, 4> readings{};
    const std::span<limit::Reading> out(readings);
    if (counters.store->kind == gateway::Store::Kind::memory) {
      const auto n = memory_.charge(counters.charges, whole_seconds(now_.wall), out);
      return exchange.on_counters(std::span<const limit::Reading>(out.first(n)));
    }
    redis_.set_up(counters.store->redis.port == kRedisPort);
    const auto n = redis_.charge(counters.charges, now_.wall, out);
    if (!n) return exchange.on_counters(std::unexpected(n.error()));
    return exchange.on_counters(std::span<const limit::Reading>(out.first(*n)));
  }

  gateway::SnapshotPtr snapshot_;
  gateway::Balancers balancers_;
  gateway::Scratch scratch_;
  Rng rng_{1};
  Instant now_;
  limit::MemoryStore memory_;
  limit::VirtualRedis redis_;
};

// Requests arrived about 20 ms after the time that a step names.
WallTime arrival(const Json& step) {
  const auto start = parse_rfc3339(step["t"][0].get<std::string>());
  const double seconds = step["t"][1].get<double>();
  return *start + std::chrono::microseconds{std::llround(seconds * 1e6)} +
         std::chrono::milliseconds{20};
}

}  // namespace

Json read_recording(const std::string& name) {
  std::ifstream file(std::string(GW_RECORDINGS) + "/" + name);
  return Json::parse(file);
}

PlayedGroup play(const Json& group, const std::string& level) {
  NodeUnderTest node(load_snapshot(group["config"], level));
  PlayedGroup played;
  WallTime last{};
  for (const Json& step : group["steps"]) {
    last = arrival(step);
    played.answers.push_back(node.send(step, last));
  }
  played.left_in_redis = node.left(last);
  return played;
}

}  // namespace gw::test
