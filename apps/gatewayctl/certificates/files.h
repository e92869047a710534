// Certificates and private keys in files and folders, as people name them on a command line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/x509.h"

namespace gw::certificates {

// A chain of 32 certificates with RSA 16384 keys stays far below.
inline constexpr std::size_t kMaxPemBytes = std::size_t{1024} * 1024;

// What is known of a private key; the key itself is never kept.
struct PrivateKey {
  std::string kind;                  // "EC P-256"; empty: unreadable
  std::string problem;               // why it is unreadable
  std::optional<unsigned> mode;      // the file's permission bits; none: standard input
  std::string certificate;           // the file that it was compared with; empty: there is none
  std::optional<bool> belongs;       // to the first certificate of that file
  [[nodiscard]] bool wide() const {  // others than its owner may do something with it
    return mode && (*mode & 077U) != 0;
  }
};

struct CertificateFile {
  std::string path;
  std::vector<CertificateInfo> certificates;  // in the file's order; empty: only a key
  std::optional<PrivateKey> key;
};

struct Found {
  std::vector<CertificateFile> files;
  std::vector<Error> errors;  // each names its file
};

// A PEM text of at most kMaxPemBytes; the error names the path.
[[nodiscard]] Result<std::string> read_pem(const std::string& path);
// The certificates of a file; the error names the path and what to do.
[[nodiscard]] Result<std::vector<CertificateInfo>> certificates_of(const std::string& path,
                                                                   std::string_view pem);

// Files, "-" for standard input, and folders, which are searched for *.pem, *.crt and *.key; what
// lies in folders whose name begins with ".." is reached by links beside them (certs fetch and
// Kubernetes write so). A named path without a certificate is an error.
[[nodiscard]] Found find_certificates(const std::vector<std::string>& paths);

}  // namespace gw::certificates
