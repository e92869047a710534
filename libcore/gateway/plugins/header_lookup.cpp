#include "gateway/plugins/header_lookup.h"

#include <algorithm>

#include "base/text.h"

namespace gw::gateway {
namespace {

bool equal_with_dashes(std::string_view field, std::string_view wanted) {
  return std::ranges::equal(
      field, wanted, [](char f, char w) { return to_lower(f) == (w == '_' ? '-' : to_lower(w)); });
}

template <class Same>
HeaderLookup collect(std::span<const http::Field> fields, Same same) {
  HeaderLookup found;
  for (const http::Field& field : fields) {
    if (!same(field.name)) continue;
    if (found.count++ == 0) {
      found.first = field.value;
      found.matched_name = field.name;
    }
  }
  return found;
}

}  // namespace

HeaderLookup look_up_header(std::span<const http::Field> fields, std::string_view name) {
  const auto exact = collect(fields, [&](std::string_view f) { return iequals(f, name); });
  if (exact.count > 0 || name.find('_') == std::string_view::npos) return exact;
  return collect(fields, [&](std::string_view f) { return equal_with_dashes(f, name); });
}

}  // namespace gw::gateway
