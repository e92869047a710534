#include "certificates/files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/secret.h"
#include "base/text.h"

namespace gw::certificates {
namespace {

struct Loaded {
  CertificateFile file;
  Secret text;
};

bool has_key(std::string_view pem) {
  return pem.find("PRIVATE KEY-----") != std::string_view::npos;
}

bool has_certificate(std::string_view pem) {
  return pem.find("CERTIFICATE-----") != std::string_view::npos;
}

// What the text is instead, for those that are easily mistaken for PEM.
std::string_view hint(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.front() == '\x30') return "it may be DER; openssl x509 -inform DER -in FILE makes PEM";
  return "expected PEM text with -----BEGIN CERTIFICATE-----";
}

std::optional<unsigned> mode_of(const std::string& path) {
  struct stat status{};
  if (path == "-" || ::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & 07777U;
}

PrivateKey describe_key(const std::string& path, const Secret& pem) {
  PrivateKey key;
  key.mode = mode_of(path);
  auto kind = private_key_kind(pem.reveal());
  if (kind) {
    key.kind = std::move(*kind);
  } else {
    key.problem = std::move(kind.error().message);
  }
  return key;
}

// Files beside one another whose names differ in the ending only: cert.pem and cert.key.
std::string_view stem(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  const bool in_name =
      dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash + 1);
  return in_name ? path.substr(0, dot) : path;
}

class Finder {
 public:
  void add(const std::string& path) {
    const std::size_t before = certificates_;
    const std::size_t errors = found_.errors.size();
    if (path != "-" && is_directory(path)) {
      add_folder(path);
    } else {
      add_file(path, true);
    }
    if (certificates_ != before || found_.errors.size() != errors) return;
    found_.errors.push_back(
        {ErrorCode::missing,
         fmt::format("{}: no certificate in it; expected {}", printable(path),
                     is_directory(path) ? "*.pem or *.crt" : "-----BEGIN CERTIFICATE-----")});
  }

  Found finish() {
    for (Loaded& loaded : loaded_) {
      if (loaded.file.key && loaded.file.key->problem.empty()) compare(loaded);
    }
    for (Loaded& loaded : loaded_) found_.files.push_back(std::move(loaded.file));
    return std::move(found_);
  }

 private:
  void add_folder(const std::string& folder) {
    const auto paths = list_files(folder, {".pem", ".crt", ".key"});
    if (!paths) {
      found_.errors.push_back(paths.error());
      return;
    }
    for (const std::string& path : *paths) {
      if (path.find("/..", folder.size() - 1) == std::string::npos) add_file(path, false);
    }
  }

  void add_file(const std::string& path, bool named) {
    auto text = read_pem(path);
    if (!text) {
      found_.errors.push_back(std::move(text.error()));
      return;
    }
    Loaded loaded{.file = {.path = path, .certificates = {}, .key = {}},
                  .text = Secret(std::move(*text))};
    const std::string_view pem = loaded.text.reveal();
    const bool key = has_key(pem);
    // Requests, parameters and public keys lie beside certificates; nobody asked for them.
    const bool other = !has_certificate(pem) && pem.find("-----BEGIN ") != std::string_view::npos;
    if (other && !key && !named) return;
    if (!key || has_certificate(pem)) {
      auto read = certificates_of(path, pem);
      if (!read) {
        found_.errors.push_back(std::move(read.error()));
        return;
      }
      certificates_ += read->size();
      loaded.file.certificates = std::move(*read);
    }
    if (key) loaded.file.key = describe_key(path, loaded.text);
    loaded_.push_back(std::move(loaded));
  }

  // A key that belongs to the certificate in its own file, or else to the one beside it.
  void compare(Loaded& owner) const {
    const auto beside = std::ranges::find_if(loaded_, [&](const Loaded& other) {
      return !other.file.certificates.empty() && stem(other.file.path) == stem(owner.file.path);
    });
    const Loaded* partner = &owner;
    if (owner.file.certificates.empty()) {
      if (beside == loaded_.end()) return;
      partner = &*beside;
    }
    owner.file.key->certificate = partner->file.path;
    const auto matches = key_matches(partner->text.reveal(), owner.text.reveal());
    if (matches) owner.file.key->belongs = *matches;
  }

  Found found_;
  std::vector<Loaded> loaded_;
  std::size_t certificates_ = 0;
};

}  // namespace

Result<std::string> read_pem(const std::string& path) {
  return read_file(path, kMaxPemBytes);
}

Result<std::vector<CertificateInfo>> certificates_of(const std::string& path,
                                                     std::string_view pem) {
  auto read = read_certificates(pem);
  if (read) return read;
  const bool too_many = read.error().code == ErrorCode::too_large;
  std::string text = fmt::format("{}: {}", printable(path), read.error().message);
  if (too_many) {
    text += "; split it";
  } else {
    text =
        fmt::format("{}: no readable certificate ({}); {}", printable(path), read.error().message,
                    has_certificate(pem) ? "it is broken: fetch or copy it again" : hint(pem));
  }
  return fail(read.error().code, std::move(text));
}

Found find_certificates(const std::vector<std::string>& paths) {
  Finder finder;
  for (const std::string& path : paths) finder.add(path);
  return finder.finish();
}

}  // namespace gw::certificates
