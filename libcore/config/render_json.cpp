#include <string>

#include <nlohmann/json.hpp>

#include "config/codes.h"
#include "config/render.h"
#include "config/render_common.h"

namespace gw::config {
namespace {

using Json = nlohmann::ordered_json;

Json place(const Span& where, const Sources& sources) {
  return Json{{"file", file_of(where, sources)}, {"line", where.line}, {"column", where.column}};
}

Json related(const Diagnostic& d, const Sources& sources) {
  Json out = Json::array();
  for (const Related& r : d.related) {
    Json entry = place(r.where, sources);
    entry["message"] = r.message;
    out.push_back(std::move(entry));
  }
  return out;
}

Json to_json(const Diagnostic& d, const Sources& sources) {
  Json out{{"code", d.code}, {"severity", to_text(d.severity)}};
  out.update(place(d.where, sources));
  out["end_line"] = d.where.end_line;
  out["end_column"] = d.where.end_column;
  out["path"] = d.path;
  out["message"] = d.message;
  out["expected"] = d.expected;
  out["suggestion"] = d.suggestion;
  out["related"] = related(d, sources);
  return out;
}

}  // namespace

std::string render_json(const Diagnostics& found, const Sources& sources) {
  Json out{{"errors", found.errors()}, {"warnings", found.warnings()}};
  if (found.left_out() != 0) out["left_out"] = found.left_out();
  Json list = Json::array();
  for (const Diagnostic& d : found.all()) list.push_back(to_json(d, sources));
  out["diagnostics"] = std::move(list);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace gw::config
