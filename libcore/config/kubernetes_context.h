// What the parts of one translation share: the objects, the level, and the Kong entities made so
// far.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.h"
#include "config/kubernetes_objects.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::config::kube {

// A Kong service made for one Service and port, with its upstream and the routes that lead to it.
struct KongService {
  std::string name;
  Node service;
  Node upstream;
  Node routes;
};

struct CertificateDraft {
  Node entity;  // id, cert, key
  Node snis;
};

// Where one name of a plugins annotation stands, once for each kind of holder: names of Kong's
// entities, placed at the annotation.
struct PluginUse {
  const Object* plugin = nullptr;
  std::vector<Node> routes;
  std::vector<Node> services;
  std::vector<Node> consumers;
};

struct Context {
  const Objects& objects;
  model::Level level;
  Diagnostics& diagnostics;

  std::deque<KongService> services = {};  // a deque: pointers to its elements stay good
  std::map<std::string, KongService*, std::less<>> services_by_name = {};
  std::deque<CertificateDraft> certificates = {};
  std::map<const Object*, CertificateDraft*> certificates_by_secret = {};
  std::set<std::string, std::less<>> sni_names = {};
  // By the holder's name space and the name as written: two name spaces that use one
  // KongClusterPlugin are not combined with each other.
  std::map<std::pair<std::string, std::string>, std::size_t> use_index = {};
  std::vector<PluginUse> plugin_uses = {};
  Node consumers = make_sequence();
  Node key_auth_credentials = make_sequence();
  Node plugins = make_sequence();
  Node ca_certificates = make_sequence();
  std::set<const Object*> used =
      {};  // KongPlugin, KongIngress and the like that something refers to
};

[[nodiscard]] inline bool is_modern(const Context& ctx) {
  return ctx.level.major >= 3;
}

// What _format_version is for files of this level.
[[nodiscard]] Node format_version(model::Level level, Span where);

// Sets `tags` as the current controllers do: where the entity comes from, and konghq.com/tags.
void set_tags(const Context& ctx, const Object& object, Node& entity);

// The identity of what Kong would give a random id: the object's uid, or one made of its name.
[[nodiscard]] Node stable_id(std::string_view collection, const Object& object);

}  // namespace gw::config::kube
