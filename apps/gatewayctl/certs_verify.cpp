#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/certificate_check.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/text.h"
#include "certificates/files.h"
#include "certificates/json.h"
#include "certificates/text.h"
#include "certificates/verdict.h"
#include "command.h"
#include "output.h"

namespace gw::app {
namespace {

// The texts of the files that were named; a certificate's file may hold its key as well.
struct Texts {
  Secret roots, chain;
  std::optional<Secret> key;
};

Result<Secret> read_secret(const std::string& path) {
  auto text = certificates::read_pem(path);
  if (!text) return std::unexpected(std::move(text.error()));
  return Secret(std::move(*text));
}

Result<Secret> read_chain(const std::string& path) {
  auto text = read_secret(path);
  if (!text) return text;
  const auto read = certificates::certificates_of(path, text->reveal());
  if (!read) return std::unexpected(read.error());
  return text;
}

Result<Secret> read_key(const std::string& path) {
  auto text = read_secret(path);
  if (!text) return text;
  const auto read = read_private_key(text->reveal());
  if (read) return text;
  return fail(read.error().code, fmt::format("{}: no readable private key: {}", printable(path),
                                             read.error().message));
}

Result<Texts> read_texts(const cli::Invocation& invocation) {
  Texts texts;
  auto roots = read_chain(invocation.value("--ca"));
  if (!roots) return std::unexpected(std::move(roots.error()));
  texts.roots = std::move(*roots);
  auto chain = read_chain(invocation.value("--cert"));
  if (!chain) return std::unexpected(std::move(chain.error()));
  texts.chain = std::move(*chain);
  if (!invocation.has("--key")) return texts;
  auto key = read_key(invocation.value("--key"));
  if (!key) return std::unexpected(std::move(key.error()));
  texts.key = std::move(*key);
  return texts;
}

std::string mistake(const cli::Invocation& invocation) {
  for (const char* option : {"--ca", "--cert"}) {
    if (!invocation.has(option)) return fmt::format("{} FILE is missing", option);
  }
  static constexpr std::string_view kScheme = "spiffe://";
  const std::string uri = invocation.value("--spiffe", kScheme);
  if (iequals(uri.substr(0, kScheme.size()), kScheme)) return {};
  return fmt::format(
      "--spiffe '{}' is no SPIFFE ID, such as "
      "spiffe://TRUST-DOMAIN/ns/default/dc/dc1/svc/web",
      printable(uri));
}

}  // namespace

cli::Exit run_certs_verify(const cli::Invocation& invocation) {
  if (const std::string wrong = mistake(invocation); !wrong.empty()) {
    return fail_usage(invocation, wrong);
  }
  const auto texts = read_texts(invocation);
  if (!texts) {
    complain(fmt::format("gatewayctl: {}\n", texts.error().message));
    return cli::Exit::unreachable;
  }
  const auto leaf =
      certificates::certificates_of(invocation.value("--cert"), texts->chain.reveal());
  const std::string uri = invocation.value("--spiffe");
  const CertificateToCheck what{.roots_pem = texts->roots.reveal(),
                                .chain_pem = texts->chain.reveal(),
                                .key = texts->key ? &*texts->key : nullptr,
                                .spiffe_uri = uri,
                                .now = whole_seconds(SystemClock().now().wall)};
  const auto checks = certificates::checks_of(what, leaf->front(), check_certificate(what));
  const bool json = invocation.value("--format", "text") == "json";
  const std::string text =
      json ? certificates::to_json(checks)
           : certificates::to_text(checks, color_for(invocation, STDOUT_FILENO));
  if (!print(text)) return cli::Exit::unreachable;
  return certificates::all_passed(checks) ? cli::Exit::ok : cli::Exit::found;
}

}  // namespace gw::app
