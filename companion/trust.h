// SPDX-License-Identifier: Apache-2.0
//
// Key -> SHA256SUMS of a run or a disk -> SHA256SUMS of a set -> document: what vouches
// for what. Only the keys that are configured are trusted, never those of a source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metadata/signatures.h"

namespace reposbom::companion {

// Digests of what a SHA256SUMS lists, by name.
using Listed = std::unordered_map<std::string, std::string>;

// What a run or a disk vouches for.
struct Vouched {
  Listed sets = {};       // SHA-256 of the SHA256SUMS of each set, by the path of the set.
  std::int64_t time = 0;  // When it was signed, seconds since 1970; 0 if only certificates tell.
};

class Trust {
 public:
  // OpenPGP keys, and certificates by their endings .pem and .crt. Throws Error (Cause::Usage) if
  // there are none, or one cannot be read.
  explicit Trust(const std::vector<std::filesystem::path>& keys);

  // `texts` are a SHA256SUMS and the signatures over it. Throws Error (Cause::Untrusted) if no key
  // has signed it, or a signature is bad.
  Vouched check_run(
      const std::string& subject, const std::map<std::string, std::string>& texts) const;

  // Whether a set that travels alone is signed by a key. Throws Error (Cause::Untrusted) if a
  // signature is bad.
  bool is_signed(const std::string& subject, const std::map<std::string, std::string>& texts) const;

 private:
  metadata::SignatureVerifier verifier_;
};

// Throws Error (Cause::Untrusted), also if a name is listed twice.
Listed parse_listed(std::string_view sums, const std::string& subject);

}  // namespace reposbom::companion
