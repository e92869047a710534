// A service's certificates as files that others read while they are replaced:
//
//   FOLDER/ca.crt     every root; a plain file, replaced by rename, and always before the pair
//   FOLDER/cert.pem   -> ..pair/cert.pem    the leaf, then what leads to a root
//   FOLDER/cert.key   -> ..pair/cert.key    its key, 0600 from its first byte
//   FOLDER/..pair     -> ..pair.XXXXXXXX    a folder
//
// Certificate and key change hands with one rename of the link `..pair`, as Kubernetes does it with
// `..data`: at no moment do the two names lead to parts of different pairs.
#pragma once

#include <string>

#include "base/result.h"
#include "consul/answers.h"

namespace gw::consul {

enum class Written { unchanged, changed };

// Files whose text is right already stay untouched. Plain files in the places of the links are
// taken over without a moment of mismatch. Errors name the path; the files that were there stay.
[[nodiscard]] Result<Written> write_folder(const std::string& folder, const Roots& roots,
                                           const Leaf& leaf);

}  // namespace gw::consul
