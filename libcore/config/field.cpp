#include "config/field.h"

#include <string_view>

namespace gw::config {

const FieldSpec* find_field(Fields fields, std::string_view name, const model::Level& level) {
  for (const FieldSpec& field : fields) {
    if (field.name == name && field.at(level)) return &field;
  }
  return nullptr;
}

}  // namespace gw::config
