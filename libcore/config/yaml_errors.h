// yaml-cpp's words turned into what a person can act on.
#pragma once

#include <cstddef>
#include <string_view>

#include "config/diagnostic.h"
#include "config/locator.h"

namespace gw::config {

// The finding for yaml-cpp's message at byte offset `at`. `open` is the innermost collection that
// is open there, or nullptr.
[[nodiscard]] Diagnostic yaml_error(std::string_view message, std::size_t at, std::string_view text,
                                    Locator& locator, const Span* open);

}  // namespace gw::config
