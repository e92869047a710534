// Manual pages (roff, man macros), from the commands' declarations.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/spec.h"

namespace gw::cli {

// Rows that a command's page shows beyond its declaration, such as the table of diagnostics.
struct ManSection {
  struct Row {
    std::string term;
    std::string text;
  };
  std::string title;
  std::vector<Row> rows;
};

// "gatewayctl", "gatewayctl-config-schema": one page a command.
[[nodiscard]] std::string page_name(const CommandSpec& command);
[[nodiscard]] const CommandSpec* find_page(std::string_view page);

// The page's source; the same input gives the same bytes on every day and machine.
[[nodiscard]] std::string man_page(const CommandSpec& command,
                                   std::span<const ManSection> more = {});

}  // namespace gw::cli
