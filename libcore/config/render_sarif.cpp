#include <string>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/codes.h"
#include "config/render.h"
#include "config/render_common.h"

namespace gw::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

bool is_uri_character(char c) {
  return is_alnum(c) || std::string_view("-._~/!$&'()*+,;=@").find(c) != std::string_view::npos;
}

// A file name as a relative or absolute URI reference (RFC 3986 section 4.1).
std::string to_uri(std::string_view file) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = file.starts_with('/') ? "file://" : "";
  for (const char c : file) {
    if (is_uri_character(c)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[octet >> 4U];
    out += kHex[octet & 15U];
  }
  return out;
}

Json location(const Span& where, const Sources& sources) {
  const Json region{{"startLine", where.line},
                    {"startColumn", where.column},
                    {"endLine", where.end_line},
                    {"endColumn", where.end_column}};
  return Json{
      {"physicalLocation",
       {{"artifactLocation", {{"uri", to_uri(file_of(where, sources))}}}, {"region", region}}}};
}

Json rules() {
  Json out = Json::array();
  for (const CodeRow& row : codes()) {
    out.push_back(Json{{"id", row.code},
                       {"name", row.name},
                       {"shortDescription", {{"text", row.summary}}},
                       {"help", {{"text", row.mend}}},
                       {"defaultConfiguration", {{"level", to_text(row.severity)}}}});
  }
  return out;
}

Json to_result(const Diagnostic& d, const Sources& sources) {
  Json out{
      {"ruleId", d.code}, {"level", to_text(d.severity)}, {"message", {{"text", full_message(d)}}}};
  out["locations"] = Json::array();
  if (!file_of(d.where, sources).empty()) {
    out["locations"].push_back(location(d.where, sources));
  }
  Json others = Json::array();
  for (const Related& r : d.related) {
    if (file_of(r.where, sources).empty()) continue;
    Json other = location(r.where, sources);
    other["message"] = {{"text", r.message}};
    others.push_back(std::move(other));
  }
  if (!others.empty()) out["relatedLocations"] = std::move(others);
  return out;
}

}  // namespace

std::string render_sarif(const Diagnostics& found, const Sources& sources) {
  Json results = Json::array();
  for (const Diagnostic& d : found.all()) results.push_back(to_result(d, sources));
  Json run;
  run["tool"]["driver"] = Json{{"name", "gatewayctl"}, {"rules", rules()}};
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  Json out{{"$schema", kSchema}, {"version", "2.1.0"}};
  out["runs"] = Json::array();
  out["runs"].push_back(std::move(run));
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gw::config
