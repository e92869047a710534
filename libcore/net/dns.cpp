#include "net/dns.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace gw::net {
namespace {

struct Row {
  std::string_view name;
  std::optional<Family> family;
};
constexpr std::array kRows{
    Row{"LAST", std::nullopt}, Row{"SRV", std::nullopt}, Row{"CNAME", std::nullopt},
    Row{"A", Family::v4},      Row{"AAAA", Family::v6},
};

}  // namespace

Result<std::vector<Family>> parse_dns_order(std::string_view text) {
  std::vector<Family> order;
  for (const std::string_view word : split_list(text)) {
    const auto* row =
        std::ranges::find_if(kRows, [&](const Row& r) { return iequals(r.name, word); });
    if (row == kRows.end()) {
      return fail(ErrorCode::invalid,
                  "dns_order: '" + printable(word) + "' is none of LAST, SRV, A, AAAA, CNAME");
    }
    if (row->family && std::ranges::find(order, *row->family) == order.end()) {
      order.push_back(*row->family);
    }
  }
  if (order.empty()) {
    return fail(ErrorCode::invalid, "dns_order: names no address type; add A, AAAA or both");
  }
  return order;
}

}  // namespace gw::net
