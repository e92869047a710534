#include "replay/discover.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace gw::replay {
namespace {

constexpr std::array<std::string_view, 2> kSuffixes{".scenario.yml", ".scenario.yaml"};

Result<std::vector<std::string>> scenarios_below(const std::string& folder) {
  auto found = list_files(folder, {kSuffixes.begin(), kSuffixes.end()});
  if (found && found->empty()) {
    return fail(ErrorCode::missing,
                fmt::format("{}: no *.scenario.yml in this folder or below it", printable(folder)));
  }
  return found;
}

}  // namespace

bool is_scenario_name(const std::string& path) {
  return std::ranges::any_of(kSuffixes,
                             [&path](std::string_view suffix) { return path.ends_with(suffix); });
}

Result<std::vector<std::string>> find_scenarios(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    if (path == "-" || (exists(path) && !is_directory(path))) {
      out.push_back(path);
    } else if (is_directory(path)) {
      auto found = scenarios_below(path);
      if (!found) return found;
      out.insert(out.end(), found->begin(), found->end());
    } else {
      return fail(ErrorCode::missing, fmt::format("{}: there is no such file or folder; give a "
                                                  "*.scenario.yml or a folder with some",
                                                  printable(path)));
    }
  }
  return out;
}

}  // namespace gw::replay
