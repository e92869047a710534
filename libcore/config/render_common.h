// What the renderers share.
#pragma once

#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace gw::config {

// The name of the text a span points into; "" when it points nowhere.
[[nodiscard]] std::string_view file_of(const Span& where, const Sources& sources);

// "kong.yml:14:9", as far as it is known.
[[nodiscard]] std::string place_of(const Span& where, const Sources& sources);

// The message with what was expected and suggested, as one line.
[[nodiscard]] std::string full_message(const Diagnostic& d);

// "2 errors, 1 warning", and how many were left out.
[[nodiscard]] std::string summary(const Diagnostics& found);

// `text` for XML 1.0 content and attributes; what XML 1.0 forbids (section 2.2) becomes U+FFFD.
[[nodiscard]] std::string xml_escape(std::string_view text);

}  // namespace gw::config
