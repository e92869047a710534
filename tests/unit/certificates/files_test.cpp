#include "certificates/files.h"

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "folder.h"
#include "support/mint.h"

using namespace gw;
using namespace gw::certificates;
using testing::Folder;
using testing::mint;
using testing::Minted;

namespace {

std::string pem(const Minted& minted) {
  return minted.pem;
}
std::string_view key(const Minted& minted) {
  return minted.key_pem.reveal();
}

}  // namespace

TEST_CASE("a folder's certificates are found with the keys that belong to them") {
  const Folder folder;
  const Minted web = mint({});
  const Minted api = mint({.rsa_bits = 2048});
  folder.write("ca.crt", pem(web) + pem(api));
  folder.write("web/cert.pem", pem(web));
  folder.write("web/cert.key", key(web));
  folder.write("api/cert.pem", pem(api));
  folder.write("api/cert.key", key(web), 0644);
  folder.write("notes.txt", "nothing");

  const Found found = find_certificates({folder.path()});
  CHECK(found.errors.empty());
  REQUIRE(found.files.size() == 5);
  CHECK(found.files[0].path.ends_with("/api/cert.key"));
  REQUIRE(found.files[0].key);
  CHECK(found.files[0].key->kind == "EC P-256");
  CHECK(found.files[0].key->belongs == false);
  CHECK(found.files[0].key->certificate.ends_with("/api/cert.pem"));
  CHECK(found.files[0].key->wide());
  CHECK(found.files[2].certificates.size() == 2);
  CHECK_FALSE(found.files[2].key);
  CHECK(found.files[3].key->belongs == true);
  CHECK_FALSE(found.files[3].key->wide());
}

TEST_CASE("links are followed to a certificate, and their folder is not shown again") {
  const Folder folder;
  const Minted web = mint({});
  folder.write("..pair.1/cert.pem", pem(web));
  folder.write("..pair.1/cert.key", key(web));
  for (const char* name : {"cert.pem", "cert.key"}) {
    std::filesystem::create_symlink(std::string("..pair.1/") + name, folder.path() + "/" + name);
  }
  for (const std::string& path : {folder.path(), folder.path() + "/"}) {
    const Found found = find_certificates({path});
    CHECK(found.errors.empty());
    REQUIRE(found.files.size() == 2);
    CHECK(found.files[0].key->belongs == true);
  }
}

TEST_CASE("a key in its certificate's file is told, and compared with that one") {
  const Folder folder;
  const Minted web = mint({});
  const Minted api = mint({});
  const std::string both = folder.write("both.pem", std::string(key(web)) + pem(web) + pem(api));
  const Found found = find_certificates({both});
  REQUIRE(found.files.size() == 1);
  CHECK(found.files[0].certificates.size() == 2);
  REQUIRE(found.files[0].key);
  CHECK(found.files[0].key->belongs == true);
  CHECK(found.files[0].key->certificate == both);
}

TEST_CASE("a key that stands alone is told, and that no certificate was found") {
  const Folder folder;
  const Found found = find_certificates({folder.write("cert.key", key(mint({})))});
  REQUIRE(found.files.size() == 1);
  CHECK_FALSE(found.files[0].key->belongs.has_value());
  REQUIRE(found.errors.size() == 1);
  CHECK(found.errors[0].message.find("no certificate in it") != std::string::npos);
}

TEST_CASE("what cannot be read is an error that names its file and what to do") {
  const Folder folder;
  const std::string web = pem(mint({}));
  std::string many;
  for (std::size_t i = 0; i <= kMaxCertificates; ++i) many += web;
  struct Row {
    std::string path, words;
  };
  for (const Row& row :
       {Row{folder.path() + "/missing.pem", "cannot open"},
        Row{folder.write("empty.pem", ""), "it is empty"},
        Row{folder.write("text.pem", "hello"), "expected PEM text"},
        Row{folder.write("der.crt", "\x30\x82\x01"), "-inform DER"},
        Row{folder.write("cut.pem", web.substr(0, web.size() / 2)), "it is broken"},
        Row{folder.write("many.pem", many), "more than 32 certificates"},
        Row{folder.write("request.pem", "-----BEGIN PUBLIC KEY-----\n"), "expected PEM text"},
        Row{folder.write("large.pem", std::string(kMaxPemBytes + 1, ' ')), "larger than"}}) {
    CAPTURE(row.path);
    const Found found = find_certificates({row.path});
    CHECK(found.files.empty());
    REQUIRE(found.errors.size() == 1);
    CHECK(found.errors[0].message.starts_with(row.path + ": "));
    CHECK(found.errors[0].message.find(row.words) != std::string::npos);
  }
}

TEST_CASE("in a folder, what is PEM and no certificate is passed over; an empty folder is told") {
  const Folder folder;
  folder.write("request.pem", "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n");
  folder.write("dh.pem", "-----BEGIN DH PARAMETERS-----\nAA==\n");
  const Found none = find_certificates({folder.path()});
  CHECK(none.errors.size() == 1);
  folder.write("web.crt", pem(mint({})));
  const Found one = find_certificates({folder.path()});
  CHECK(one.files.size() == 1);
}

TEST_CASE("an encrypted key is told as such") {
  const Folder folder;
  const Minted web = mint({});
  BIO* out = BIO_new(BIO_s_mem());
  REQUIRE(PEM_write_bio_PrivateKey(out, web.key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                                   const_cast<char*>("sesame")) == 1);
  folder.write("cert.key", testing::text_of(out));
  folder.write("cert.pem", pem(web));
  const Found found = find_certificates({folder.path()});
  REQUIRE(found.files.size() == 2);
  CHECK(found.files[0].key->kind.empty());
  CHECK(found.files[0].key->problem.find("encrypted") != std::string::npos);
}
