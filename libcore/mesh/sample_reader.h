// What an upstream of the sample service has answered, read back as fake-service reads it.
#pragma once

#include <optional>
#include <string_view>

#include "mesh/sample_body.h"

namespace gw::mesh {

// As Go's json.Unmarshal: unknown keys and nulls pass, case does not count, a value of another type
// spoils all. nullopt: no such JSON.
[[nodiscard]] std::optional<SampleAnswer> from_json(std::string_view text);

}  // namespace gw::mesh
