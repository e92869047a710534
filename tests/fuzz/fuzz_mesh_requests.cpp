// What a client may send to the simulated agent: any text is read as JSON, as an intention, as a
// filter and as a request's target. What is written is read again the same, and nothing is without
// a message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mesh/call_reader.h"
#include "mesh/filter.h"
#include "mesh/go_values.h"
#include "mesh/intention_body.h"
#include "mesh/reply_json.h"

namespace {

using namespace gw::mesh;

void require(bool holds) {
  if (!holds) std::abort();
}

void try_json(std::string_view text) {
  const auto value = read_json(text);
  if (!value) return require(!value.error().message.empty());
  for (const bool pretty : {false, true}) {
    const std::string written = go_json(*value, pretty);
    const auto again = read_json(written);
    // Nesting alone cannot keep it from being read: both sides count alike.
    require(again && go_json(*again, pretty) == written);
  }
}

void try_intention(std::string_view text, IntentionForm form) {
  auto body = read_intention(text, form);
  if (!body) return require(!body.error().message.empty());
  const auto fields = check_intention(std::move(*body));
  if (!fields) return require(fields.error().message.ends_with("\n\n"));
  require(!fields->what.source.empty() && !fields->what.destination.empty());
  require(fields->meta.size() <= 64);
}

void try_filter(std::string_view text) {
  const auto strict = Filter::parse(text, intention_shape());
  const auto loose = Filter::parse(text);
  require(!strict || loose);
  if (!loose) return require(!loose.error().message.empty());
  const Json element{{"SourceName", "web"}, {"Precedence", 9}, {"Meta", {{"a", "b"}}}};
  static_cast<void>(loose->matches(element));
  static_cast<void>(loose->matches(Json::array()));
}

void try_target(std::string_view text) {
  const auto path = unescape(text, false);
  static_cast<void>(unescape(text, true));
  static_cast<void>(parse_go_duration(text));
  if (!path) return;
  const std::string clean = clean_path(*path);
  require(clean.starts_with('/') && clean_path(clean) == clean);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_json(text);
  try_intention(text, IntentionForm::by_id);
  try_intention(text, IntentionForm::exact);
  try_filter(text);
  try_target(text);
  return 0;
}
