// JSON as the Admin API writes it: '/' in strings as "\/" (kong-behaviour.md 8.3), keys in their
// order, no white space. Values are config's nodes, so that one tree serves files and answers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/tree.h"

namespace gw::admin {

// Text that is not UTF-8 (a name out of a request) has its odd octets shown as \xHH.
[[nodiscard]] std::string write_json(const config::Node& node);

// {"key": value, ...} in this order.
[[nodiscard]] config::Node object(
    std::initializer_list<std::pair<std::string_view, config::Node>> members);
[[nodiscard]] config::Node text(std::string_view value);
[[nodiscard]] config::Node number(std::uint64_t value);
// [] of texts.
[[nodiscard]] config::Node texts(const std::vector<std::string>& values);
// Appends without looking for an equal key: for keys that are known to differ.
void append(config::Node& mapping, std::string_view key, config::Node value);

}  // namespace gw::admin
