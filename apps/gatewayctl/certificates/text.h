// Certificates, checks and ends as text for people.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "certificates/files.h"
#include "certificates/verdict.h"

namespace gw::certificates {

// "expires in 2 d 23 h", "expired 3 h ago" or "begins in 5 min".
[[nodiscard]] std::string validity(const CertificateInfo& certificate, WallSeconds now);

[[nodiscard]] std::string to_text(const std::vector<CertificateFile>& files, WallSeconds now,
                                  bool color);
// One line a check.
[[nodiscard]] std::string to_text(const std::vector<Check>& checks, bool color);

}  // namespace gw::certificates
