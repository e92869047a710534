// The forms that values of settings have: switches, sizes, spans of time, counts.
//
// nginx's syntax, since Kong hands most of them to nginx: "8k", "10m", "60s", "1h"; a bare number
// is bytes or seconds. Each Error quotes the value and says what is expected.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gw::gateway {

struct ValueRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

[[nodiscard]] std::unexpected<Error> wrong_value(std::string_view value, std::string_view expected);
[[nodiscard]] Result<bool> read_switch(std::string_view value);
[[nodiscard]] Result<std::uint64_t> read_count(std::string_view value, ValueRange range);
[[nodiscard]] Result<std::uint64_t> read_size(std::string_view value, ValueRange bytes);
[[nodiscard]] Result<std::chrono::milliseconds> read_span(std::string_view value, ValueRange ms);
// The words between spaces and tabs.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

}  // namespace gw::gateway
