#include "mesh/endpoints.h"

#include <utility>

namespace gw::mesh {

void Endpoints::add(std::string path, std::vector<std::string> methods, Handler handle,
                    bool checks_token) {
  Endpoint endpoint{std::move(methods), std::move(handle), path, checks_token};
  by_path_.insert_or_assign(std::move(path), std::move(endpoint));
}

const Endpoint* Endpoints::find(std::string_view path) const {
  if (const auto exact = by_path_.find(path); exact != by_path_.end()) return &exact->second;
  while (true) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return nullptr;
    const auto found = by_path_.find(path.substr(0, slash + 1));
    if (found != by_path_.end()) return &found->second;
    path = path.substr(0, slash);
  }
}

}  // namespace gw::mesh
