#include "certificates/json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/time.h"

namespace gw::certificates {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kShowRows{
    JsonRow{".files[]",
            "path; certificates, in the file's order, none when it holds only a key; private_key, "
            "null when it holds none"},
    JsonRow{".files[].certificates[]",
            "is_ca, subject, spiffe_id (null unless there is exactly one URI, of scheme spiffe), "
            "uris, dns_names, issuer, serial, not_before and not_after (RFC 3339), validity "
            "(valid, expired or not_yet_valid), expires_in (seconds; negative when it has "
            "expired), key (such as EC P-256), usages, purposes, signature, subject_key_id, "
            "authority_key_id and sha256; serial, key ids and fingerprint are hex with colons"},
    JsonRow{".files[].private_key",
            "kind (such as EC P-256; null when unreadable), problem (why it is unreadable), mode "
            "(such as 0600), certificate (the file that it was compared with, or null) and "
            "belongs (whether it is the key of that file's first certificate, or null)"},
    JsonRow{".errors[]", "message: a file that could not be read, and why"},
};
constexpr std::array kVerifyRows{
    JsonRow{".verified", "whether all checks have passed"},
    JsonRow{".checks[]",
            "check (chain, validity, key, purpose or spiffe; key and spiffe only when asked for), "
            "passed, and detail: what holds, or what is wrong and what to do"},
};

std::string dump(const Json& json) {
  // Names in certificates need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string_view validity_of(const CertificateInfo& info, WallSeconds now) {
  if (now < info.not_before) return "not_yet_valid";
  return now > info.not_after ? "expired" : "valid";
}

Json to_json(const CertificateInfo& info, WallSeconds now) {
  const bool has_id = info.uris.size() == 1 && info.uris.front().starts_with("spiffe://");
  return Json{{"is_ca", info.is_ca},
              {"subject", info.subject},
              {"spiffe_id", has_id ? Json(info.uris.front()) : Json(nullptr)},
              {"uris", info.uris},
              {"dns_names", info.dns_names},
              {"issuer", info.issuer},
              {"serial", info.serial},
              {"not_before", format_rfc3339(info.not_before)},
              {"not_after", format_rfc3339(info.not_after)},
              {"validity", validity_of(info, now)},
              {"expires_in", (info.not_after - now).count()},
              {"key", info.key},
              {"usages", info.usages},
              {"purposes", info.purposes},
              {"signature", info.signature},
              {"subject_key_id", text_or_null(info.subject_key_id)},
              {"authority_key_id", text_or_null(info.authority_key_id)},
              {"sha256", info.sha256}};
}

Json to_json(const std::optional<PrivateKey>& key) {
  if (!key) return nullptr;
  return Json{{"kind", text_or_null(key->kind)},
              {"problem", text_or_null(key->problem)},
              {"mode", key->mode ? Json(fmt::format("{:04o}", *key->mode)) : Json(nullptr)},
              {"certificate", text_or_null(key->certificate)},
              {"belongs", key->belongs ? Json(*key->belongs) : Json(nullptr)}};
}

}  // namespace

std::string to_json(const Found& found, WallSeconds now) {
  Json files = Json::array();
  for (const CertificateFile& file : found.files) {
    Json certificates = Json::array();
    for (const CertificateInfo& info : file.certificates) {
      certificates.push_back(to_json(info, now));
    }
    files.push_back(Json{{"path", file.path},
                         {"certificates", std::move(certificates)},
                         {"private_key", to_json(file.key)}});
  }
  Json errors = Json::array();
  for (const Error& error : found.errors) errors.push_back(Json{{"message", error.message}});
  return dump(Json{{"files", std::move(files)}, {"errors", std::move(errors)}});
}

std::string to_json(const std::vector<Check>& checks) {
  Json list = Json::array();
  for (const Check& check : checks) {
    list.push_back(Json{{"check", check.name}, {"passed", check.passed}, {"detail", check.detail}});
  }
  return dump(Json{{"verified", all_passed(checks)}, {"checks", std::move(list)}});
}

std::span<const JsonRow> show_json_rows() {
  return kShowRows;
}
std::span<const JsonRow> verify_json_rows() {
  return kVerifyRows;
}

}  // namespace gw::certificates
