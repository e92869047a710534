#include "proxy/references.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

namespace gw::proxy {
namespace {

VaultReference parsed(std::string_view text) {
  auto reference = parse_reference(text);
  REQUIRE_MESSAGE(reference, std::string(text));
  return *reference;
}

// Shows what was asked for in the place of a secret.
Result<std::string> echo(const VaultReference& reference) {
  std::string text = "<" + reference.vault;
  for (const std::string& part : reference.path) text += "|" + part;
  for (const auto& [name, value] : reference.options) text += "|" + name + "=" + value;
  return text + ">";
}

model::Certificate certificate(std::string cert, std::string key) {
  return {.id = Uuid::v5(Uuid{}, "c"),
          .cert = std::move(cert),
          .key = Secret(std::move(key)),
          .snis = {}};
}

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("references." + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  [[nodiscard]] std::string with(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
    return (path / name).string();
  }
};

}  // namespace

TEST_CASE("a reference names its vault, the way in it, and options") {
  CHECK(echo(parsed("{vault://env/my-cert}")) == "<env|my-cert>");
  CHECK(echo(parsed("{vault://env/NAME/key}")) == "<env|NAME|key>");
  CHECK(echo(parsed("{vault://env/NAME?prefix=A_&ttl=5}")) == "<env|NAME|prefix=A_|ttl=5>");
  CHECK(echo(parsed("{vault://file/certs/cert.pem}")) == "<file|certs/cert.pem>");
  CHECK(echo(parsed("{vault://file//etc/a?b#c}")) == "<file|/etc/a?b#c>");
  CHECK(echo(parsed("{vault://consul/roots}")) == "<consul|roots>");
  CHECK(echo(parsed("{vault://consul/leaf/kong/cert}")) == "<consul|leaf|kong|cert>");
  CHECK(echo(parsed("{vault://my-env/name}")) == "<my-env|name>");
}

TEST_CASE("what cannot be looked up is refused with the forms that can") {
  for (const char* text :
       {"", "text", "{vault://", "{vault://}", "{vault://env}", "{vault://env/}", "{vault:///a}",
        "{vault://env/a/b/c}", "{vault://env/a//b}", "{vault://env/a} ", "{vault://env/a#1}",
        "{vault://file/}", "{vault://consul/leaf}", "{vault://consul/leaf/kong}",
        "{vault://consul/leaf/kong/pem}", "{vault://consul/leaf//key}", "{vault://consul/kv}"}) {
    CAPTURE(text);
    const auto reference = parse_reference(text);
    REQUIRE_FALSE(reference);
    CHECK(reference.error().message.find("expected {vault://env/NAME}") != std::string::npos);
  }
}

TEST_CASE("references are replaced where they may stand, and nothing else is") {
  model::Config config;
  config.certificates = {certificate("{vault://env/c}", "{vault://env/k}"),
                         certificate("PEM", "KEY")};
  config.ca_certificates = {{.id = {}, .cert = "{vault://consul/roots}"}};
  model::RateLimiting limits;
  limits.redis.username = "{vault://my-env/user}";
  limits.redis.password = Secret("{vault://my-env/password?prefix=OTHER_}");
  limits.redis.host = "{vault://env/host}";
  config.plugins.resize(2);
  config.plugins[0].config = limits;
  config.plugins[1].config = model::KeyAuth{};
  config.vaults = {{.id = {}, .prefix = "my-env", .name = "env", .env_prefix = "SECRET_"}};
  REQUIRE(resolve_references(config, echo));
  CHECK(config.certificates[0].cert == "<env|c>");
  CHECK(config.certificates[0].key.reveal() == "<env|k>");
  CHECK(config.certificates[1].cert == "PEM");
  CHECK(config.certificates[1].key.reveal() == "KEY");
  CHECK(config.ca_certificates[0].cert == "<consul|roots>");
  const auto& redis = std::get<model::RateLimiting>(config.plugins[0].config).redis;
  CHECK(redis.username == "<env|user|prefix=SECRET_>");
  CHECK(redis.password.reveal() == "<env|password|prefix=OTHER_>");
  CHECK(redis.host == "{vault://env/host}");
}

TEST_CASE("a reference that leads nowhere is told with its entity and field") {
  struct Row {
    const char* reference;
    const char* vault_type;
    const char* why;
  };
  for (const Row& row : {
           Row{"{vault://env/GW_TEST_UNSET}", "env",
               "the environment variable GW_TEST_UNSET is not set"},
           Row{"{vault://nobody/x}", "env", "no vault has the prefix 'nobody'"},
           Row{"{vault://mine/x}", "hcv", "vault 'mine' is of type 'hcv'"},
           Row{"{vault://file/no/such/file}", "env", "no/such/file: cannot open"},
           Row{"{vault://env/a/b/c}", "env", "the path does not fit the vault"},
       }) {
    CAPTURE(row.reference);
    model::Config config;
    config.certificates = {certificate("PEM", row.reference)};
    config.vaults = {{.id = {}, .prefix = "mine", .name = row.vault_type, .env_prefix = {}}};
    const auto done = resolve_references(config, look_up_local);
    REQUIRE_FALSE(done);
    CAPTURE(done.error().message);
    CHECK(done.error().message.starts_with("certificates[0] (id " +
                                           config.certificates[0].id.str() +
                                           ") key: " + row.reference + ": " + row.why));
  }
}

TEST_CASE("a variable of the environment is named as Kong names it") {
  REQUIRE(::setenv("GW_TEST_MY_SECRET", "value", 1) == 0);
  REQUIRE(::setenv("GW_TEST_JSON", R"({"a": "one", "n": 5, "o": {}})", 1) == 0);
  REQUIRE(::setenv("GW_TEST_EMPTY", "", 1) == 0);
  const auto look_up = [](std::string_view text) { return look_up_local(parsed(text)); };
  CHECK(look_up("{vault://env/gw-test-my-secret}").value() == "value");
  CHECK(look_up("{vault://env/my-secret?prefix=gw_test_}").value() == "value");
  CHECK(look_up("{vault://env/GW_TEST_JSON/a}").value() == "one");
  CHECK(look_up("{vault://env/GW_TEST_JSON/n}").value() == "5");
  for (const char* bad : {"{vault://env/GW_TEST_JSON/o}", "{vault://env/GW_TEST_JSON/b}",
                          "{vault://env/GW_TEST_MY_SECRET/a}", "{vault://env/GW_TEST_EMPTY}"}) {
    CAPTURE(bad);
    const auto found = look_up(bad);
    REQUIRE_FALSE(found);
    CHECK(found.error().message.find("value") == std::string::npos);
    CHECK(found.error().message.find("one") == std::string::npos);
  }
}

TEST_CASE("a file is read as it is, but for the new line at its end") {
  const Folder folder;
  const auto look_up = [](const std::string& path) {
    return look_up_local(parsed("{vault://file/" + path + "}"));
  };
  CHECK(look_up(folder.with("a", "secret\r\n")).value() == "secret");
  CHECK(look_up(folder.with("b", "two\nlines\n\n")).value() == "two\nlines\n");
  CHECK(look_up(folder.with("empty", "\n")).error().message.find("is empty") != std::string::npos);
  CHECK(look_up(folder.path.string()).error().code == ErrorCode::unreachable);
  const auto big = look_up(folder.with("big", std::string((std::size_t{1} << 20) + 1, 'x')));
  REQUIRE_FALSE(big);
  CHECK(big.error().code == ErrorCode::too_large);
}

TEST_CASE("Consul's references go to Consul, all others stay on this machine") {
  const auto consul = [](const VaultReference&) -> Result<std::string> { return "from consul"; };
  const VaultLookup look_up = with_local_vaults(consul);
  CHECK(look_up(parsed("{vault://consul/roots}")).value() == "from consul");
  CHECK(look_up(parsed("{vault://env/GW_TEST_UNSET}")).error().code == ErrorCode::missing);
  CHECK_FALSE(look_up_local(parsed("{vault://consul/roots}")));
}

TEST_CASE("what has to be fetched from Consul is read off the config") {
  model::Config config;
  CHECK(consul_needs(config).leaves.empty());
  CHECK_FALSE(consul_needs(config).roots);
  config.certificates = {
      certificate("{vault://consul/leaf/kong/cert}", "{vault://consul/leaf/kong/key}"),
      certificate("{vault://consul/leaf/edge/cert}", "{vault://env/k}")};
  CHECK(consul_needs(config).leaves == std::set<std::string>{"edge", "kong"});
  CHECK_FALSE(consul_needs(config).roots);

  model::Service service;
  service.san_uris = {"spiffe:///ns/default/dc/dc1/svc/web"};
  config.services = {service};
  CHECK(consul_needs(config).roots);
  config.services[0].tls_verify = false;
  CHECK_FALSE(consul_needs(config).roots);
  config.services[0].tls_verify.reset();
  config.services[0].ca_certificates = {Uuid{}};
  CHECK_FALSE(consul_needs(config).roots);
  config.ca_certificates = {{.id = {}, .cert = "{vault://consul/roots}"}};
  CHECK(consul_needs(config).roots);
}

TEST_CASE("services that name identities and no CA trust Consul's roots, in its trust domain") {
  model::Config config;
  model::Service mesh;
  mesh.san_uris = {"spiffe:///ns/default/dc/dc1/svc/web", "spiffe://td/ns/default/dc/dc1/svc/api"};
  model::Service own = mesh;
  own.ca_certificates = {Uuid{}};
  config.services = {mesh, own, model::Service{}};
  model::Config later = config;
  trust_consul_roots(config, "1234.consul");
  REQUIRE(config.ca_certificates.size() == 1);
  CHECK(config.ca_certificates[0].cert == "{vault://consul/roots}");
  CHECK(config.services[0].ca_certificates == std::vector<Uuid>{config.ca_certificates[0].id});
  CHECK(config.services[0].san_uris ==
        std::vector<std::string>{"spiffe://1234.consul/ns/default/dc/dc1/svc/web",
                                 "spiffe://td/ns/default/dc/dc1/svc/api"});
  CHECK(config.services[1].ca_certificates == own.ca_certificates);
  CHECK(config.services[2].ca_certificates.empty());
  trust_consul_roots(later, "");
  CHECK(later.services[0].san_uris == mesh.san_uris);
}

TEST_CASE("without such a service nobody's CAs are touched") {
  model::Config config;
  config.services = {model::Service{}};
  trust_consul_roots(config, "1234.consul");
  CHECK(config.ca_certificates.empty());
}

}  // namespace gw::proxy
