#include "admin/page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "admin/json.h"
#include "base/text.h"
#include "config/json_reader.h"
#include "http/uri.h"

namespace gw::admin {
namespace {

using config::Entity;
using config::Kind;
using config::Node;

constexpr double kMaxSize = 1000;
constexpr std::size_t kMaxTags = 5;

// base64url without padding (RFC 4648 section 5) of ["<id>"], as Kong's own tokens are.
std::string token_of(const Uuid& id) {
  std::string token = base64_encode(fmt::format("[\"{}\"]", id.str()));
  while (token.ends_with('=')) token.pop_back();
  std::ranges::replace(token, '+', '-');
  std::ranges::replace(token, '/', '_');
  return token;
}

std::optional<std::string> decode_token(std::string token) {
  std::ranges::replace(token, '-', '+');
  std::ranges::replace(token, '_', '/');
  while (token.size() % 4 != 0) token += '=';
  return base64_decode(token);
}

Reply bad_offset(std::string_view token, std::string_view why) {
  const std::string message = fmt::format("'{}' is not a valid offset: {}", token, why);
  return refuse(Trouble::invalid_offset, message);
}

Outcome<void> read_offset(const std::string& token, PageRequest& page) {
  const auto decoded = decode_token(token);
  if (!decoded) return std::unexpected(bad_offset(token, "bad base64 encoding"));
  config::Diagnostics dropped;
  const auto json = config::read_json(0, is_utf8(*decoded) ? *decoded : "?", dropped);
  if (!json.root) return std::unexpected(bad_offset(token, "bad json encoding"));
  if (!json.root->items.empty()) page.after = Uuid::parse(json.root->items.front().text);
  page.past_the_end = !page.after;
  return {};
}

Outcome<void> read_size(const std::string& written, PageRequest& page) {
  const auto bad = [](std::string_view message) {
    return std::unexpected(refuse(Trouble::invalid_size, std::string(message)));
  };
  const auto size = parse_number(written);
  if (!size) return bad("size must be a number");
  if (*size < 1 || *size > kMaxSize || std::floor(*size) != *size) {
    return bad("size must be an integer between 1 and 1000");
  }
  page.size = static_cast<std::size_t>(*size);
  page.given_size = written;
  return {};
}

Reply bad_tags(std::string_view why) {
  return refuse(Trouble::invalid_options, fmt::format("invalid option (tags: {})", why),
                object({{"tags", text(why)}}));
}

// "a,b" asks for both, "a/b" for either; one trailing comma is a tag that nothing has.
Outcome<void> read_tags(const std::string& written, PageRequest& page) {
  if (written.empty()) return std::unexpected(bad_tags("cannot be null"));
  const bool either = written.find('/') != std::string::npos;
  const bool both = written.find(',') != std::string::npos;
  TagFilter filter{.mode = either ? TagFilter::Mode::any : TagFilter::Mode::all, .tags = {}};
  for (const auto tag : split(written, either ? '/' : ',')) filter.tags.emplace_back(tag);
  const auto inner = std::ranges::find(filter.tags, std::string{});
  const bool hole = inner != filter.tags.end() &&
                    (inner + 1 != filter.tags.end() || either || filter.tags.front().empty());
  if ((either && both) || hole) return std::unexpected(bad_tags("invalid filter syntax"));
  if (filter.tags.size() > kMaxTags) {
    return std::unexpected(bad_tags("cannot query more than 5 tags"));
  }
  page.tags = std::move(filter);
  page.given_tags = written;
  return {};
}

// Characters of a query value that need no escape.
std::string escape(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool plain = is_alnum(c) || std::string_view("-_.~").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string next_path(const Call& call, const PageRequest& want, std::string_view token) {
  std::string path(http::split_target(call.request.target).path);
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string out = fmt::format("{}?offset={}", path, token);
  if (want.given_tags) out += "&tags=" + escape(*want.given_tags);
  // Kong 2 forgets the size, and so do nested lists of any level (kong-behaviour.md 8.4).
  const bool keeps_size = call.level() >= model::Level{3, 0} && call.endpoint.parent == nullptr;
  if (keeps_size && want.given_size) out += "&size=" + escape(*want.given_size);
  return out;
}

}  // namespace

bool has_tag(const Entity& entity, std::string_view tag) {
  const Node* tags = entity.node->find("tags");
  return tags != nullptr && std::ranges::find(tags->items, tag, &Node::text) != tags->items.end();
}

bool TagFilter::accepts(const Entity& entity) const {
  const auto has = [&](const std::string& tag) { return has_tag(entity, tag); };
  return mode == Mode::all ? std::ranges::all_of(tags, has) : std::ranges::any_of(tags, has);
}

Outcome<PageRequest> read_page_request(const Call& call) {
  PageRequest page;
  Outcome<void> read;
  if (const auto size = find_argument(call.query, "size")) read = read_size(*size, page);
  const auto offset = find_argument(call.query, "offset");
  if (read && offset) read = read_offset(*offset, page);
  const auto tags = find_argument(call.query, "tags");
  const bool filters = call.endpoint.spec == nullptr || call.endpoint.spec->collection != "targets";
  if (read && tags && filters) read = read_tags(*tags, page);
  if (!read) return std::unexpected(std::move(read.error()));
  return page;
}

Page cut_page(std::span<const Entity* const> list, const PageRequest& want) {
  Page page;
  if (want.past_the_end) return page;
  const auto id_of = [](const Entity* entity) { return entity->id; };
  auto at = want.after ? std::ranges::upper_bound(list, *want.after, {}, id_of) : list.begin();
  for (; at != list.end(); ++at) {
    if (want.tags && !want.tags->accepts(**at)) continue;
    if (page.rows.size() == want.size) {
      page.next = token_of(page.rows.back()->id);
      break;
    }
    page.rows.push_back(*at);
  }
  return page;
}

Reply page_reply(const Call& call, const PageRequest& want, const Page& page,
                 std::vector<Node> rows) {
  Node body = object({{"data", config::make_sequence(std::move(rows))}});
  append(body, "next", page.next ? text(next_path(call, want, *page.next)) : Node{});
  if (page.next) append(body, "offset", text(*page.next));
  return answer(std::move(body));
}

}  // namespace gw::admin
