// SPDX-License-Identifier: Apache-2.0
//
// What an OpenPGP signature packet says of itself, without judging it: packages
// are described with signatures whose keys nobody here has. For verification
// see keyring.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reposbom::metadata {

// "RSA/SHA256, 2024-01-02T18:05:36Z, Key ID 40bca2b408b40d20" of a signature packet, versions 3, 4
// and 6; empty if it is none that can be understood.
std::string describe_signature(std::string_view packet);

// "SHA256" for 8, as rpm and OpenPGP number hash algorithms; empty if unknown.
std::string hash_name(std::uint64_t number);

}  // namespace reposbom::metadata
