// Certificates from anywhere: a text that begins with '-' is PEM as it stands, all else is one DER
// certificate. Whatever is read can be described, written and judged, and nothing stays in
// OpenSSL's error queue.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <openssl/err.h>

#include "base/certificate_check.h"
#include "base/text.h"
#include "base/x509.h"
#include "certificates/json.h"
#include "certificates/text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string pem_of(std::string_view bytes) {
  if (bytes.starts_with('-')) return std::string(bytes);
  std::string lines = gw::base64_encode(bytes);
  for (std::size_t at = 64; at < lines.size(); at += 65) lines.insert(at, 1, '\n');
  return "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string pem = pem_of({reinterpret_cast<const char*>(data), size});
  const gw::WallSeconds now{std::chrono::seconds(1'600'000'000)};
  const gw::Secret key(pem);
  const auto read = gw::read_certificates(pem);
  const auto complaints =
      gw::check_certificate({.roots_pem = pem,
                             .chain_pem = pem,
                             .key = &key,
                             .spiffe_uri = "spiffe:///ns/default/dc/dc1/svc/web",
                             .now = now});
  for (const auto& complaint : complaints) {
    require(!complaint.text.empty());
    require(complaint.text.find('\x1b') == std::string::npos);
  }
  if (!read) {
    require(!complaints.empty());
    require(complaints.front().fault == gw::CertificateFault::unreadable);
  } else {
    require(!read->empty() && read->size() <= gw::kMaxCertificates);
    gw::certificates::Found found;
    found.files.push_back({.path = "x", .certificates = *read, .key = {}});
    const std::string text = gw::certificates::to_text(found.files, now, false);
    require(text.find('\x1b') == std::string::npos);
    require(!gw::certificates::to_json(found, now).empty());
  }
  require(ERR_peek_error() == 0);
  return 0;
}
