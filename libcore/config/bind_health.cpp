#include "config/bind_health.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/values.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;
using model::CheckType;

// A record that may be missing: its defaults count all the same.
class Record {
 public:
  Record(const Node& node, Fields fields, const model::Level& level)
      : node_(&node), fields_(fields), level_(level) {}

  [[nodiscard]] Record sub(std::string_view name) const {
    static const Node empty = make_mapping();
    const FieldSpec* field = find_field(fields_, name, level_);
    const Node* given = values().find(name);
    return {given == nullptr ? empty : *given, field == nullptr ? Fields{} : field->fields, level_};
  }
  [[nodiscard]] Values values() const { return {*node_, fields_, level_}; }

  // A list of numbers; the schema's defaults are JSON.
  [[nodiscard]] std::vector<std::uint16_t> statuses() const {
    std::vector<std::uint16_t> out;
    if (const Node* given = values().find("http_statuses")) {
      for (const Node& item : given->items) out.push_back(static_cast<std::uint16_t>(item.number));
      return out;
    }
    const FieldSpec* field = find_field(fields_, "http_statuses", level_);
    if (field == nullptr || field->fallback.size() < 2) return out;
    for (const auto part : split_list(field->fallback.substr(1, field->fallback.size() - 2))) {
      out.push_back(static_cast<std::uint16_t>(parse_uint(part).value_or(0)));
    }
    return out;
  }

 private:
  const Node* node_;
  Fields fields_;
  model::Level level_;
};

model::HealthRules rules(const Record& record) {
  const Record healthy = record.sub("healthy");
  const Record unhealthy = record.sub("unhealthy");
  const auto count = [](const Record& r, std::string_view name) {
    return r.values().integer<std::uint32_t>(name);
  };
  return {.successes = count(healthy, "successes"),
          .http_failures = count(unhealthy, "http_failures"),
          .tcp_failures = count(unhealthy, "tcp_failures"),
          .timeouts = count(unhealthy, "timeouts"),
          .healthy_statuses = healthy.statuses(),
          .unhealthy_statuses = unhealthy.statuses()};
}

CheckType check_type(std::string_view text) {
  // In the order of the enumerators.
  constexpr std::array kNames{"http"sv, "https"sv, "tcp"sv, "grpc"sv, "grpcs"sv};
  const auto* const found = std::ranges::find(kNames, text);
  return found == kNames.end() ? CheckType::http : static_cast<CheckType>(found - kNames.begin());
}

model::ActiveCheck active(const Record& record) {
  const Values v = record.values();
  model::ActiveCheck check;
  check.rules = rules(record);
  check.type = check_type(v.text("type"));
  check.timeout = v.number("timeout");
  check.healthy_interval = record.sub("healthy").values().number("interval");
  check.unhealthy_interval = record.sub("unhealthy").values().number("interval");
  check.concurrency = v.integer<std::uint32_t>("concurrency");
  check.http_path = v.text("http_path");
  check.https_sni = v.text("https_sni");
  check.https_verify_certificate = v.flag("https_verify_certificate");
  if (const Node* headers = v.find("headers")) {
    for (const Member& member : headers->members) {
      std::vector<std::string> values;
      values.reserve(member.value.items.size());
      for (const Node& item : member.value.items) values.push_back(item.text);
      check.headers.emplace_back(member.key, std::move(values));
    }
  }
  return check;
}

}  // namespace

model::HealthChecks bind_health(const Node& upstream, Fields fields, const model::Level& level) {
  const Record record = Record(upstream, fields, level).sub("healthchecks");
  return {.passive = rules(record.sub("passive")),
          .active = active(record.sub("active")),
          .threshold = record.values().number("threshold")};
}

}  // namespace gw::config
