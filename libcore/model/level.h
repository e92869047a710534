// Which Kong is imitated: a minor release between 2.0 and 3.9.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace gw::model {

struct Level {
  int major = 3;
  int minor = 9;

  // "2.0" to "2.8" and "3.0" to "3.9"; nullopt for anything else.
  [[nodiscard]] static std::optional<Level> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  // The last patch release of that minor, as Server and Via show it.
  [[nodiscard]] std::string_view version() const;

  friend constexpr auto operator<=>(const Level&, const Level&) = default;
};

inline constexpr Level kOldestLevel{2, 0};
inline constexpr Level kNewestLevel{3, 9};

// The newest level whose own format `_format_version` is: 1.1 -> 2.0, 2.1 -> 2.8, 3.0 -> 3.9.
[[nodiscard]] std::optional<Level> level_of_format(std::string_view format_version);

}  // namespace gw::model
