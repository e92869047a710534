#include "recordings/recording.h"

#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <stdexcept>

#include "base/text.h"
#include "base/time.h"
#include "config/load.h"
#include "config/reader.h"
#include "config/render.h"

namespace gw::test {
namespace {

// The recorder's Redis: nothing listened on other ports.
constexpr std::uint16_t kRedisPort = 6399;

}  // namespace

Json read_recording(const std::string& name) {
  std::ifstream file(std::string(GW_RECORDINGS) + "/" + name);
  return Json::parse(file);
}

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

RecordedUpstream answer_of(std::string_view path) {
  RecordedUpstream up;
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

WallTime arrival(const Json& step) {
  const auto start = parse_rfc3339(step["t"][0].get<std::string>());
  const double seconds = step["t"][1].get<double>();
  return *start + std::chrono::microseconds{std::llround(seconds * 1e6)} +
         std::chrono::milliseconds{20};
}

Result<std::size_t> RecordedStores::charge(const gateway::Store& store,
                                           std::span<const limit::Charge> charges, WallTime now,
                                           std::span<limit::Reading> out) {
  if (store.kind == gateway::Store::Kind::memory) {
    return memory_.charge(charges, whole_seconds(now), out);
  }
  if (store.redis.port != kRedisPort) {
    return fail(ErrorCode::unreachable, "nothing listened there");
  }
  return redis_->charge(charges, now, out);
}

void RecordedStores::report(WallTime at, PlayedGroup& played) const {
  played.left_in_redis = redis_->left(at);
  played.real_redis = redis_->is_real();
}

RecordedRequest::RecordedRequest(const Json& step) : method(step["method"]), path(step["path"]) {
  if (step["body"].is_string()) body = step["body"];
  lines.push_back({"Host", "localhost"});
  lines.push_back({"Connection", "close"});
  for (const auto& [name, value] : step["headers"].items()) {
    std::erase_if(lines, [&](const Line& line) { return iequals(line.name, name); });
    lines.push_back({name, value.get<std::string>()});
  }
}

}  // namespace gw::test
