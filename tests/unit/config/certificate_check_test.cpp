#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "loading.h"
#include "support/certificates.h"

using namespace gw;
using namespace gw::config;

namespace {

// PEM text as a YAML block, indented below its key.
std::string block(std::string_view pem) {
  std::string out = "|\n    ";
  for (const char c : pem) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out + "\n";
}

std::string certificate(std::string_view pem, std::string_view key) {
  return "certificates:\n- cert: " + block(pem) + "  key: " + block(key) +
         "  snis: [{name: web.test}]\n";
}

std::string ca(std::string_view pem) {
  return "ca_certificates:\n- cert: " + block(pem);
}

}  // namespace

TEST_CASE("a certificate and its key arrive together with their server names") {
  const auto out =
      config::testing::load_at("3.9", certificate(gw::testing::kLeafPem, gw::testing::kLeafKey));
  REQUIRE_MESSAGE(out.loaded, out.all());
  REQUIRE(out.config().certificates.size() == 1);
  CHECK(out.config().certificates[0].snis == std::vector<std::string>{"web.test"});
  CHECK(out.config().certificates[0].cert.starts_with("-----BEGIN CERTIFICATE-----"));
}

TEST_CASE("a key of somebody else is refused, and not shown") {
  const auto out =
      config::testing::load_at("3.9", certificate(gw::testing::kLeafPem, gw::testing::kOtherKey));
  CHECK(out.errors() == "certificates[0]: certificate does not match key\n");
  CHECK(out.all().find("PRIVATE") == std::string::npos);
}

TEST_CASE("a CA certificate is one certificate, of a CA, that has not expired") {
  using config::testing::load_at;
  CHECK(load_at("3.9", ca(gw::testing::kCaPem)).loaded.has_value());
  CHECK(load_at("3.9", ca(gw::testing::kLeafPem)).errors() ==
        "ca_certificates[0].cert: certificate does not appear to be a CA because it is missing "
        "the \"CA\" basic constraint\n");
  CHECK(load_at("3.9", ca(std::string(gw::testing::kCaPem) + std::string(gw::testing::kCaPem)))
            .errors() == "ca_certificates[0].cert: please submit only one certificate at a time\n");

  LoadOptions later;
  later.now = WallSeconds(std::chrono::sys_days(std::chrono::year(2200) / 1 / 1));
  const auto expired =
      config::testing::load_texts({"_format_version: '3.0'\n" + ca(gw::testing::kCaPem)}, later);
  CHECK(expired.errors() ==
        "ca_certificates[0].cert: certificate expired, \"Not After\" time is in the past\n");
}
