#include "gateway/path_rewrite.h"

namespace gw::gateway {
namespace {

std::string_view without_first(std::string_view text, char c) {
  if (text.starts_with(c)) text.remove_prefix(1);
  return text;
}

// What is left of the path behind the matched part, without a leading dot segment.
std::string_view rest_of(const PathRewrite& r) {
  if (!r.by_path) return without_first(r.path, '/');
  std::string_view rest = r.path.substr(r.matched.size());
  if (rest == "." || rest == "..") return {};
  if (rest.starts_with("./")) return rest.substr(2);
  if (rest.starts_with("../")) return rest.substr(3);
  return rest;
}

std::string_view join_v1(const PathRewrite& r, Arena& arena) {
  if (!r.strip) return arena.concat(r.base, without_first(r.path, '/'));
  std::string_view rest = rest_of(r);
  if (r.base.ends_with('/')) rest = without_first(rest, '/');
  return arena.concat(r.base, rest);
}

std::string_view join_v0_stripped(const PathRewrite& r, Arena& arena) {
  const std::string_view rest = rest_of(r);
  const bool base_ends = r.base.ends_with('/');
  const std::string_view bare = base_ends ? r.base.substr(0, r.base.size() - 1) : r.base;
  if (rest.empty()) {
    if (base_ends) return r.base == "/" || r.path.ends_with('/') ? r.base : bare;
    return r.path.size() > 1 && r.path.ends_with('/') ? arena.concat(r.base, std::string_view("/"))
                                                      : r.base;
  }
  if (rest.starts_with('/')) return bare.empty() ? rest : arena.concat(bare, rest);
  return arena.concat(bare, std::string_view("/"), rest);
}

std::string_view join_v0_kept(const PathRewrite& r, Arena& arena) {
  if (r.base == "/" && r.path.starts_with('/')) return r.path;
  if (r.base.ends_with('/')) return arena.concat(r.base, without_first(r.path, '/'));
  return r.path == "/" ? r.base : arena.concat(r.base, r.path);
}

}  // namespace

std::string_view upstream_path(const PathRewrite& rewrite, Arena& arena) {
  if (rewrite.handling == model::PathHandling::v1) return join_v1(rewrite, arena);
  return rewrite.strip ? join_v0_stripped(rewrite, arena) : join_v0_kept(rewrite, arena);
}

}  // namespace gw::gateway
