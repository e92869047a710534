// The Kubernetes objects of a config: Lists unwrapped, patches applied, found by kind and name.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::config::kube {

// 100,000: more objects than the largest clusters keep for one gateway; bounds memory and time.
inline constexpr std::size_t kMaxObjects = 100'000;

struct Object {
  Node root;
  std::string kind;
  std::string group;  // "" for the core API
  std::string version;
  std::string name_space;  // "" for kinds of the whole cluster
  std::string name;
  Span where;  // of the name

  // "Ingress default/web", as messages name it.
  [[nodiscard]] std::string label() const;
};

// The node at the end of `path`, or nullptr.
[[nodiscard]] const Node* at(const Node& node, std::initializer_list<std::string_view> path);
// The text of a string node, or "".
[[nodiscard]] std::string_view text_at(const Node& node,
                                       std::initializer_list<std::string_view> path);
// The node there when it is of this kind. Absent or null: nullptr; of another kind: nullptr, and an
// error at its place.
[[nodiscard]] const Node* typed_at(const Node& node, std::initializer_list<std::string_view> path,
                                   Kind kind, Diagnostics& diagnostics);

class Objects {
 public:
  // Takes the Kubernetes objects among `documents`. What is not the gateway's is told and left out.
  static Objects collect(std::span<const Document* const> documents, std::span<const Patch> patches,
                         Diagnostics& diagnostics);

  // `name_space` is "" for kinds of the whole cluster.
  [[nodiscard]] const Object* find(std::string_view kind, std::string_view name_space,
                                   std::string_view name) const;
  // As find; when there is none, an error at `where` that names the nearest one.
  [[nodiscard]] const Object* need(std::string_view kind, std::string_view name_space,
                                   const Node& name, Diagnostics& diagnostics) const;
  // In the order of the text.
  [[nodiscard]] const std::vector<const Object*>& all(std::string_view kind) const;
  // The nearest name of that kind and name space, or "".
  [[nodiscard]] std::string nearest_name(std::string_view kind, std::string_view name_space,
                                         std::string_view name) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  void add(Node root, Diagnostics& diagnostics);

  std::deque<Object> objects_;  // a deque: the index points into it
  std::map<Key, const Object*> index_;
  std::map<std::string, std::vector<const Object*>, std::less<>> by_kind_;
};

// The class that the object names, by annotation or field; "" when it names none.
[[nodiscard]] std::string_view ingress_class(const Object& object);
// Whether it is the gateway's: of class "kong", or, where `classless` says so, of none.
[[nodiscard]] bool is_taken(const Object& object, bool classless);

}  // namespace gw::config::kube
