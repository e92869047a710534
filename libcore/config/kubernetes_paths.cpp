#include "config/kubernetes_paths.h"

namespace gw::config::kube {

namespace {

std::string merge_slashes(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || !out.ends_with('/')) out += c;
  }
  return out;
}

std::string_view trim_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::string written(const IngressPath& path, const std::string& text, model::Level level) {
  if (text.empty()) return "/";
  if (level.major < 3 || !text.starts_with(path.regex_prefix)) return text;
  return "~" + text.substr(path.regex_prefix.size());
}

}  // namespace

std::optional<std::vector<std::string>> kong_paths(const IngressPath& path, model::Level level) {
  const bool modern = level.major >= 3;
  if (!modern && path.path.find("//") != std::string_view::npos) return std::nullopt;
  const std::string text = modern ? merge_slashes(path.path) : std::string{path.path};
  // Up to 2.8 Kong knows a regex by its letters, here by the $.
  const std::string regex = modern ? "~/" : "/";
  if (path.type == "Exact") {
    return std::vector{regex + (text.starts_with('/') ? text.substr(1) : text) + "$"};
  }
  if (path.type == "Prefix") {
    const std::string base{trim_slashes(text)};
    if (base.empty()) return std::vector<std::string>{"/"};
    return std::vector{"/" + base + "/", regex + base + "$"};
  }
  return std::vector{written(path, text, level)};
}

}  // namespace gw::config::kube
