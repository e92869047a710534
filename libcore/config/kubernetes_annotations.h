// Kong's annotations on Kubernetes objects (kong-behaviour.md 9.3): which there are, what each may
// say, and which field of the Kong entity it sets.
//
// Kong ignores a value that it cannot read; so does this, with a warning at its place.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/diagnostic.h"
#include "config/kubernetes_objects.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::config::kube {

enum class Entity : std::uint8_t { route, service, upstream };

// The value of konghq.com/<name> (up to level 2.8 also of the older spellings), or nullptr.
[[nodiscard]] const Node* annotation(const Object& object, std::string_view name,
                                     model::Level level);

// Sets the fields of `entity` that the object's annotations give.
void apply_annotations(const Object& object, Entity kind, model::Level level, Node& entity);

// Reports unknown annotations of Kong's, those that the kind does not take, and unusable values.
void check_annotations(const Object& object, model::Level level, Diagnostics& diagnostics);

// "a, b" as a sequence of strings, all at `where`.
[[nodiscard]] Node split_value(std::string_view text, char separator, Span where);

// konghq.com/headers.<Name>: the name and its values.
void apply_header_annotations(const Object& object, model::Level level, Node& route);

}  // namespace gw::config::kube
