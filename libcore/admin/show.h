// An entity as an answer shows it: every field of the schema, defaults filled in, references as
// {"id": ...} (kong-behaviour.md 8.3). One walk over the schema for all entities and plugins.
#pragma once

#include <cstdint>
#include <string_view>

#include "admin/catalogue.h"
#include "config/inventory.h"
#include "config/tree.h"

namespace gw::admin {

enum class Form : std::uint8_t {
  answer,  // references as {"id": ...}, old spellings and derived lists included
  file,    // as a declarative file has it: references as ids, nothing that is only derived
};

struct ShowOptions {
  Form form = Form::answer;
  bool nulls = true;  // whether unset fields are shown
  bool secrets = false;
};

[[nodiscard]] config::Node show(const Catalogue& catalogue, const config::Entity& entity,
                                ShowOptions options = {});

// The newest _format_version that a level reads.
[[nodiscard]] std::string_view format_version(const model::Level& level);

// The whole config, flattened, as GET /config gives it: a file that loads again.
[[nodiscard]] config::Node show_file(const Catalogue& catalogue, bool secrets);
// {"services": {"<id>": {...}}, ...}, as POST /config answers.
[[nodiscard]] config::Node show_by_id(const Catalogue& catalogue, bool secrets);

}  // namespace gw::admin
