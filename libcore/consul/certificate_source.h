// Where a mesh's certificates come from. Consul's own agent is one such source; what watches,
// writes and shows certificates knows only this.
//
// Consul's documentation of later versions calls the agent's endpoints deprecated for others than
// its own proxies: whatever replaces them has to fill in these two questions.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "consul/answers.h"
#include "consul/client.h"

namespace gw::consul {

template <class T>
struct Versioned {
  T value;
  std::optional<std::uint64_t>
      index;  // to wait for what is newer; nullopt: it cannot be waited for
};

class CertificateSource {
 public:
  CertificateSource() = default;
  CertificateSource(const CertificateSource&) = delete;
  CertificateSource& operator=(const CertificateSource&) = delete;
  virtual ~CertificateSource() = default;

  // What is said, unchecked. Errors: unreachable, too_large, and missing when the source can be
  // asked and does not give this; never invalid.
  [[nodiscard]] virtual Result<Versioned<Roots>> roots(Blocking blocking,
                                                       std::chrono::milliseconds patience) = 0;
  // Of the service that was asked for, by Leaf::service.
  // A wait for what is newer than the leaf in hand has the source renew one that is about to end.
  [[nodiscard]] virtual Result<Versioned<Leaf>> leaf(const std::string& service, Blocking blocking,
                                                     std::chrono::milliseconds patience) = 0;
  // From any thread: the question that is being asked, and every later one, fails at once.
  virtual void cancel() = 0;
};

// Each thread that asks has a source of its own.
using SourceFactory = std::function<std::unique_ptr<CertificateSource>()>;

}  // namespace gw::consul
