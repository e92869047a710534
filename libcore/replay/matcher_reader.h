// Matchers as scenarios write them (scenario-format.md "What a value matches").
#pragma once

#include <cstdint>
#include <optional>

#include "replay/matcher.h"
#include "replay/scenario_fields.h"

namespace gw::replay {

// Where a value is expected, which decides what may be written there.
struct MatchContext {
  std::uint64_t times = 1;  // the length of a list with one value a repetition
  bool header = false;      // texts are trimmed, since a field's value is
  bool count = false;       // of a traffic step: no list, nothing that speaks of presence
};

// nullopt: the mistake has been reported.
[[nodiscard]] std::optional<Matcher> read_matcher(Reader& reader, const Place& at,
                                                  const MatchContext& context);
// `json`: a subset, in which single-key mappings may be matchers.
[[nodiscard]] std::optional<JsonMatcher> read_json_matcher(Reader& reader, const Place& at,
                                                           const MatchContext& context);
// `json_exact`: the whole body, literally.
[[nodiscard]] JsonMatcher read_exact_json(const Place& at);

// Whether `list` has one element a repetition; reports it when not.
[[nodiscard]] bool fits_times(Reader& reader, const Place& list, std::uint64_t times);
// Whether this element of such a list is not checked.
[[nodiscard]] bool is_any(const config::Node& node);

}  // namespace gw::replay
