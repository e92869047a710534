// Choosing a media type by a request's Accept (RFC 9110 section 12.5.1), as Kong does it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gw::http {

// What Kong has error templates for (kong-behaviour.md 6.6). gRPC's template is empty.
enum class ErrorType : std::uint8_t { json, plain, xml, html, grpc };

// One media range without parameters: "text/*", "*/*", "application/json".
// nullopt: unknown.
[[nodiscard]] std::optional<ErrorType> error_type_of(std::string_view media_type);

// The entry with the highest q of a comma-separated Accept, the first among equals; q=0 never wins.
// An unknown type, or no usable entry, is JSON.
[[nodiscard]] ErrorType negotiate(std::string_view accept);

}  // namespace gw::http
