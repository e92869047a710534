// What the pages of `mesh` hold beyond the declarations.
#pragma once

#include <string_view>
#include <vector>

#include "cli/man.h"

namespace gw::app {

// Of the command with this name; none for what is no part of `mesh`.
[[nodiscard]] std::vector<cli::ManSection> mesh_sections(std::string_view command);

}  // namespace gw::app
