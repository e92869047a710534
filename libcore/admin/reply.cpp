#include "admin/reply.h"

#include <array>

#include <fmt/format.h>

#include "admin/json.h"

namespace gw::admin {
namespace {

struct Row {
  Trouble trouble;
  unsigned code;
  std::string_view name;
  std::uint16_t status;
  std::string_view details = "fields";
};
constexpr std::array kRows{
    Row{Trouble::invalid_primary_key, 1, "invalid primary key", 400},
    Row{Trouble::schema_violation, 2, "schema violation", 400},
    Row{Trouble::not_found, 6, "not found", 404},
    Row{Trouble::invalid_offset, 7, "invalid offset", 400},
    Row{Trouble::invalid_size, 9, "invalid size", 400},
    Row{Trouble::invalid_unique, 10, "invalid unique name", 400},
    Row{Trouble::invalid_options, 11, "invalid options", 400, "options"},
    Row{Trouble::operation_unsupported, 12, "operation unsupported", 405},
    Row{Trouble::foreign_keys_unresolved, 13, "foreign keys unresolved", 400},
    Row{Trouble::invalid_config, 14, "invalid declarative configuration", 400},
};

}  // namespace

Reply refuse(Trouble trouble, const std::string& message, config::Node details) {
  const Row& row = kRows.at(static_cast<std::size_t>(trouble));
  config::Node body =
      object({{"code", number(row.code)}, {"name", text(row.name)}, {"message", text(message)}});
  if (!details.is(config::Kind::null)) append(body, row.details, std::move(details));
  return {.status = row.status, .body = std::move(body)};
}

Reply answer(config::Node body, std::uint16_t status) {
  return {.status = status, .body = std::move(body)};
}

Reply say(std::uint16_t status, std::string_view message) {
  return answer(object({{"message", text(message)}}), status);
}

Reply not_found() {
  return say(404, "Not found");
}
Reply method_not_allowed() {
  return say(405, "Method not allowed");
}

Reply page(std::uint16_t status, std::string_view title) {
  return {.status = status, .html_title = title};
}

std::string page_text(std::string_view title) {
  return fmt::format(
      "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
      "</body>\r\n</html>\r\n",
      title);
}

std::string lua_key(std::string_view field, std::string_view value) {
  return fmt::format("{{{}=\"{}\"}}", field, value);
}

}  // namespace gw::admin
