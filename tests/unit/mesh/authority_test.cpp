#include "mesh/authority.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "authority_world.h"
#include "base/time.h"
#include "base/x509.h"

namespace gw::mesh {
namespace {

using testing::extensions_of;
using testing::first_of;
using testing::issue;
using testing::kNow;
using testing::new_authority;
using testing::verifies;

}  // namespace

TEST_CASE("a root has the fields of Consul's built-in provider") {
  const auto authority = new_authority();
  REQUIRE(authority->roots().size() == 1);
  const Root& root = authority->active();
  const CertificateInfo info = first_of(root.pem);
  const std::string domain = authority->trust_domain();
  CHECK(domain.size() == 36 + std::string(".consul").size());
  CHECK(root.trust_uuid + ".consul" == domain);
  CHECK(info.subject == info.issuer);
  CHECK(info.subject.starts_with("CN=pri-"));
  CHECK(info.subject.ends_with(".consul.ca." + domain.substr(0, 8) + ".consul"));
  CHECK(root.serial == 7);
  CHECK(info.serial == "07");
  CHECK(info.key == "EC P-256");
  CHECK(info.signature == "ecdsa-with-SHA256");
  CHECK(format_rfc3339(root.not_before) == "2020-09-13T12:26:40Z");
  CHECK(format_rfc3339(root.not_after) == "2030-09-13T12:26:40Z");
  CHECK(info.not_before == root.not_before);
  CHECK(info.not_after == root.not_after);
  CHECK(info.is_ca);
  CHECK(info.usages ==
        std::vector<std::string>{"digital signature", "certificate signing", "CRL signing"});
  CHECK(info.subject_key_id.size() == 32 * 3 - 1);
  CHECK(info.subject_key_id == info.authority_key_id);
  CHECK(root.signing_key_id == info.subject_key_id);
  CHECK(info.uris == std::vector<std::string>{"spiffe://" + domain});
  CHECK(root.id.size() == 20 * 3 - 1);
  CHECK(root.active);
  CHECK(root.intermediates.empty());
  CHECK(extensions_of(root.pem) ==
        std::vector<std::string>{"keyUsage critical", "basicConstraints critical",
                                 "subjectKeyIdentifier", "authorityKeyIdentifier",
                                 "subjectAltName"});
}

TEST_CASE("ten years after 29 February is 1 March, as Go counts") {
  const auto leap = parse_rfc3339("2028-02-29T10:00:00Z");
  REQUIRE(leap);
  const auto authority = new_authority(whole_seconds(*leap));
  CHECK(format_rfc3339(authority->active().not_after) == "2038-03-01T10:00:00Z");
}

TEST_CASE("a leaf has the fields of Consul 1.8's") {
  const auto authority = new_authority();
  const IssuedLeaf leaf = issue(*authority);
  const CertificateInfo info = first_of(leaf.certificate);
  const std::string domain = authority->trust_domain();
  CHECK(info.subject == "CN=web.svc.default." + domain.substr(0, 8) + ".consul");
  CHECK(leaf.serial == "08");
  CHECK(info.serial == "08");
  CHECK_FALSE(info.is_ca);
  CHECK(info.usages == std::vector<std::string>{"digital signature", "key encipherment",
                                                "data encipherment", "key agreement"});
  CHECK(info.purposes == std::vector<std::string>{"client", "server"});
  CHECK(info.subject_key_id.size() == 32 * 3 - 1);
  CHECK(info.authority_key_id == authority->active().signing_key_id);
  CHECK(leaf.signing_key_id == info.authority_key_id);
  CHECK(leaf.uri == "spiffe://" + domain + "/ns/default/dc/dc1/svc/web");
  CHECK(info.uris == std::vector<std::string>{leaf.uri});
  CHECK(info.dns_names.empty());
  CHECK(leaf.not_before == kNow - std::chrono::minutes(1));
  CHECK(leaf.not_after == leaf.not_before + std::chrono::hours(72));
  CHECK(info.not_before == leaf.not_before);
  CHECK(info.not_after == leaf.not_after);
  CHECK(leaf.key.reveal().starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
  CHECK(leaf.key.reveal().ends_with("-----END EC PRIVATE KEY-----\n"));
  const auto matches = key_matches(leaf.certificate, leaf.key.reveal());
  CHECK(matches.value_or(false));
  CHECK(extensions_of(leaf.certificate) ==
        std::vector<std::string>{"keyUsage critical", "extendedKeyUsage",
                                 "basicConstraints critical", "subjectKeyIdentifier",
                                 "authorityKeyIdentifier", "subjectAltName"});
}

TEST_CASE("a leaf of 1.11 has no subject and a critical name") {
  const auto authority = new_authority();
  const IssuedLeaf leaf = issue(*authority, "web", LeafProfile::v1_11);
  CHECK(first_of(leaf.certificate).subject.empty());
  CHECK(extensions_of(leaf.certificate).back() == "subjectAltName critical");
  CHECK(verifies(leaf.certificate, authority->bundle()));
}

TEST_CASE("the CN keeps letters and digits in lower case and is cut to 64 characters") {
  const auto authority = new_authority();
  const std::string rest = ".svc.default." + authority->trust_domain().substr(0, 8) + ".consul";
  const auto cn = [&](std::string_view service) {
    return first_of(issue(*authority, service).certificate).subject;
  };
  CHECK(cn("My_Weird.Svc-01") == "CN=myweirdsvc01" + rest);
  CHECK(cn("web-sidecar-proxy") == "CN=websidecarproxy" + rest);
  CHECK(cn(std::string(36, 'x')) == "CN=" + std::string(36, 'x') + rest);
  CHECK(cn(std::string(71, 'x')) == "CN=" + std::string(36, 'x') + rest);
  CHECK(cn("-_.") == "CN=" + rest);
  CHECK(cn("\xC3\xA9") == "CN=" + rest);
}

TEST_CASE("the identity is escaped as Go does it") {
  const auto authority = new_authority();
  const std::string begin = "spiffe://" + authority->trust_domain() + "/ns/default/dc/dc1/svc/";
  const auto uri = [&](std::string_view service) {
    const IssuedLeaf leaf = issue(*authority, service);
    CHECK(first_of(leaf.certificate).uris == std::vector<std::string>{leaf.uri});
    return leaf.uri.substr(begin.size());
  };
  CHECK(uri("a b") == "a%20b");
  CHECK(uri("a%b") == "a%25b");
  CHECK(uri("My_Weird.Svc-01~") == "My_Weird.Svc-01~");
  CHECK(uri("a:b@c$d&e+f;g=h,i") == "a:b@c$d&e+f;g=h,i");
  CHECK(uri("a!*'()b") == "a%21%2A%27%28%29b");
  CHECK(uri("a?b#c") == "a%3Fb%23c");
  CHECK(uri("[]<>\"\\^`{|}~") == "%5B%5D%3C%3E%22%5C%5E%60%7B%7C%7D~");
  CHECK(uri("\xC3\xA9") == "%C3%A9");
  CHECK(uri(std::string(300, 'x')) == std::string(300, 'x'));
}

TEST_CASE("names that no identity can have are refused in Consul's words") {
  const auto authority = new_authority();
  const auto why = [&](std::string_view service) {
    const auto leaf = authority->issue({.service = service, .now = kNow});
    REQUIRE_FALSE(leaf);
    return leaf.error().message;
  };
  CHECK(why("") == "URI must be either service or agent");
  CHECK(why("a/b c") == "SPIFFE ID is not in the expected format: spiffe://" +
                            authority->trust_domain() + "/ns/default/dc/dc1/svc/a/b%20c");
  CHECK(issue(*authority).serial == "08");
}

TEST_CASE("serials go on over a byte's border") {
  const auto authority = new_authority();
  std::string serial;
  for (int i = 8; i <= 256; ++i) serial = issue(*authority).serial;
  CHECK(serial == "01:00");
  CHECK(first_of(issue(*authority).certificate).serial == "01:01");
}

TEST_CASE("chains hold before, during and after two rotations") {
  const auto authority = new_authority();
  const std::string first = authority->active().pem;
  const IssuedLeaf before = issue(*authority);
  CHECK(verifies(before.certificate, first));
  CHECK(verifies(before.certificate, first, true, X509_PURPOSE_SSL_CLIENT));

  REQUIRE(authority->rotate(kNow));
  const std::string second = authority->active().pem;
  REQUIRE(authority->roots().size() == 2);
  CHECK(authority->active().serial == 9);
  CHECK_FALSE(authority->roots()[1].active);
  CHECK(authority->bundle() == second + first);
  const IssuedLeaf after = issue(*authority);
  CHECK(after.serial == "0b");
  CHECK(verifies(before.certificate, authority->bundle()));
  CHECK_FALSE(verifies(before.certificate, second));
  CHECK(verifies(after.certificate, authority->bundle()));
  CHECK(verifies(after.certificate, second, false));
  CHECK(verifies(after.certificate, first));
  CHECK_FALSE(verifies(after.certificate, first, false));

  REQUIRE(authority->rotate(kNow));
  const IssuedLeaf last = issue(*authority);
  CHECK(verifies(last.certificate, second));
  CHECK_FALSE(verifies(last.certificate, first));
  CHECK(verifies(last.certificate, authority->active().pem, false));
  CHECK(verifies(after.certificate, authority->bundle()));
  CHECK(authority->roots()[1].intermediates.size() == 1);
}

TEST_CASE("a cross-signed certificate has the new root's name and key, and seven days") {
  const auto authority = new_authority();
  const CertificateInfo old = first_of(authority->active().pem);
  REQUIRE(authority->rotate(kNow));
  const CertificateInfo root = first_of(authority->active().pem);
  REQUIRE(authority->active().intermediates.size() == 1);
  const std::string& pem = authority->active().intermediates.front();
  const CertificateInfo cross = first_of(pem);
  CHECK(cross.subject == root.subject);
  CHECK(cross.issuer == old.subject);
  CHECK(cross.serial == "09");
  CHECK(cross.subject_key_id == root.subject_key_id);
  CHECK(cross.authority_key_id == old.subject_key_id);
  CHECK(cross.uris == root.uris);
  CHECK(cross.is_ca);
  CHECK(cross.not_before == kNow - std::chrono::minutes(1));
  CHECK(cross.not_after == cross.not_before + std::chrono::days(7));
  CHECK(extensions_of(pem) == extensions_of(authority->active().pem));
  CHECK(issue(*authority).certificate.ends_with(pem));

  REQUIRE(authority->rotate(kNow, {}, false));
  CHECK(authority->active().intermediates.empty());
}

TEST_CASE("roots carry the index of their change, and the first one their creation's") {
  const auto authority = new_authority();
  authority->stamp(9);
  REQUIRE(authority->rotate(kNow));
  authority->stamp(23);
  CHECK(authority->active().create_index == 23);
  CHECK(authority->roots()[1].create_index == 9);
  CHECK(authority->roots()[1].modify_index == 23);
}

TEST_CASE("retired roots are dropped after their time, the active one never") {
  using std::chrono::hours;
  const auto authority = new_authority();
  REQUIRE(authority->rotate(kNow));
  REQUIRE(authority->rotate(kNow + hours(10)));
  const std::string active = authority->active().id;
  CHECK_FALSE(authority->prune(kNow + hours(144), hours(144)));
  CHECK(authority->prune(kNow + hours(145), hours(144)));
  CHECK(authority->roots().size() == 2);
  CHECK(authority->prune(kNow + hours(1000), hours(144)));
  CHECK(authority->roots().size() == 1);
  CHECK(authority->active().id == active);
  const WallSeconds later = kNow + hours(1000);
  CHECK(verifies(issue(*authority, "web", LeafProfile::v1_8, later).certificate,
                 authority->bundle(), true, X509_PURPOSE_SSL_SERVER, later));
}

TEST_CASE("a leaf that is to have ended has ended at once") {
  const auto authority = new_authority();
  const auto leaf = authority->issue({.service = "web", .now = kNow, .expired = true});
  REQUIRE(leaf);
  CHECK(leaf->not_after < kNow);
  CHECK(leaf->not_after - leaf->not_before == std::chrono::hours(72));
  CHECK_FALSE(verifies(leaf->certificate, authority->bundle()));
}

}  // namespace gw::mesh
