// Vaults: whether the program looks anything up in them.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "config/check_entity.h"
#include "config/findings.h"

namespace gw::config {

void check_vault(CheckContext& ctx, const Node& node, const PathStep& at) {
  const Node* name = present(node, "name");
  if (name == nullptr || !name->is(Kind::string) || name->text.empty()) return;
  if (name->text == "env") return;
  ctx.report(
      {.code = code::kVaultNotRun,
       .where = name->where,
       .path = to_text(PathStep{.up = &at, .key = "name"}),
       .message = fmt::format("vaults of type '{}' are not looked up here", printable(name->text)),
       .expected = "env"});
}

}  // namespace gw::config
