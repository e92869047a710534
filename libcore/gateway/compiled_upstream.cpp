#include "gateway/compiled_upstream.h"

#include "base/hash.h"

namespace gw::gateway {

CompiledUpstream compile_upstream(const model::Upstream& upstream) {
  CompiledUpstream compiled{.model = &upstream};
  for (const model::Target& target : upstream.targets) {
    const std::uint64_t numbers = std::uint64_t{target.weight} << 16U | target.port;
    compiled.layout = hash64(target.host, compiled.layout ^ numbers);
  }
  compiled.layout |= 1U;
  if (upstream.algorithm == model::Algorithm::consistent_hashing) {
    compiled.ring = HashRing::build(upstream.targets);
  }
  return compiled;
}

}  // namespace gw::gateway
