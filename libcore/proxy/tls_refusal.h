// Why TLS with an upstream came to nothing, as the log tells it.
#pragma once

#include <string>
#include <string_view>

namespace gw::net {
class Stream;
}
namespace gw::gateway {
struct Try;
}

namespace gw::proxy {

// Whether the upstream has refused who we are: it sent an alert that ends a handshake, after which
// it has read nothing of a request. TLS 1.3 lets a client write before it hears of it (RFC 8446
// section 4.4.2.4; consul-behaviour.md 1, fact 6).
[[nodiscard]] bool was_refused(net::Stream& stream);

// The service that an upstream is tried for, as logs name it: "" for none, as of probes.
[[nodiscard]] std::string_view service_name(const gateway::Try& attempt);

// What was wrong with the upstream's certificate, or else with ours, or else OpenSSL's reason.
[[nodiscard]] std::string why_tls_failed(net::Stream& stream);

}  // namespace gw::proxy
