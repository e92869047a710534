#include "mesh/sidecar.h"

#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "mesh/sidecar_parts.h"

namespace gw::mesh {
namespace {

// Descriptors until the listeners have them.
class Bound {
 public:
  Bound() = default;
  ~Bound() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  [[nodiscard]] Result<void> add(net::Address& address) {
    const auto descriptor = net::listen_on(address, {});
    if (!descriptor) return std::unexpected(descriptor.error());
    address = net::local_address(*descriptor);
    descriptors_.push_back(*descriptor);
    return {};
  }
  [[nodiscard]] std::vector<int> take() { return std::exchange(descriptors_, {}); }

 private:
  std::vector<int> descriptors_;
};

}  // namespace

void SidecarCore::report(std::string_view what) const {
  if (options.diagnose) options.diagnose(fmt::format("{}: {}", options.service, what));
}

struct Sidecar::Impl {
  // descriptors: the public listener's, if there is one, and the upstreams'.
  Impl(State& state, SidecarOptions options, const std::vector<int>& descriptors)
      : core(state, std::move(options)) {
    auto next = descriptors.begin();
    if (core.options.listen) door = std::make_unique<PublicListener>(core, *next++);
    for (const SidecarUpstream& upstream : core.options.upstreams) {
      upstreams.push_back(std::make_unique<UpstreamListener>(core, upstream.service, *next++));
    }
    subscription = state.changes.subscribe([this] { on_change(); });
  }

  void on_change() {
    const auto refreshed = core.tls.refresh();
    if (!refreshed) core.report("no new certificate: " + refreshed.error().message);
    if (door && core.options.cut_on_deny) door->cut_denied();
  }

  SidecarCore core;
  std::unique_ptr<PublicListener> door;
  std::vector<std::unique_ptr<UpstreamListener>> upstreams;
  Changes::Subscription subscription;
};

Result<std::unique_ptr<Sidecar>> Sidecar::start(State& state, SidecarOptions options) {
  Bound bound;
  if (options.listen) {
    const auto added = bound.add(*options.listen);
    if (!added) return std::unexpected(added.error());
  }
  for (SidecarUpstream& upstream : options.upstreams) {
    const auto added = bound.add(upstream.listen);
    if (!added) return std::unexpected(added.error());
  }
  auto impl = std::make_unique<Impl>(state, std::move(options), bound.take());
  const auto ready = impl->core.tls.refresh();
  if (!ready) return std::unexpected(ready.error());
  return std::unique_ptr<Sidecar>(new Sidecar(std::move(impl)));
}

Sidecar::Sidecar(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sidecar::~Sidecar() = default;

const SidecarOptions& Sidecar::options() const {
  return impl_->core.options;
}

const SidecarCounts& Sidecar::counts() const {
  return impl_->core.counts;
}

}  // namespace gw::mesh
