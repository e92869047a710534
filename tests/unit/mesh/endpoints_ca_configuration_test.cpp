#include <string>

#include <doctest/doctest.h>

#include "ca_endpoints_world.h"
#include "support/mint.h"

namespace gw::mesh {
namespace {

using std::chrono::hours;
using testing::body_of;
using testing::new_key;
using World = testing::CaWorld;

const std::string kDecode = "400 Bad request: Request decode failed: ";
const std::string kProvider = "500 error configuring provider: ";
const std::string kDecoding = kProvider + "error decoding config: 1 error(s) decoding:\n\n* ";

}  // namespace

TEST_CASE("the configuration begins with Consul's defaults and keeps what it is given") {
  World world;
  const Reply first = world.get(World::kConfiguration);
  CHECK_FALSE(first.index);
  CHECK(first.body ==
        "{\n    \"Provider\": \"consul\",\n    \"Config\": {\n"
        "        \"IntermediateCertTTL\": \"8760h\",\n        \"LeafCertTTL\": \"72h\",\n"
        "        \"RotationPeriod\": \"2160h\"\n    },\n    \"State\": null,\n"
        "    \"ForceWithoutCrossSigning\": false,\n    \"CreateIndex\": 5,\n"
        "    \"ModifyIndex\": 5\n}\n");
  CHECK(world.put(R"({"Provider":"consul","Config":{"z":{"b":1,"a":[1.5,"<x>",null,true]},)"
                  R"("LeafCertTTL":"1.5h"},"force_without_cross_signing":true} trailing)") ==
        "200");
  const Json second = body_of(world.get(World::kConfiguration));
  CHECK(second["Config"].dump() ==
        R"({"LeafCertTTL":"1.5h","z":{"a":[1.5,"<x>",null,true],"b":1}})");
  CHECK(second["ForceWithoutCrossSigning"] == true);
  CHECK(second["CreateIndex"] == 5);
  CHECK(second["ModifyIndex"] == 11);
  CHECK(world.get("/v1/connect/ca/roots").index == 11);
  CHECK(world.put(R"({"Provider":"consul"})") == "200");
  CHECK(body_of(world.get(World::kConfiguration))["Config"].is_null());
}

TEST_CASE("a configuration with the index of an older one changes nothing, and nobody is told") {
  World world;
  const auto put = [&](const std::string& ttl, std::uint64_t index) {
    const Json body{{"Provider", "consul"},
                    {"Config", {{"LeafCertTTL", ttl}}},
                    {"State", nullptr},
                    {"CreateIndex", 5},
                    {"ModifyIndex", index}};
    return world.put(body.dump());
  };
  const auto shown = [&] { return body_of(world.get(World::kConfiguration)); };
  CHECK(put("80h", 4) == "200");
  CHECK(shown()["Config"]["LeafCertTTL"] == "72h");
  CHECK(put("80h", shown()["ModifyIndex"].get<std::uint64_t>()) == "200");
  CHECK(shown()["Config"]["LeafCertTTL"] == "80h");
  const std::uint64_t index = world.state->changes.index();
  CHECK(put("80h", 0) == "200");
  CHECK(world.state->changes.index() == index);
  CHECK(put("81h", 0) == "200");
  CHECK(shown()["Config"]["LeafCertTTL"] == "81h");
  CHECK(world.put(R"({"Provider":"consul","ModifyIndex":-1})") ==
        kDecode +
            "json: cannot unmarshal number -1 into Go struct field .ModifyIndex of type uint64");
}

TEST_CASE("a TTL counts for new leaves, and does not make a root") {
  World world;
  const std::string root = world.state->authority->active().id;
  const auto lifetime = [&](const std::string& service) {
    const auto found = world.state->leaves.get(service, "", false);
    REQUIRE(found);
    return found->entry->leaf.not_after - found->entry->leaf.not_before;
  };
  CHECK(lifetime("old") == hours(72));
  CHECK(world.put_config({{"leafcertttl", "73h"}}) == "200");
  CHECK(lifetime("old") == hours(72));
  CHECK(lifetime("a") == hours(73));
  CHECK(world.put_config({{"leafcertttl", "73h"}, {"LeafCertTTL", "75h"}}) == "200");
  CHECK(lifetime("b") == hours(75));
  CHECK(world.put_config({{"leaf_cert_ttl", "74h"}}) == "200");
  CHECK(lifetime("c") == hours(72));
  CHECK(world.put_config({{"LeafCertTTL", 7'200'000'000'000}}) == "200");
  CHECK(lifetime("d") == hours(2));
  CHECK(world.put_config({{"LeafCertTTL", nullptr}}) == "200");
  CHECK(lifetime("e") == hours(72));
  CHECK(world.put_config({{"LeafCertTTL", "10m"}, {"SkipValidate", "true"}}) == "200");
  CHECK(lifetime("f") == std::chrono::minutes(10));
  CHECK(world.state->authority->active().id == root);
}

TEST_CASE("another key makes another root, the same one none, and none a new one") {
  World world;
  const auto roots = [&] { return world.state->authority->roots().size(); };
  const std::string key = new_key();
  CHECK(world.put_config({{"LeafCertTTL", "72h"}, {"PrivateKey", ""}}) == "200");
  CHECK(roots() == 1);
  const std::uint64_t index = world.state->changes.index();
  CHECK(world.put_config({{"LeafCertTTL", "72h"}, {"PrivateKey", key}, {"RootCert", ""}}) == "200");
  CHECK(roots() == 2);
  CHECK(world.state->changes.index() == index + 2);
  const Json shown = body_of(world.get(World::kConfiguration));
  CHECK(shown["Config"]["PrivateKey"] == key);
  CHECK(shown["ModifyIndex"] == index + 2);
  CHECK(world.get("/v1/connect/ca/roots").index == index + 2);
  CHECK(world.state->authority->active().modify_index == index + 1);
  CHECK(world.put_config({{"LeafCertTTL", "80h"}, {"PrivateKey", key}}) == "200");
  CHECK(roots() == 2);
  CHECK(world.put_config({{"LeafCertTTL", "80h"}, {"PrivateKey", key + "\n"}}) == "200");
  CHECK(roots() == 3);
  CHECK(world.put_config({{"LeafCertTTL", "80h"}}) == "200");
  CHECK(roots() == 4);
  const auto own = gw::testing::mint({.name = "own",
                                      .alternative = "URI:spiffe://elsewhere.consul",
                                      .ca = true,
                                      .not_before = testing::kStart,
                                      .lifetime = hours(24 * 365)});
  const std::string own_key(own.key_pem.reveal());
  CHECK(world.put_config({{"PrivateKey", own_key}, {"RootCert", own.pem}}) == "200");
  CHECK(world.state->authority->active().pem == own.pem);
  CHECK(roots() == 5);
}

TEST_CASE("what is wrong with a configuration is told in Consul's words, and changes nothing") {
  World world;
  const std::uint64_t index = world.state->changes.index();
  const auto put = [&](const std::string& body) { return world.put(body); };
  CHECK(put("") == kDecode + "EOF");
  CHECK(put("{") == kDecode + "unexpected EOF");
  CHECK(put("[]") == kDecode +
                         "json: cannot unmarshal array into Go value of type struct { "
                         "ForceWithoutCrossSigningSnake bool "
                         "\"json:\\\"force_without_cross_signing\\\"\"; *structs.Alias }");
  CHECK(put(R"({"Provider":"consul","Foo":1})") == kDecode + "json: unknown field \"Foo\"");
  CHECK(put(R"({"Provider":5})") ==
        kDecode + "json: cannot unmarshal number into Go struct field .Provider of type string");
  CHECK(put(R"({"Provider":"consul","Config":[]})") ==
        kDecode +
            "json: cannot unmarshal array into Go struct field .Config of type "
            "map[string]interface {}");
  CHECK(put(R"({"Provider":"consul","State":{"a":5}})") ==
        kDecode + "json: cannot unmarshal number into Go struct field .State of type string");
  CHECK(put(R"({"Provider":"consul","CreateIndex":"x"})") ==
        kDecode + "json: cannot unmarshal string into Go struct field .CreateIndex of type uint64");
  CHECK(put(R"({"Provider":"consul","ForceWithoutCrossSigning":"x"})") ==
        kDecode +
            "json: cannot unmarshal string into Go struct field .ForceWithoutCrossSigning of type "
            "bool");
  CHECK(put(R"({"Provider":"consul","State":{"a":"b"}})") ==
        "400 Bad request: Provider State is read-only. It must be omitted or identical to the "
        "current value");
  CHECK(put("{}") == "500 could not initialize provider: unknown CA provider \"\"");
  CHECK(put(R"({"Provider":"nope"})") ==
        "500 could not initialize provider: unknown CA provider \"nope\"");
  CHECK(world.state->changes.index() == index);
}

TEST_CASE("the provider's values are checked as Consul 1.8.7 does") {
  World world;
  const std::string root = world.state->authority->active().id;
  const auto ttl = [&](const Json& value) { return world.put_config({{"LeafCertTTL", value}}); };
  const auto decoding = [](const std::string& rest) { return kDecoding + rest; };
  CHECK(ttl("30m") == kProvider + "leaf cert TTL must be greater or equal than 1h0m0s");
  CHECK(ttl("-5h") == kProvider + "leaf cert TTL must be greater or equal than 1h0m0s");
  CHECK(ttl(true) == kProvider + "leaf cert TTL must be greater or equal than 1h0m0s");
  CHECK(ttl("8761h") == kProvider + "leaf cert TTL must be less than 8760h0m0s");
  CHECK(ttl("abc") == decoding("error decoding 'LeafCertTTL': time: invalid duration \"abc\""));
  CHECK(ttl("") == decoding("error decoding 'LeafCertTTL': time: invalid duration \"\""));
  CHECK(ttl("72") ==
        decoding("error decoding 'LeafCertTTL': time: missing unit in duration \"72\""));
  CHECK(ttl("72x") ==
        decoding("error decoding 'LeafCertTTL': time: unknown unit \"x\" in duration \"72x\""));
  CHECK(ttl(Json::array({1})) == decoding("'LeafCertTTL' expected type 'time.Duration', got "
                                          "unconvertible type '[]interface {}'"));
  CHECK(world.put_config({{"LeafCertTTL", "x"}, {"RotationPeriod", "y"}}) ==
        kProvider +
            "error decoding config: 2 error(s) decoding:\n\n"
            "* error decoding 'LeafCertTTL': time: invalid duration \"x\"\n"
            "* error decoding 'RotationPeriod': time: invalid duration \"y\"");
  CHECK(world.put_config({{"IntermediateCertTTL", "2h"}}) ==
        kProvider + "Intermediate Cert TTL must be greater or equal than 3h");
  CHECK(world.put_config({{"IntermediateCertTTL", "100h"}}) ==
        kProvider +
            "Intermediate Cert TTL must be greater or equal than 3 * LeafCertTTL (>=216h0m0s).");
  CHECK(world.put_config({{"LeafCertTTL", "1h"}, {"IntermediateCertTTL", "3h"}}) == "200");
  CHECK(world.put_config({{"CSRMaxPerSecond", "x"}}) ==
        decoding("cannot parse 'CSRMaxPerSecond' as float: strconv.ParseFloat: parsing \"x\": "
                 "invalid syntax"));
  CHECK(world.put_config({{"CSRMaxConcurrent", "x"}}) ==
        decoding("cannot parse 'CSRMaxConcurrent' as int: strconv.ParseInt: parsing \"x\": "
                 "invalid syntax"));
  CHECK(world.put_config({{"SkipValidate", "x"}}) ==
        decoding("cannot parse 'SkipValidate' as bool: strconv.ParseBool: parsing \"x\": invalid "
                 "syntax"));
  CHECK(world.put_config({{"PrivateKeyType", "dsa"}}) ==
        kProvider + "private key type must be either 'ec' or 'rsa'");
  CHECK(world.put_config({{"PrivateKeyBits", 100}}) ==
        kProvider + "EC key length must be one of (224, 256, 384, 521) bits");
  CHECK(world.put_config({{"PrivateKeyBits", "384"}}) == "200");
  CHECK(world.put_config({{"PrivateKeyType", "rsa"}}) ==
        kProvider + "RSA key length must be 2048 or 4096 bits");
  CHECK(world.put_config({{"RootCert", "x"}}) ==
        kProvider + "must provide a private key when providing a root cert");
  CHECK(world.put_config({{"PrivateKey", Json::object()}}) ==
        decoding("'PrivateKey' expected type 'string', got unconvertible type "
                 "'map[string]interface {}'"));
  CHECK(world.put_config({{"PrivateKey", "hello"}}) ==
        "500 error generating CA root certificate: error generating CA: error parsing private key "
        "\"hidden\": no PEM-encoded data found");
  CHECK(world.put_config({{"PrivateKey", new_key()}, {"RootCert", "x"}}) ==
        "500 error parsing root fingerprint: no PEM-encoded data found");
  CHECK(world.state->authority->active().id == root);
  CHECK(world.state->authority->roots().size() == 1);
}

}  // namespace gw::mesh
