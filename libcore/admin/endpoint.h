// The paths of the Admin API as data: what stands where, which verbs it takes, who answers.
//
// Most rows are made from the schema: a collection, its entities, the lists below a parent and the
// references of an entity. A write-capable API exchanges handlers, not rows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/api.h"
#include "admin/form.h"
#include "admin/reply.h"
#include "config/schema.h"

namespace gw::admin {

struct Call;
using Handler = Reply (*)(Call&);

enum class Verb : std::uint8_t { get, post, put, patch, del };
inline constexpr std::size_t kVerbCount = 5;
inline constexpr std::array<std::string_view, kVerbCount> kVerbNames{"GET", "POST", "PUT", "PATCH",
                                                                     "DELETE"};
using Handlers = std::array<Handler, kVerbCount>;  // nullptr: 405

struct Endpoint {
  std::string path;                            // "/services/{services}/routes"
  std::vector<std::string> words;              // of the path; "" where a name stands
  const config::EntitySpec* spec = nullptr;    // what is shown
  const config::EntitySpec* parent = nullptr;  // what the first name in the path names
  const config::FieldSpec* link = nullptr;     // of `spec` to `parent`; or, of `parent` to `spec`
  Handlers handlers{};

  [[nodiscard]] Handler handler(std::string_view method) const;
  // "GET, HEAD, OPTIONS, POST"
  [[nodiscard]] std::string allow() const;
};

// One request on its way through its handler.
struct Call {
  LiveNode& node;
  const Catalogue& catalogue;
  const Request& request;
  const Endpoint& endpoint;
  const std::vector<Endpoint>& endpoints;  // all of this level
  std::vector<std::string> names;          // from the path, decoded
  std::vector<Argument> query;

  [[nodiscard]] const model::Level& level() const { return catalogue.level(); }
};

[[nodiscard]] std::vector<Endpoint> endpoints_of(const model::Level& level);

struct Match {
  const Endpoint* endpoint = nullptr;
  std::vector<std::string> names;
};
// `path` as it was sent; fixed words are taken literally. nullopt: 404.
[[nodiscard]] std::optional<Match> match(const std::vector<Endpoint>& endpoints,
                                         std::string_view path);

// How a collection is called in paths: "key-auths", below a parent "key-auth"; "" where it is not.
[[nodiscard]] std::string_view path_name(const config::EntitySpec& spec);
[[nodiscard]] std::string_view nested_name(const config::EntitySpec& spec);

}  // namespace gw::admin
