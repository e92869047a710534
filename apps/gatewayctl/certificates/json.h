// What the certs commands found, as JSON; the rows say for the manual what its parts mean.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certificates/files.h"
#include "certificates/verdict.h"

namespace gw::certificates {

// {"files":[FILE],"errors":[{"message"}]}
[[nodiscard]] std::string to_json(const Found& found, WallSeconds now);
// {"verified":BOOL,"checks":[{"check","passed","detail"}]}
[[nodiscard]] std::string to_json(const std::vector<Check>& checks);

struct JsonRow {
  std::string_view part;  // ".files[]", as jq names it
  std::string_view meaning;
};
[[nodiscard]] std::span<const JsonRow> show_json_rows();
[[nodiscard]] std::span<const JsonRow> verify_json_rows();

}  // namespace gw::certificates
