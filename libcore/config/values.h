// The values of one checked record, with the schema's defaults where the file says nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "config/field.h"
#include "config/tree.h"

namespace gw::config {

// Reads what validation has passed: a value is there in its type, or there is a default, or the
// answer is empty, 0 or false.
class Values {
 public:
  // `record` and `fields` outlive this object.
  Values(const Node& record, Fields fields, const model::Level& level)
      : record_(&record), fields_(fields), level_(level) {}

  // nullptr when the field is missing or null, defaults aside.
  [[nodiscard]] const Node* find(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] Secret secret(std::string_view name) const { return Secret(text(name)); }
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] std::optional<bool> maybe_flag(std::string_view name) const;
  [[nodiscard]] std::optional<int> maybe_int(std::string_view name) const;

  // Clamped to what `Integer` holds: some of Kong's numbers have no bounds of their own.
  template <class Integer>
  [[nodiscard]] Integer integer(std::string_view name) const {
    using Limits = std::numeric_limits<Integer>;
    const double value = number(name);
    if (!(value > static_cast<double>(Limits::min()))) return Limits::min();
    if (value >= static_cast<double>(Limits::max())) return Limits::max();
    return static_cast<Integer>(value);
  }

 private:
  const Node* record_;
  Fields fields_;
  model::Level level_;

  [[nodiscard]] std::string_view fallback(std::string_view name) const;
};

}  // namespace gw::config
