// What a Consul agent may answer: any text is read as roots and as a leaf. What is taken holds what
// it promises, and no message repeats a key.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <openssl/err.h>

#include "consul/answers.h"
#include "consul/identity.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto roots = gw::consul::read_roots(text);
  if (roots) {
    require(!roots->pems.empty() && !roots->trust_domain.empty());
  } else {
    require(!roots.error().message.empty());
  }
  const auto leaf = gw::consul::read_leaf(text);
  if (leaf) {
    require(!leaf->certificate.empty() && !leaf->key.empty());
    const gw::consul::Roots some = roots ? *roots : gw::consul::Roots{"td.consul", {}};
    const gw::WallSeconds now{std::chrono::seconds(1'600'000'000)};
    const auto fit = gw::consul::check_identity(some, *leaf, "web", now);
    require(fit || fit.error().message.find("PRIVATE KEY") == std::string_view::npos);
  } else {
    require(leaf.error().message.find("PRIVATE KEY") == std::string_view::npos);
  }
  require(ERR_peek_error() == 0);
  return 0;
}
