// What a handler answers, before headers are added: Kong's error bodies in one table
// (kong-behaviour.md 8.5).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/tree.h"

namespace gw::admin {

struct Reply {
  std::uint16_t status = 200;
  std::optional<config::Node> body{};                         // as JSON
  std::string_view html_title{};                              // nginx's own page instead
  std::vector<std::pair<std::string, std::string>> fields{};  // besides those of every answer
};

// A value, or the answer that says why there is none.
template <class T>
using Outcome = std::expected<T, Reply>;

enum class Trouble : std::uint8_t {
  invalid_primary_key,
  schema_violation,
  not_found,
  invalid_offset,
  invalid_size,
  invalid_unique,
  invalid_options,
  operation_unsupported,
  foreign_keys_unresolved,
  invalid_config,
};

// {"code", "name", "message", "fields"}; `details` null leaves the last one out.
[[nodiscard]] Reply refuse(Trouble trouble, const std::string& message, config::Node details = {});
// {"message": ...}
[[nodiscard]] Reply say(std::uint16_t status, std::string_view message);
[[nodiscard]] Reply answer(config::Node body, std::uint16_t status = 200);
[[nodiscard]] Reply not_found();
[[nodiscard]] Reply method_not_allowed();
// nginx's page, "415 Unsupported Media Type".
[[nodiscard]] Reply page(std::uint16_t status, std::string_view title);
[[nodiscard]] std::string page_text(std::string_view title);

// {name="x"} as messages show a key.
[[nodiscard]] std::string lua_key(std::string_view field, std::string_view value);

}  // namespace gw::admin
