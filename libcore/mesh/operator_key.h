// A CA key as an operator gives it to Consul's CA configuration. Only the authority's sources
// include this.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/x509_handles.h"

namespace gw::mesh {

// What Go's parsers take: the text's first PEM block, an EC key (SEC 1) of a NIST curve, an RSA key
// (PKCS 1), or either as PKCS 8. Errors (invalid) are worded as Consul 1.8.7's; the key itself,
// which Consul repeats in them, is not.
[[nodiscard]] Result<x509::KeyPtr> read_operator_key(const Secret& pem);

// What a root says of its key: "ec" or "rsa".
[[nodiscard]] std::string key_type_of(const EVP_PKEY* key);

}  // namespace gw::mesh
