// SPDX-License-Identifier: Apache-2.0
//
// URIs of keys in tokens, such as smart cards and hardware security modules (RFC 7512):
//
//   pkcs11:token=Release;object=sbom;type=private?module-path=/usr/lib64/pkcs11/token.so
//
// A PIN does not belong in them, and they are in messages only once it is sure that none is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reposbom::pipeline {

struct Pkcs11Uri {
  std::string object = {};  // The URI without its query.
  std::string module = {};  // The library that speaks with the token; empty: that of the system.
};

bool is_pkcs11_uri(std::string_view text);

// Why it cannot be used, to follow "a URI that"; none if it can: it names one token, for a PIN is
// not tried on others, and a private key in it. Nothing that may be secret is told.
std::optional<std::string> problem_of_pkcs11_uri(std::string_view uri);

// Requires: no problem_of_pkcs11_uri().
Pkcs11Uri split_pkcs11_uri(std::string_view uri);

}  // namespace reposbom::pipeline
