// The URI normaliser and its neighbours on any octets: idempotent, never longer, never out of
// bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "http/arguments.h"
#include "http/uri.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  gw::Arena arena;
  const auto target = gw::http::split_target(input);
  const std::string normal = gw::http::normalize_path(target.path);
  require(normal.size() <= target.path.size() + 1);
  require(gw::http::normalize_path(target.path, arena) == normal);
  require(normal.find("//") == std::string::npos);
  // What was decoded may hold a new escape ("%2541" gives "%2541": '%' stays encoded), so the
  // normal form is a fixed point.
  require(gw::http::normalize_path(normal) == normal);

  const auto escaped = gw::http::escape_path(normal, arena);
  for (const char c : escaped) require(c > 0x20 && c < 0x7F);

  const auto argument = gw::http::find_argument(target.query, "apikey", arena);
  const auto rest = gw::http::without_argument(target.query, "apikey", arena);
  const auto left = gw::http::find_argument(rest, "apikey", arena);
  if (argument.found != gw::http::Argument::Found::absent) {
    require(left.found == gw::http::Argument::Found::absent);
  }
  return 0;
}
