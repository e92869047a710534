#include "consul/settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace gw::consul {
namespace {

constexpr std::size_t kLongestToken = 4096;

// Reads variables, and remembers how each is called for messages.
class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  [[nodiscard]] std::string get(const char* name) const {
    const char* value = environment_(name);
    return value == nullptr ? std::string{} : std::string(value);
  }
  [[nodiscard]] std::string get(const char* name, const std::optional<std::string>& flag) const {
    return flag ? *flag : get(name);
  }
  // Go's strconv.ParseBool. Consul's client takes what it cannot read for "false" and goes on
  // without verification; here that is an error.
  [[nodiscard]] Result<bool> flag(const char* name, bool otherwise) const {
    const std::string text = get(name);
    if (text.empty()) return otherwise;
    constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
    if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
    if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
    return fail(ErrorCode::invalid, fmt::format("{}: '{}' is neither true nor false; write true, "
                                                "false, 1 or 0",
                                                name, printable(text)));
  }

 private:
  const Environment& environment_;
};

std::unexpected<Error> bad_address(std::string_view text, std::string_view why) {
  return fail(ErrorCode::invalid,
              fmt::format("Consul's address '{}': {}; write HOST:PORT, http://HOST:PORT, "
                          "https://HOST:PORT or unix:///PATH (CONSUL_HTTP_ADDR, "
                          "--consul-http-addr)",
                          printable(text), why));
}

bool is_address_character(char c) {
  return c > ' ' && c < 0x7F && std::string_view("\"'<>\\^`{|}").find(c) == std::string_view::npos;
}

// "host", "host:8500", "[::1]:8500", each perhaps with a path behind.
bool has_good_port(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return true;
  const auto port = parse_uint(authority.substr(colon + 1));
  return port && *port >= 1 && *port <= 65535;
}

Result<void> read_address(const std::string& text, bool tls, Settings& settings) {
  if (text.find('@') != std::string::npos) {
    return bad_address("...", "it holds a user or password, which belong into CONSUL_HTTP_AUTH");
  }
  std::string scheme = "http";
  std::string rest = text.empty() ? "127.0.0.1:8500" : text;
  if (const auto colons = rest.find("://"); colons != std::string::npos) {
    scheme = lower(rest.substr(0, colons));
    rest.erase(0, colons + 3);
  }
  if (scheme == "unix") {
    if (!rest.starts_with('/')) return bad_address(text, "the socket's path is not absolute");
    settings.unix_socket = rest;
    settings.url = tls ? "https://localhost" : "http://localhost";
    return {};
  }
  if (scheme != "http" && scheme != "https") {
    return bad_address(text, "Unknown protocol scheme: " + printable(scheme));
  }
  while (rest.ends_with('/')) rest.pop_back();
  if (rest.empty() || rest.starts_with('/') || rest.starts_with(':')) {
    return bad_address(text, "it has no host");
  }
  const bool clean = std::ranges::all_of(rest, is_address_character) &&
                     rest.find_first_of("?#") == std::string::npos;
  if (!clean) return bad_address(text, "it holds a character that no address has");
  if (!has_good_port(rest)) return bad_address(text, "its port is no number from 1 to 65535");
  settings.url = (tls ? "https" : scheme) + "://" + rest;
  return {};
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// A header's value: whatever else stands in it would be a second header.
Result<Secret> checked_token(std::string_view text, const std::string& where) {
  const std::string_view token = trim(text);
  const bool clean = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
  if (clean && token.size() <= kLongestToken) return Secret(std::string(token));
  return fail(ErrorCode::invalid,
              fmt::format("{}: this is no token: it holds spaces, controls or more than {} bytes",
                          where, kLongestToken));
}

Result<Secret> read_token_file(const std::string& path) {
  auto text = read_file(path, kLongestToken);
  if (!text) {
    return fail(text.error().code, "Error loading token file: " + text.error().message +
                                       "; mend CONSUL_HTTP_TOKEN_FILE or --token-file");
  }
  const Secret whole(std::move(*text));
  return checked_token(whole.reveal(), path);
}

// The file wins when it holds something, as in Consul's client.
Result<Secret> read_token(const Variables& variables, const std::string& path) {
  if (!path.empty()) {
    auto token = read_token_file(path);
    if (!token || !token->empty()) return token;
  }
  return checked_token(variables.get("CONSUL_HTTP_TOKEN"), "CONSUL_HTTP_TOKEN");
}

Result<void> read_tls(const Variables& variables, Settings& settings) {
  const auto verify = variables.flag("CONSUL_HTTP_SSL_VERIFY", true);
  if (!verify) return std::unexpected(verify.error());
  settings.verify = *verify;
  settings.ca_file = variables.get("CONSUL_CACERT");
  settings.ca_path = variables.get("CONSUL_CAPATH");
  settings.client_certificate = variables.get("CONSUL_CLIENT_CERT");
  settings.client_key = variables.get("CONSUL_CLIENT_KEY");
  settings.server_name = variables.get("CONSUL_TLS_SERVER_NAME");
  if (settings.client_certificate.empty() != settings.client_key.empty()) {
    return fail(ErrorCode::invalid,
                "CONSUL_CLIENT_CERT and CONSUL_CLIENT_KEY belong together; one of them is not set");
  }
  for (const std::string* path :
       {&settings.ca_file, &settings.ca_path, &settings.client_certificate, &settings.client_key}) {
    if (path->empty() || exists(*path)) continue;
    return fail(ErrorCode::missing,
                fmt::format("{}: not there; mend CONSUL_CACERT, CONSUL_CAPATH, CONSUL_CLIENT_CERT "
                            "or CONSUL_CLIENT_KEY, whichever names it",
                            *path));
  }
  const bool clean = std::ranges::all_of(
      settings.server_name, [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; });
  if (clean) return {};
  return fail(ErrorCode::invalid, fmt::format("CONSUL_TLS_SERVER_NAME: '{}' is no host name",
                                              printable(settings.server_name)));
}

}  // namespace

std::string Settings::name() const {
  return unix_socket.empty() ? url : "unix://" + unix_socket;
}

void refresh_token(Settings& settings) {
  // A pipe can be read once only, and would be waited for.
  std::error_code error;
  if (settings.token_file == "-" || !std::filesystem::is_regular_file(settings.token_file, error)) {
    return;
  }
  auto token = read_token_file(settings.token_file);
  if (token && !token->empty()) settings.token = std::move(*token);
}

Result<Settings> read_settings(const Environment& environment, const Overrides& overrides) {
  const Variables variables(environment);
  Settings settings;
  const auto tls = variables.flag("CONSUL_HTTP_SSL", false);
  if (!tls) return std::unexpected(tls.error());
  const std::string address = variables.get("CONSUL_HTTP_ADDR", overrides.address);
  if (const auto read = read_address(address, *tls, settings); !read) {
    return std::unexpected(read.error());
  }
  if (const auto read = read_tls(variables, settings); !read) return std::unexpected(read.error());
  settings.token_file = variables.get("CONSUL_HTTP_TOKEN_FILE", overrides.token_file);
  auto token = read_token(variables, settings.token_file);
  if (!token) return std::unexpected(token.error());
  settings.token = std::move(*token);
  settings.basic_auth = Secret(variables.get("CONSUL_HTTP_AUTH"));
  settings.datacenter = overrides.datacenter.value_or("");
  settings.ns = variables.get("CONSUL_NAMESPACE", overrides.ns);
  settings.partition = variables.get("CONSUL_PARTITION", overrides.partition);
  return settings;
}

}  // namespace gw::consul
