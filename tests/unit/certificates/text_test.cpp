#include "certificates/text.h"

#include <chrono>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "certificates/json.h"

using namespace gw;
using namespace gw::certificates;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

constexpr WallSeconds kBegin{1'600'000'000s};
constexpr WallSeconds kEnd = kBegin + 72h;

CertificateFile a_file() {
  CertificateFile file;
  file.path = "mesh/cert.pem";
  file.certificates.push_back({.subject = "CN=web",
                               .issuer = "CN=root",
                               .serial = "0a",
                               .not_before = kBegin,
                               .not_after = kEnd,
                               .key = "EC P-256",
                               .signature = "ecdsa-with-SHA256",
                               .sha256 = "aa:bb",
                               .subject_key_id = "01:02",
                               .authority_key_id = {},
                               .usages = {"digital signature"},
                               .purposes = {"client", "server"},
                               .dns_names = {"web.test"},
                               .uris = {"spiffe://td.consul/ns/default/dc/dc1/svc/web"}});
  return file;
}

bool has(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a certificate's validity is told from now") {
  const CertificateInfo info = a_file().certificates.front();
  CHECK(validity(info, kBegin - 5min) == "begins in 5 min");
  CHECK(validity(info, kBegin + 1h) == "expires in 2 d 23 h");
  CHECK(validity(info, kEnd + 3h) == "expired 3 h ago");
}

TEST_CASE("a certificate is shown as a person looks for it") {
  CHECK(to_text({a_file()}, kBegin + 1h, false) ==
        "mesh/cert.pem\n"
        "  certificate\n"
        "    subject     CN=web\n"
        "    SPIFFE ID   spiffe://td.consul/ns/default/dc/dc1/svc/web\n"
        "    DNS name    web.test\n"
        "    issuer      CN=root\n"
        "    serial      0a\n"
        "    validity    2020-09-13T12:26:40Z to 2020-09-16T12:26:40Z, expires in 2 d 23 h\n"
        "    key         EC P-256\n"
        "    usage       digital signature\n"
        "    purpose     client, server\n"
        "    signature   ecdsa-with-SHA256\n"
        "    key id      01:02\n"
        "    SHA-256     aa:bb\n");
}

TEST_CASE("names from a certificate cannot write to the terminal") {
  CertificateFile file = a_file();
  file.certificates[0].uris = {"spiffe://x/\x1b[31m\nroot"};
  const std::string text = to_text({file}, kBegin, false);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "\nroot"));
}

TEST_CASE("colour marks what is not well") {
  CertificateFile file = a_file();
  file.key = PrivateKey{.kind = "EC P-256",
                        .problem = {},
                        .mode = 0644,
                        .certificate = "mesh/cert.pem",
                        .belongs = false};
  CHECK_FALSE(has(to_text({file}, kEnd + 1h, false), "\x1b"));
  const std::string text = to_text({file}, kEnd + 1h, true);
  CHECK(has(text, "\x1b[1;31mexpired 1 h ago\x1b[0m"));
  CHECK(has(text, "\x1b[1;31mnot to mesh/cert.pem"));
  CHECK(has(text, "\x1b[1;31m0644, wider than 0600: chmod 600 mesh/cert.pem\x1b[0m"));
}

TEST_CASE("JSON tells the same, with null for what there is not") {
  CertificateFile file = a_file();
  file.key = PrivateKey{
      .kind = {}, .problem = "it is encrypted", .mode = 0600, .certificate = {}, .belongs = {}};
  Found found;
  found.files.push_back(file);
  found.errors.push_back({ErrorCode::missing, "x.pem: cannot open"});
  const Json json = Json::parse(to_json(found, kEnd + 3h));
  const Json& certificate = json["files"][0]["certificates"][0];
  CHECK(certificate["spiffe_id"] == "spiffe://td.consul/ns/default/dc/dc1/svc/web");
  CHECK(certificate["not_after"] == "2020-09-16T12:26:40Z");
  CHECK(certificate["validity"] == "expired");
  CHECK(certificate["expires_in"] == -10800);
  CHECK(certificate["authority_key_id"].is_null());
  const Json& key = json["files"][0]["private_key"];
  CHECK(key["kind"].is_null());
  CHECK(key["problem"] == "it is encrypted");
  CHECK(key["mode"] == "0600");
  CHECK(key["belongs"].is_null());
  CHECK(json["errors"][0]["message"] == "x.pem: cannot open");
}

TEST_CASE("JSON can be written of names that are no UTF-8") {
  CertificateFile file = a_file();
  file.certificates[0].uris = {"spiffe://\xff\xfe/x"};
  Found found;
  found.files.push_back(file);
  CHECK_FALSE(Json::parse(to_json(found, kBegin)).empty());
}

TEST_CASE("every check that was made has its line, and those that were not asked for have none") {
  const CertificateInfo leaf = a_file().certificates.front();
  const Secret key("anything");
  CertificateToCheck what{.roots_pem = {}, .chain_pem = {}, .now = kBegin + 1h};
  CHECK(to_text(checks_of(what, leaf, {}), false) ==
        "chain     ok      it leads to a root; issued by CN=root\n"
        "validity  ok      until 2020-09-16T12:26:40Z, for another 2 d 23 h\n"
        "purpose   ok      TLS client and server\n");
  what.key = &key;
  what.spiffe_uri = "spiffe:///ns/default/dc/dc1/svc/web";
  const auto checks = checks_of(
      what, leaf, {{CertificateFault::expired, "expired"}, {CertificateFault::key, "no"}});
  REQUIRE(checks.size() == 5);
  CHECK_FALSE(all_passed(checks));
  CHECK(has(to_text(checks, false), "validity  FAILED  expired\n"));
  CHECK(has(to_text(checks, false), "key       FAILED  no\n"));
  CHECK(has(to_text(checks, true), "\x1b[1;31mFAILED\x1b[0m"));
  const Json json = Json::parse(to_json(checks));
  CHECK(json["verified"] == false);
  CHECK(json["checks"][1]["check"] == "validity");
  CHECK(json["checks"][1]["passed"] == false);
  CHECK(json["checks"][4]["detail"] == "spiffe://td.consul/ns/default/dc/dc1/svc/web");
}
