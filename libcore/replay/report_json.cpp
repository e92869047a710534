#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "replay/report.h"

namespace gw::replay {
namespace {

using Json = nlohmann::ordered_json;

Json headers_of(const ResponseRecord& response) {
  Json list = Json::array();
  for (const auto& [header, value] : response.headers) list.push_back({header, value});
  return list;
}

Json to_json(const ResponseRecord& response) {
  return Json{{"status", response.status}, {"headers", headers_of(response)}};
}

Json to_json(const FailureRecord& failure) {
  Json json{{"repetition", failure.repetition},
            {"at", format_rfc3339(failure.at)},
            {"what", failure.what},
            {"line", failure.line},
            {"expected", failure.expected},
            {"actual", failure.actual}};
  if (failure.response) json["response"] = to_json(*failure.response);
  if (!failure.mesh.empty()) json["mesh"] = failure.mesh;
  return json;
}

Json route_of(const gateway::Trace& trace) {
  Json next = Json::array();
  for (const auto& seen : trace.next) {
    next.push_back({{"name", seen.name}, {"id", seen.id}, {"why_not", seen.why_not}});
  }
  Json route{{"name", nullptr}, {"id", nullptr}};
  if (trace.route) route = Json{{"name", trace.route->name}, {"id", trace.route->id}};
  route["next"] = std::move(next);
  return route;
}

Json credential_of(const gateway::Trace& trace) {
  if (!trace.credential) return nullptr;
  const auto& credential = *trace.credential;
  return Json{{"plugin", credential.plugin},
              {"id", credential.id},
              {"consumer", credential.consumer},
              {"key", credential.key}};
}

Json plugins_of(const gateway::Trace& trace) {
  Json list = Json::array();
  for (const auto& plugin : trace.plugins) {
    Json lost = Json::array();
    for (const auto& other : plugin.lost) {
      lost.push_back({{"id", other.id}, {"scope", other.scope}, {"why", other.why}});
    }
    Json applied = nullptr;
    if (!plugin.applied_id.empty()) {
      applied = Json{{"id", plugin.applied_id}, {"scope", plugin.applied_scope}};
    }
    list.push_back({{"name", plugin.name}, {"applied", applied}, {"lost", lost}});
  }
  return list;
}

Json counters_of(const gateway::Trace& trace) {
  Json list = Json::array();
  for (const auto& counter : trace.counters) {
    list.push_back({{"store", counter.store},
                    {"key", counter.key},
                    {"period", model::row(counter.period).name},
                    {"limit", counter.limit},
                    {"before", counter.before},
                    {"after", counter.after}});
  }
  return list;
}

Json to_json(const Explanation& explanation) {
  Json headers = Json::array();
  for (const auto& header : explanation.trace.headers) {
    headers.push_back(
        {{"name", header.name}, {"value", header.value}, {"because", header.because}});
  }
  Json json{
      {"at", format_rfc3339(explanation.at)},
      {"request",
       {{"method", explanation.method}, {"target", explanation.target}, {"ip", explanation.ip}}},
      {"node", explanation.node},
      {"route", route_of(explanation.trace)},
      {"credential", credential_of(explanation.trace)},
      {"plugins", plugins_of(explanation.trace)},
      {"counters", counters_of(explanation.trace)},
      {"headers", std::move(headers)},
      {"response", to_json(explanation.response)},
      {"body", explanation.body}};
  if (!explanation.mesh.empty()) json["mesh"] = explanation.mesh;
  return json;
}

Json to_json(const StepReport& step);
Json to_json(const ScenarioReport& scenario);

template <class T>
Json list_of(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Json to_json(const StepReport& step) {
  return Json{{"step", step.number},
              {"name", step.name.empty() ? Json(nullptr) : Json(step.name)},
              {"line", step.line},
              {"status", name(step.status)},
              {"requests", step.requests},
              {"skipped_checks", step.skipped_checks},
              {"failures", list_of(step.failures)},
              {"failures_left_out", step.failures_left_out},
              {"warnings", step.warnings},
              {"explain", list_of(step.explain)}};
}

Json to_json(const ScenarioReport& scenario) {
  return Json{{"scenario", scenario.title},
              {"file", scenario.file},
              {"line", scenario.line},
              {"status", name(scenario.status)},
              {"reason", scenario.reason},
              {"took_ms", static_cast<double>(scenario.took.count()) / 1000},
              {"steps", list_of(scenario.steps)}};
}

}  // namespace

std::string render_json(const RunReport& report) {
  const Json json{{"passed", report.count(Status::passed)},
                  {"failed", report.count(Status::failed)},
                  {"skipped", report.count(Status::skipped)},
                  {"errors", report.count(Status::error)},
                  {"scenarios", list_of(report.scenarios)}};
  // Bodies and headers of upstreams need not be UTF-8; what is not becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gw::replay
