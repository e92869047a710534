#include "certificates/text.h"

#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::certificates {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";

class Report {
 public:
  Report(WallSeconds now, bool color) : now_(now), color_(color) {}

  void add(const CertificateFile& file) {
    if (!out_.empty()) out_ += '\n';
    out_ += fmt::format("{}\n", colored(kBold, printable(file.path)));
    for (std::size_t i = 0; i < file.certificates.size(); ++i) {
      certificate(file.certificates[i], i + 1, file.certificates.size());
    }
    if (file.key) key(file.path, *file.key);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  [[nodiscard]] std::string colored(std::string_view color, std::string_view text) const {
    return color_ ? fmt::format("{}{}{}", color, text, kPlain) : std::string(text);
  }

  void row(std::string_view name, std::string_view value) {
    if (!value.empty()) out_ += fmt::format("    {:<11} {}\n", name, value);
  }

  void certificate(const CertificateInfo& info, std::size_t number, std::size_t count) {
    const std::string place = count > 1 ? fmt::format(" {} of {}", number, count) : "";
    out_ += fmt::format("  {}{}\n", info.is_ca ? "CA certificate" : "certificate", place);
    row("subject", info.subject.empty() ? "(none)" : printable(info.subject));
    for (const std::string& uri : info.uris) {
      row(uri.starts_with("spiffe://") ? "SPIFFE ID" : "URI", printable(uri));
    }
    for (const std::string& name : info.dns_names) row("DNS name", printable(name));
    row("issuer", info.issuer.empty() ? "(none)" : printable(info.issuer));
    row("serial", info.serial);
    const bool holds = now_ >= info.not_before && now_ <= info.not_after;
    row("validity",
        fmt::format("{} to {}, {}", format_rfc3339(info.not_before), format_rfc3339(info.not_after),
                    colored(holds ? kGreen : kRed, validity(info, now_))));
    row("key", info.key);
    row("usage", join(info.usages, ", "));
    row("purpose", join(info.purposes, ", "));
    row("signature", info.signature);
    row("key id", info.subject_key_id);
    row("issuer's id", info.authority_key_id);
    row("SHA-256", info.sha256);
  }

  void key(const std::string& path, const PrivateKey& key) {
    out_ += fmt::format("  private key\n");
    row("key", key.kind.empty() ? colored(kRed, "unreadable: " + key.problem) : key.kind);
    if (key.belongs) {
      row("belongs", *key.belongs ? fmt::format("to {}", printable(key.certificate))
                                  : colored(kRed, fmt::format("not to {}: they are of different "
                                                              "certificates; fetch both again",
                                                              printable(key.certificate))));
    }
    if (!key.mode) return;
    const std::string mode = fmt::format("{:04o}", *key.mode);
    row("mode", key.wide() ? colored(kRed, fmt::format("{}, wider than 0600: chmod 600 {}", mode,
                                                       printable(path)))
                           : mode);
  }

  WallSeconds now_;
  bool color_;
  std::string out_;
};

}  // namespace

std::string validity(const CertificateInfo& certificate, WallSeconds now) {
  if (now < certificate.not_before) {
    return fmt::format("begins in {}", format_span(certificate.not_before - now));
  }
  if (now > certificate.not_after) {
    return fmt::format("expired {} ago", format_span(now - certificate.not_after));
  }
  return fmt::format("expires in {}", format_span(certificate.not_after - now));
}

std::string to_text(const std::vector<CertificateFile>& files, WallSeconds now, bool color) {
  Report report(now, color);
  for (const CertificateFile& file : files) report.add(file);
  return std::move(report).take();
}

std::string to_text(const std::vector<Check>& checks, bool color) {
  std::string out;
  for (const Check& check : checks) {
    const std::string_view word = check.passed ? "ok" : "FAILED";
    const std::string_view tint = check.passed ? kGreen : kRed;
    out += fmt::format("{:<9} {}{:<6}{}  {}\n", check.name, color ? tint : "", word,
                       color ? kPlain : "", check.detail);
  }
  return out;
}

}  // namespace gw::certificates
