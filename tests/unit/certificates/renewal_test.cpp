#include "certificates/renewal.h"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "folder.h"
#include "support/mint.h"

using namespace gw;
using namespace gw::certificates;
using namespace std::chrono_literals;
using testing::Folder;
using testing::mint;

namespace {

constexpr WallSeconds kBegin{1'600'000'000s};
const Ending kEnding{"cert.pem", kBegin, kBegin + 72h};

}  // namespace

TEST_CASE("a certificate is due from the moment on that is the wanted time before its end") {
  CHECK_FALSE(is_due(kEnding, 24h, kBegin + 48h - 1s));
  CHECK(is_due(kEnding, 24h, kBegin + 48h));
  CHECK(is_due(kEnding, 0s, kBegin + 72h));
  CHECK_FALSE(is_due(kEnding, 0s, kBegin + 72h - 1s));
  CHECK(is_due(kEnding, 24h, kBegin + 1000h));
}

TEST_CASE("one line says when it ends and when it is due") {
  CHECK(
      describe(kEnding, 24h, kBegin) ==
      "cert.pem: expires 2020-09-16T12:26:40Z, in 3 d; due from 2020-09-15T12:26:40Z on, in 2 d\n");
  CHECK(describe(kEnding, 24h, kBegin + 50h) ==
        "cert.pem: due: it expires 2020-09-16T12:26:40Z, in 22 h, which is within 1 d\n");
  CHECK(describe(kEnding, 24h, kBegin + 75h) ==
        "cert.pem: due: it expired 2020-09-16T12:26:40Z, 3 h ago\n");
  CHECK(describe(kEnding, 96h, kBegin).find("its whole life is 3 d, so a shorter --before") !=
        std::string::npos);
}

TEST_CASE("the first certificate of a chain decides, and of a bundle of CAs the first to end") {
  const Folder folder;
  const auto leaf = mint({.lifetime = 72h}).pem;
  const auto early = mint({.ca = true, .lifetime = 24h}).pem;
  const auto late = mint({.ca = true, .lifetime = 1000h}).pem;
  const auto chain = first_to_end(folder.write("chain.pem", leaf + early));
  REQUIRE(chain);
  CHECK(chain->not_after == kBegin + 72h);
  CHECK(chain->not_before == kBegin);
  const auto bundle = first_to_end(folder.write("ca.crt", late + early));
  REQUIRE(bundle);
  CHECK(bundle->not_after == kBegin + 24h);
}

TEST_CASE("of a folder, the first to end of its cert.pem and those of its folders decides") {
  const Folder folder;
  folder.write("api/cert.pem", mint({.lifetime = 48h}).pem);
  folder.write("web/cert.pem", mint({.lifetime = 24h}).pem);
  folder.write("cert.pem", mint({.lifetime = 72h}).pem);
  // None of these is where fetch writes.
  folder.write("mycert.pem", mint({.lifetime = 1h}).pem);
  folder.write("..pair.1/cert.pem", mint({.lifetime = 1h}).pem);
  folder.write("web/old/cert.pem", mint({.lifetime = 1h}).pem);
  folder.write("web/ca.crt", mint({.ca = true, .lifetime = 1h}).pem);
  for (const std::string& path : {folder.path(), folder.path() + "/"}) {
    const auto ending = first_to_end(path);
    REQUIRE(ending);
    CHECK(ending->path.ends_with("/web/cert.pem"));
    CHECK(ending->not_after == kBegin + 24h);
  }
  folder.write("api/cert.pem", "broken");
  const auto broken = first_to_end(folder.path());
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message.find("/api/cert.pem: ") != std::string::npos);
}

TEST_CASE("a folder without certificate is an error that says what was looked for") {
  const Folder folder;
  folder.write("ca.crt", mint({.ca = true}).pem);
  const auto none = first_to_end(folder.path());
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("neither cert.pem nor NAME/cert.pem") != std::string::npos);
}
