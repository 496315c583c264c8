// SPDX-License-Identifier: Apache-2.0
//
// What vouches for the header of an RPM, beyond the digests in it that anybody can
// make: its own signature, or, where it has none, the digest of the whole file, which
// signed repodata tells. Asked only of repositories with keys.
#pragma once

#include <string>

#include "metadata/keyring.h"
#include "metadata/place.h"
#include "metadata/rpm_header.h"

namespace reposbom::metadata {

struct HeaderProof {
  // Refused: signed by a key that is not given, or may not be trusted. Forged: a key that is given
  // has signed something else.
  enum class By { Nothing, Signature, Digest, Refused, Forged };
  By by = By::Nothing;
  std::string keys = {};     // Keyring::digest() of the keys that the signature was judged by.
  std::string header = {};   // SHA-256 of the header.
  std::string message = {};  // Why it was refused, or what is wrong with the signature.

  bool is_refused() const { return by == By::Refused || by == By::Forged; }

  // Whether it is still one for these keys; null = none are given, and nothing has to be proved.
  bool holds_for(const Keyring* keys) const;

  bool operator==(const HeaderProof&) const = default;
};

// Of the header that was read from `file`. `known` is what was found before: it spares the work if
// it is of the same bytes. Signatures over header and payload, as rpm made them before 4.14, count
// as none. Without a signature the file is read whole; from a server it is fetched whole, and
// `file` is marked as proven. Throws Error if the file is not the one that repodata tells of.
HeaderProof prove_header(
    const Place& place,
    const Package& package,
    const RpmHeader& header,
    const Keyring& keys,
    const HeaderProof& known,
    LocalFile& file);

}  // namespace reposbom::metadata
