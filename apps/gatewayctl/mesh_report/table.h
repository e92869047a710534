// Columns of text.
#pragma once

#include <string>
#include <vector>

namespace gw::mesh_report {

using Row = std::vector<std::string>;

// One line a row, without newline: cells filled with spaces to the widest of their column, two
// spaces between. Columns from `right` on are aligned to the right.
[[nodiscard]] std::vector<std::string> align(const std::vector<Row>& rows,
                                             std::size_t right = ~std::size_t{0});

}  // namespace gw::mesh_report
