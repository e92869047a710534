#include "http/accept.h"

#include <array>

#include "base/text.h"

namespace gw::http {
namespace {

struct TypeRow {
  std::string_view name;
  ErrorType type;
};
constexpr std::array kTypes{
    TypeRow{"application/json", ErrorType::json}, TypeRow{"application/xml", ErrorType::xml},
    TypeRow{"text/html", ErrorType::html},        TypeRow{"text/plain", ErrorType::plain},
    TypeRow{"application/grpc", ErrorType::grpc}, TypeRow{"*/*", ErrorType::json},
    TypeRow{"application/*", ErrorType::json},    TypeRow{"text/*", ErrorType::plain},
};

// The q parameter of "type/sub;a=b;q=0.5"; 1 when there is none or it is no number.
double quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto end = parameters.find(';');
    const std::string_view parameter = trim_ows(parameters.substr(0, end));
    parameters.remove_prefix(end == std::string_view::npos ? parameters.size() : end + 1);
    if (parameter.size() > 2 && to_lower(parameter[0]) == 'q' && parameter[1] == '=') {
      return parse_number(parameter.substr(2)).value_or(1.0);
    }
  }
  return 1.0;
}

}  // namespace

std::optional<ErrorType> error_type_of(std::string_view media_type) {
  for (const TypeRow& row : kTypes) {
    if (iequals(row.name, media_type)) return row.type;
  }
  return std::nullopt;
}

ErrorType negotiate(std::string_view accept) {
  double best = 0;
  ErrorType type = ErrorType::json;
  while (!accept.empty()) {
    const auto end = accept.find(',');
    const std::string_view entry = accept.substr(0, end);
    accept.remove_prefix(end == std::string_view::npos ? accept.size() : end + 1);
    const auto semicolon = entry.find(';');
    const double q =
        semicolon == std::string_view::npos ? 1.0 : quality(entry.substr(semicolon + 1));
    if (q <= best) continue;
    best = q;
    type = error_type_of(trim_ows(entry.substr(0, semicolon))).value_or(ErrorType::json);
  }
  return type;
}

}  // namespace gw::http
