// What happens in a mesh, as lines that a terminal shows in one place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mesh/mesh.h"

namespace gw::mesh_report {

// No line is wider than `width` characters.
[[nodiscard]] std::vector<std::string> live_lines(const mesh::MeshStatus& status, bool color,
                                                  std::size_t width);

// Draws them over what it drew before.
class LiveView {
 public:
  // What to write so that the terminal shows these lines; empty when it does already.
  [[nodiscard]] std::string update(std::vector<std::string> lines);

 private:
  std::vector<std::string> shown_;
};

}  // namespace gw::mesh_report
