#include "certificates/renewal.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "certificates/files.h"

namespace gw::certificates {
namespace {

Result<Ending> ending_of(const std::string& path) {
  auto text = read_pem(path);
  if (!text) return std::unexpected(text.error());
  const Secret pem(std::move(*text));  // a key may stand beside the certificate
  const auto read = certificates_of(path, pem.reveal());
  if (!read) return std::unexpected(read.error());
  const CertificateInfo* deciding = &read->front();
  if (std::ranges::all_of(*read, &CertificateInfo::is_ca)) {
    deciding = &*std::ranges::min_element(*read, {}, &CertificateInfo::not_after);
  }
  return Ending{path, deciding->not_before, deciding->not_after};
}

// cert.pem and NAME/cert.pem, as certs fetch writes them; NAME is no hidden folder.
Result<std::vector<std::string>> leaves_in(const std::string& folder) {
  const auto all = list_files(folder, {"cert.pem"});
  if (!all) return std::unexpected(all.error());
  std::vector<std::string> leaves;
  for (const std::string& path : *all) {
    std::string_view below = std::string_view(path).substr(folder.size());
    below.remove_prefix(std::min(below.find_first_not_of('/'), below.size()));
    const auto parts = split(below, '/');
    const bool in_place = parts.size() <= 2 && parts.back() == "cert.pem";
    if (in_place && !parts.front().starts_with('.')) leaves.push_back(path);
  }
  if (!leaves.empty()) return leaves;
  return fail(ErrorCode::missing,
              fmt::format("{}: neither cert.pem nor NAME/cert.pem is in it; name the certificate",
                          printable(folder)));
}

}  // namespace

Result<Ending> first_to_end(const std::string& path) {
  if (path == "-" || !is_directory(path)) return ending_of(path);
  const auto leaves = leaves_in(path);
  if (!leaves) return std::unexpected(leaves.error());
  std::optional<Ending> first;
  for (const std::string& leaf : *leaves) {
    auto next = ending_of(leaf);
    if (!next) return next;
    if (!first || next->not_after < first->not_after) first = std::move(*next);
  }
  return *first;
}

bool is_due(const Ending& ending, std::chrono::seconds before, WallSeconds now) {
  return ending.not_after - before <= now;
}

std::string describe(const Ending& ending, std::chrono::seconds before, WallSeconds now) {
  const std::string path = printable(ending.path);
  const std::string end = format_rfc3339(ending.not_after);
  if (now > ending.not_after) {
    return fmt::format("{}: due: it expired {}, {} ago\n", path, end,
                       format_span(now - ending.not_after));
  }
  const std::string left = format_span(ending.not_after - now);
  if (!is_due(ending, before, now)) {
    const WallSeconds due = ending.not_after - before;
    return fmt::format("{}: expires {}, in {}; due from {} on, in {}\n", path, end, left,
                       format_rfc3339(due), format_span(due - now));
  }
  const auto life = ending.not_after - ending.not_before;
  return fmt::format("{}: due: it expires {}, in {}, which is within {}{}\n", path, end, left,
                     format_span(before),
                     life <= before ? fmt::format("; its whole life is {}, so a shorter --before "
                                                  "is needed",
                                                  format_span(life))
                                    : "");
}

}  // namespace gw::certificates
