// /config: the running config as text, and a new one in its place (kong-behaviour.md 8.6).
//
// A config is published whole or not at all. ETag and If-Match (RFC 9110 section 13.1) let two
// writers notice each other.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "admin/body.h"
#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/show.h"
#include "admin/violations.h"
#include "base/text.h"
#include "config/writer.h"

namespace gw::admin {
namespace {

using config::Kind;
using config::Node;
using model::Level;

constexpr std::string_view kSourceName = "config";  // how places name the upload

std::string etag_of(const Catalogue& catalogue) {
  return fmt::format("\"{}\"", catalogue.hash());
}

// Whether a list of entity tags has this one, or is "*".
bool names_etag(std::string_view list, std::string_view etag) {
  for (std::string_view tag : split_list(list)) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

bool is_yaml(std::string_view type) {
  return type.starts_with("application/yaml") || type.starts_with("text/yaml");
}

Reply nothing_sent() {
  return say(400, "expected a declarative configuration");
}

// The config in whichever form it came: the body itself, or its field `config`.
Outcome<std::string> config_text(const Call& call) {
  const std::string_view type = content_type(call.request);
  if (is_yaml(type) && call.level() >= Level{2, 2}) return std::string(call.request.body);
  const auto body = read_body(call.request, call.level());
  if (!body) return std::unexpected(body.error());
  if (const Node* field = body->record.find("config"); field != nullptr) {
    if (field->is(Kind::string)) return field->text;
  }
  const bool itself = body->typed && body->record.find("_format_version") != nullptr;
  if (itself) return std::string(call.request.body);
  return std::unexpected(nothing_sent());
}

Reply invalid_config(Node fields, const config::Diagnostics& found,
                     const config::Sources& sources) {
  const std::string message = fmt::format("declarative config is invalid: {}", lua_table(fields));
  Reply reply = refuse(Trouble::invalid_config, message, std::move(fields));
  if (reply.body) append(*reply.body, "diagnostics", places(found, sources));
  return reply;
}

Reply published(const Call& call, const CataloguePtr& catalogue) {
  Reply reply = answer(show_by_id(*catalogue, call.node.info().shows_secrets), 201);
  reply.fields.emplace_back("ETag", etag_of(*catalogue));
  return reply;
}

Reply load(const Call& call, std::string_view written) {
  config::Sources sources;
  config::Diagnostics found;
  auto candidate = read_candidate(kSourceName, written, call.node.load_options(),
                                  call.node.clock().now().wall, sources, found);
  if (!candidate) return invalid_config(error_tree(found), found, sources);
  const auto unchanged = find_argument(call.query, "check_hash") == "1" &&
                         candidate->catalogue->hash() == call.catalogue.hash();
  if (unchanged) return {.status = 304};
  const CataloguePtr catalogue = candidate->catalogue;
  const auto done = call.node.publish(*std::move(candidate));
  if (done) return published(call, catalogue);
  return invalid_config(object({{"error", text(done.error().message)}}), found, sources);
}

}  // namespace

Reply get_config(Call& call) {
  const std::string etag = etag_of(call.catalogue);
  const auto known = http::find(call.request.fields, "if-none-match");
  Reply reply{.status = 304};
  if (!known || !names_etag(*known, etag)) {
    const bool secrets = call.node.info().shows_secrets;
    const std::string yaml = config::write_yaml(show_file(call.catalogue, secrets));
    reply = answer(object({{"config", text(yaml)}}));
  }
  reply.fields.emplace_back("ETag", etag);
  return reply;
}

Reply post_config(Call& call) {
  const auto expected = http::find(call.request.fields, "if-match");
  if (expected && !names_etag(*expected, etag_of(call.catalogue))) {
    return say(412, "the running config is another one than If-Match names: GET /config again");
  }
  const auto written = config_text(call);
  if (!written) return written.error();
  if (trim_ows(*written).empty()) return nothing_sent();
  return load(call, *written);
}

}  // namespace gw::admin
