// When a certificate is due, and which of several decides.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/x509.h"

namespace gw::certificates {

struct Ending {
  std::string path;
  WallSeconds not_before{};
  WallSeconds not_after{};
};

// Of a file: its first certificate, or, in a bundle of CAs, the first to end. Of a folder: the
// first to end of its cert.pem and those of its folders. Errors name the path.
[[nodiscard]] Result<Ending> first_to_end(const std::string& path);

[[nodiscard]] bool is_due(const Ending& ending, std::chrono::seconds before, WallSeconds now);
// One line, with its newline.
[[nodiscard]] std::string describe(const Ending& ending, std::chrono::seconds before,
                                   WallSeconds now);

}  // namespace gw::certificates
