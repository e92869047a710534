#include "model/level.h"

namespace gw::model {
namespace {

struct Release {
  Level level;
  std::string_view name;
  std::string_view last_patch;
};
constexpr std::array kReleases{
    Release{{2, 0}, "2.0", "2.0.5"}, Release{{2, 1}, "2.1", "2.1.4"},
    Release{{2, 2}, "2.2", "2.2.2"}, Release{{2, 3}, "2.3", "2.3.3"},
    Release{{2, 4}, "2.4", "2.4.1"}, Release{{2, 5}, "2.5", "2.5.1"},
    Release{{2, 6}, "2.6", "2.6.0"}, Release{{2, 7}, "2.7", "2.7.1"},
    Release{{2, 8}, "2.8", "2.8.3"}, Release{{3, 0}, "3.0", "3.0.2"},
    Release{{3, 1}, "3.1", "3.1.1"}, Release{{3, 2}, "3.2", "3.2.2"},
    Release{{3, 3}, "3.3", "3.3.1"}, Release{{3, 4}, "3.4", "3.4.2"},
    Release{{3, 5}, "3.5", "3.5.0"}, Release{{3, 6}, "3.6", "3.6.1"},
    Release{{3, 7}, "3.7", "3.7.1"}, Release{{3, 8}, "3.8", "3.8.0"},
    Release{{3, 9}, "3.9", "3.9.1"},
};

}  // namespace

std::optional<Level> Level::parse(std::string_view text) {
  for (const Release& release : kReleases) {
    if (release.name == text) return release.level;
  }
  return std::nullopt;
}

std::string Level::str() const {
  return std::to_string(major) + "." + std::to_string(minor);
}

std::string_view Level::version() const {
  for (const Release& release : kReleases) {
    if (release.level == *this) return release.last_patch;
  }
  return kReleases.back().last_patch;
}

std::optional<Level> level_of_format(std::string_view format_version) {
  if (format_version == "1.1") return Level{2, 0};
  if (format_version == "2.1") return Level{2, 8};
  if (format_version == "3.0") return Level{3, 9};
  return std::nullopt;
}

}  // namespace gw::model
