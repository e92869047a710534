// Which part of a list a request asks for: ?size, ?offset, ?tags (kong-behaviour.md 8.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/endpoint.h"
#include "base/uuid.h"

namespace gw::admin {

struct TagFilter {
  enum class Mode : std::uint8_t { all, any };
  Mode mode = Mode::all;
  std::vector<std::string> tags;

  [[nodiscard]] bool accepts(const config::Entity& entity) const;
};

struct PageRequest {
  std::size_t size = 100;
  std::optional<std::string> given_size;  // as written, to be repeated in `next`
  std::optional<Uuid> after;              // the last row of the page before
  bool past_the_end = false;              // a token of the right form that leads nowhere
  std::optional<TagFilter> tags;
  std::optional<std::string> given_tags;
};

[[nodiscard]] Outcome<PageRequest> read_page_request(const Call& call);

// The rows of `list` (ascending by id) that the page shows, and the token of the next one.
struct Page {
  std::vector<const config::Entity*> rows;
  std::optional<std::string> next;
};
[[nodiscard]] Page cut_page(std::span<const config::Entity* const> list, const PageRequest& want);

// {"data": [...], "next": ...}; `path` is that of the list.
[[nodiscard]] Reply page_reply(const Call& call, const PageRequest& want, const Page& page,
                               std::vector<config::Node> rows);

// Whether an entity has this tag.
[[nodiscard]] bool has_tag(const config::Entity& entity, std::string_view tag);

}  // namespace gw::admin
