#include "proxy/tls_refusal.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "gateway/exchange.h"
#include "net/client_tls.h"
#include "net/stream.h"

namespace gw::proxy {
namespace {

// Alerts about the certificate that a client has shown.
constexpr std::array kOfOurCertificate{SSL_AD_BAD_CERTIFICATE,     SSL_AD_UNSUPPORTED_CERTIFICATE,
                                       SSL_AD_CERTIFICATE_REVOKED, SSL_AD_CERTIFICATE_EXPIRED,
                                       SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA,
                                       SSL_AD_ACCESS_DENIED};
// Those that a server sends only while it shakes hands, beside them.
constexpr std::array kOfAHandshake{TLS13_AD_CERTIFICATE_REQUIRED, SSL_AD_HANDSHAKE_FAILURE,
                                   SSL_AD_DECRYPT_ERROR};

bool is_in(const auto& alerts, int alert) {
  return std::ranges::find(alerts, alert) != alerts.end();
}

std::string describe(int alert) {
  const std::string_view name = SSL_alert_desc_string_long(alert);
  if (alert == TLS13_AD_CERTIFICATE_REQUIRED) {
    return "the upstream wants a certificate of ours (alert certificate required): give the "
           "service a client_certificate";
  }
  if (is_in(kOfOurCertificate, alert)) {
    return fmt::format(
        "the upstream refused our certificate (alert {}); in a mesh: an intention denies it, or "
        "it trusts another CA",
        name);
  }
  return fmt::format("the upstream refused the handshake (alert {})", name);
}

}  // namespace

std::string_view service_name(const gateway::Try& attempt) {
  return attempt.service != nullptr ? std::string_view(attempt.service->name) : std::string_view();
}

bool was_refused(net::Stream& stream) {
  if (stream.ssl() == nullptr) return false;
  const auto alert = stream.find_alert();
  return alert && (is_in(kOfOurCertificate, *alert) || is_in(kOfAHandshake, *alert));
}

std::string why_tls_failed(net::Stream& stream) {
  if (stream.ssl() == nullptr) return stream.tls_failure();
  std::string why = net::verify_failure(stream.ssl());
  if (!why.empty()) return why;
  const auto alert = stream.find_alert();
  return alert ? describe(*alert) : stream.tls_failure();
}

}  // namespace gw::proxy
