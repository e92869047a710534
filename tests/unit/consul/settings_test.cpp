#include "consul/settings.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "base/files.h"

namespace gw::consul {
namespace {

using Variables = std::map<std::string, std::string>;

Result<Settings> read(const Variables& variables, const Overrides& overrides = {}) {
  return read_settings(
      [&](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      overrides);
}

// A file of this test's own.
class Scratch {
 public:
  explicit Scratch(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("gw_settings_test." + std::to_string(std::rand()))) {
    REQUIRE(write_file(path_, text));
  }
  ~Scratch() { std::filesystem::remove(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("without variables the agent of this machine is asked, by nobody in particular") {
  const auto settings = read({});
  REQUIRE(settings);
  CHECK(settings->url == "http://127.0.0.1:8500");
  CHECK(settings->name() == "http://127.0.0.1:8500");
  CHECK(settings->token.empty());
  CHECK(settings->verify);
}

TEST_CASE("addresses come with and without scheme, with a path before the API, and as sockets") {
  CHECK(read({{"CONSUL_HTTP_ADDR", "consul:8500"}})->url == "http://consul:8500");
  CHECK(read({{"CONSUL_HTTP_ADDR", "http://[::1]:8500/"}})->url == "http://[::1]:8500");
  CHECK(read({{"CONSUL_HTTP_ADDR", "HTTPS://consul/base/"}})->url == "https://consul/base");
  CHECK(read({{"CONSUL_HTTP_ADDR", "unix:///run/consul.sock"}})->unix_socket == "/run/consul.sock");
  CHECK(read({{"CONSUL_HTTP_ADDR", "unix:///run/consul.sock"}})->name() ==
        "unix:///run/consul.sock");
}

TEST_CASE("what is no address is refused with what it should look like") {
  for (const char* address : {"tcp://consul:8500", "http://", "http:///x", "unix://relative",
                              ":8500", "consul:8500?x=y", "consul:port", "consul:0", "consul:65536",
                              "consul:", "a b:8500", "consul:8500#x", "con\nsul"}) {
    CAPTURE(address);
    const auto settings = read({{"CONSUL_HTTP_ADDR", address}});
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::invalid);
    CHECK(settings.error().message.find("http://HOST:PORT") != std::string::npos);
  }
  CHECK(read({{"CONSUL_HTTP_ADDR", "tcp://x:1"}})
            .error()
            .message.find("Unknown protocol scheme: tcp") != std::string::npos);
}

TEST_CASE("a password in an address is refused and not repeated") {
  const auto settings = read({{"CONSUL_HTTP_ADDR", "http://me:hunter2@consul:8500"}});
  REQUIRE_FALSE(settings);
  CHECK(settings.error().message.find("hunter2") == std::string::npos);
  CHECK(settings.error().message.find("CONSUL_HTTP_AUTH") != std::string::npos);
}

TEST_CASE("CONSUL_HTTP_SSL makes https of any address") {
  CHECK(read({{"CONSUL_HTTP_ADDR", "http://consul:8500"}, {"CONSUL_HTTP_SSL", "T"}})->url ==
        "https://consul:8500");
  CHECK(read({{"CONSUL_HTTP_SSL", "1"}})->url == "https://127.0.0.1:8500");
  CHECK(read({{"CONSUL_HTTP_SSL", "0"}})->url == "http://127.0.0.1:8500");
}

TEST_CASE("a switch that is neither true nor false is refused, and verification stays on") {
  for (const char* name : {"CONSUL_HTTP_SSL", "CONSUL_HTTP_SSL_VERIFY"}) {
    const auto settings = read({{name, "maybe"}});
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::invalid);
    CHECK(settings.error().message.find(name) != std::string::npos);
  }
  CHECK_FALSE(read({{"CONSUL_HTTP_SSL_VERIFY", "false"}})->verify);
}

TEST_CASE("the token of a file wins over the variable unless the file is empty") {
  const Scratch file("  from-file\n");
  const Scratch empty("\n");
  CHECK(read({{"CONSUL_HTTP_TOKEN", "direct"}})->token.reveal() == "direct");
  CHECK(read({{"CONSUL_HTTP_TOKEN", "direct"}, {"CONSUL_HTTP_TOKEN_FILE", file.path()}})
            ->token.reveal() == "from-file");
  CHECK(read({{"CONSUL_HTTP_TOKEN", "direct"}, {"CONSUL_HTTP_TOKEN_FILE", empty.path()}})
            ->token.reveal() == "direct");
  CHECK(
      read({{"CONSUL_HTTP_TOKEN_FILE", "/nowhere"}}, {.token_file = file.path()})->token.reveal() ==
      "from-file");
}

TEST_CASE("the token in hand stays when its file is gone, empty or no plain file") {
  Settings settings;
  settings.token = Secret("in hand");
  for (const char* file : {"", "-", "/dev/null", "/no/such/file", "/"}) {
    CAPTURE(file);
    settings.token_file = file;
    refresh_token(settings);
    CHECK(settings.token.reveal() == "in hand");
  }
}

TEST_CASE("a token file that cannot be read is an error of its own") {
  const auto settings = read({{"CONSUL_HTTP_TOKEN_FILE", "/no/such/file"}});
  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::missing);
  CHECK(settings.error().message.starts_with("Error loading token file: /no/such/file"));
}

TEST_CASE("a token that would be a second header is refused and not repeated") {
  const auto settings = read({{"CONSUL_HTTP_TOKEN", "abc\r\nX-Evil: 1"}});
  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::invalid);
  CHECK(settings.error().message.find("abc") == std::string::npos);
}

TEST_CASE("a client certificate without key, and a file that is not there, are errors") {
  CHECK(read({{"CONSUL_CLIENT_CERT", "/etc/hostname"}}).error().code == ErrorCode::invalid);
  CHECK(read({{"CONSUL_CACERT", "/no/such/ca.pem"}}).error().code == ErrorCode::missing);
  CHECK(read({{"CONSUL_TLS_SERVER_NAME", "a/b"}}).error().code == ErrorCode::invalid);
}

TEST_CASE("flags win over variables") {
  const auto settings =
      read({{"CONSUL_HTTP_ADDR", "a:1"}, {"CONSUL_NAMESPACE", "n1"}, {"CONSUL_PARTITION", "p1"}},
           {.address = "b:2", .datacenter = "dc2", .ns = "n2"});
  REQUIRE(settings);
  CHECK(settings->url == "http://b:2");
  CHECK(settings->datacenter == "dc2");
  CHECK(settings->ns == "n2");
  CHECK(settings->partition == "p1");
}

}  // namespace
}  // namespace gw::consul
