// multipart/form-data (RFC 7578), for form.h: as much of it as uploads by curl and browsers need.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/form.h"
#include "base/text.h"

namespace gw::admin {
namespace {

// The value of `name` in "form-data; name="x"; filename=y".
std::string_view parameter(std::string_view header, std::string_view name) {
  std::size_t at = 0;
  while ((at = header.find(';', at)) != std::string_view::npos) {
    std::string_view rest = trim_ows(header.substr(++at));
    const bool named = rest.size() > name.size() && iequals(rest.substr(0, name.size()), name) &&
                       rest[name.size()] == '=';
    if (!named) continue;
    rest.remove_prefix(name.size() + 1);
    if (!rest.starts_with('"')) return rest.substr(0, rest.find_first_of("; \t"));
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('"'));
  }
  return {};
}

std::string_view disposition(std::string_view headers) {
  constexpr std::string_view kName = "content-disposition:";
  for (std::string_view line : split(headers, '\n')) {
    if (line.size() > kName.size() && iequals(line.substr(0, kName.size()), kName)) {
      return line.substr(kName.size(), line.find('\r') - kName.size());
    }
  }
  return {};
}

void put_part(std::vector<Argument>& out, std::string_view part) {
  const auto blank = part.find("\r\n\r\n");
  if (blank == std::string_view::npos) return;
  const std::string_view name = parameter(disposition(part.substr(0, blank)), "name");
  if (name.empty()) return;
  std::erase_if(out, [&](const Argument& known) { return known.name == name; });
  out.push_back({.name = std::string(name), .value = std::string(part.substr(blank + 4))});
}

}  // namespace

std::optional<std::vector<Argument>> parse_multipart(std::string_view body,
                                                     std::string_view content_type,
                                                     std::size_t most) {
  std::vector<Argument> out;
  const std::string_view boundary = parameter(content_type, "boundary");
  const std::string first = "--" + std::string(boundary);
  if (boundary.empty() || !body.starts_with(first)) return out;
  body.remove_prefix(first.size());
  const std::string between = "\r\n" + first;
  while (body.starts_with("\r\n")) {
    const auto end = body.find(between);
    if (end == std::string_view::npos) break;
    put_part(out, body.substr(2, end - 2));
    if (out.size() > most) return std::nullopt;
    body.remove_prefix(end + between.size());
  }
  return out;
}

}  // namespace gw::admin
