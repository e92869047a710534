#include "cli/completion.h"

#include <array>

namespace gw::cli {
namespace {

struct Shell {
  std::string_view name;
  std::string (*script)();
};
constexpr std::array kShells{Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                             Shell{"fish", fish_completion}};

}  // namespace

std::string completion(std::string_view shell) {
  for (const Shell& known : kShells) {
    if (known.name == shell) return known.script();
  }
  return {};
}

}  // namespace gw::cli
