#include "proxy/load_files.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "base/x509.h"

namespace gw::proxy {
namespace {

constexpr std::string_view kPemBegin = "-----BEGIN ";
constexpr std::string_view kPemEnd = "-----END CERTIFICATE-----";
constexpr std::size_t kMaxPemBytes = std::size_t{1} << 20;

// As Kong takes it: PEM text, the same in base64, or a path.
std::optional<std::string> pem_in(std::string_view value) {
  if (value.find(kPemBegin) != std::string_view::npos) return std::string(value);
  auto decoded = base64_decode(value);
  if (decoded && decoded->find(kPemBegin) != std::string::npos) return decoded;
  return std::nullopt;
}

std::unexpected<Error> in_setting(std::string_view name, Error error) {
  error.message.insert(0, fmt::format("setting {}: ", name));
  return std::unexpected(std::move(error));
}

// What a message may call this value.
std::string name_of(std::string_view value) {
  return pem_in(value) ? "the text given" : printable(value);
}

Result<std::string> read_pem(std::string_view value) {
  if (auto text = pem_in(value)) return std::move(*text);
  return read_file(std::string(value), kMaxPemBytes);
}

struct PairNames {
  std::string_view certificates;
  std::string_view keys;
};

Result<void> load_pair(std::string& certificate, Secret& key, PairNames names) {
  auto chain = read_pem(certificate);
  if (!chain) return in_setting(names.certificates, chain.error());
  auto private_key = read_pem(key.reveal());
  if (!private_key) return in_setting(names.keys, private_key.error());
  const auto belongs = key_matches(*chain, *private_key);
  if (!belongs || !*belongs) {
    const std::string why =
        belongs ? std::string("they are not of one pair") : belongs.error().message;
    return in_setting(names.certificates,
                      {ErrorCode::invalid, fmt::format("{} with key {}: {}", name_of(certificate),
                                                       name_of(key.reveal()), why)});
  }
  certificate = std::move(*chain);
  key = Secret(std::move(*private_key));
  return {};
}

Result<void> load_pairs(gateway::CertificateSetting& setting, PairNames names) {
  if (setting.certificates.size() != setting.keys.size()) {
    return in_setting(names.certificates,
                      {ErrorCode::invalid,
                       fmt::format("{} certificates and {} keys; give each its key in {}",
                                   setting.certificates.size(), setting.keys.size(), names.keys)});
  }
  for (std::size_t i = 0; i < setting.keys.size(); ++i) {
    const auto loaded = load_pair(setting.certificates[i], setting.keys[i], names);
    if (!loaded) return loaded;
  }
  return {};
}

// Where distributions keep the authorities that they trust, as Kong looks for them.
constexpr std::array<const char*, 6> kSystemBundles{
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem"};

Result<std::string> read_system_bundle() {
  for (const char* path : kSystemBundles) {
    if (exists(path)) return read_file(path);
  }
  return fail(ErrorCode::missing,
              "system: there is no bundle of certificates; install ca-certificates");
}

// On its own, "system" is left to OpenSSL; beside others its certificates are needed as text.
Result<void> load_trusted(std::vector<std::string>& trusted) {
  constexpr std::string_view kName = "lua_ssl_trusted_certificate";
  for (std::string& entry : trusted) {
    if (entry == "system") {
      if (trusted.size() == 1) continue;
      auto bundle = read_system_bundle();
      if (!bundle) return in_setting(kName, bundle.error());
      entry = std::move(*bundle);
      continue;
    }
    auto text = read_pem(entry);
    if (!text) return in_setting(kName, text.error());
    // A bundle may hold more than one chain does: the first certificate tells whether it is one.
    const auto end = text->find(kPemEnd);
    const auto first = end == std::string::npos ? *text : text->substr(0, end + kPemEnd.size());
    if (const auto read = read_certificates(first); !read) {
      return in_setting(kName, {ErrorCode::invalid, name_of(entry) + ": " + read.error().message});
    }
    entry = std::move(*text);
  }
  return {};
}

Result<void> check_hosts_file(const std::string& path) {
  if (path == gateway::DnsSettings{}.hosts_file) return {};  // Debian has none in a bare chroot
  const auto text = read_file(path);
  if (!text) return in_setting("dns_hostsfile", text.error());
  return {};
}

void complete_path(const std::string& prefix, std::string& path) {
  if (path.empty() || path == "-") return;
  path = resolve(prefix.empty() ? "." : prefix, path);
}

}  // namespace

Result<void> load_files(gateway::ServerSettings& settings) {
  gateway::TlsSettings& tls = settings.tls;
  struct Pairs {
    gateway::CertificateSetting* setting;
    PairNames names;
  };
  for (const Pairs& pairs :
       {Pairs{&tls.proxy, {"ssl_cert", "ssl_cert_key"}},
        Pairs{&tls.admin, {"admin_ssl_cert", "admin_ssl_cert_key"}},
        Pairs{&tls.client_certificate, {"client_ssl_cert", "client_ssl_cert_key"}}}) {
    if (const auto loaded = load_pairs(*pairs.setting, pairs.names); !loaded) return loaded;
  }
  if (const auto loaded = load_trusted(tls.trusted); !loaded) return loaded;
  if (const auto read = check_hosts_file(settings.dns.hosts_file); !read) return read;
  gateway::LogSettings& log = settings.log;
  for (std::string* path : {&log.access, &log.admin_access, &log.error}) {
    complete_path(settings.prefix, *path);
  }
  return {};
}

}  // namespace gw::proxy
