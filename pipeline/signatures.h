// SPDX-License-Identifier: Apache-2.0
//
// The signatures over the SHA256SUMS of sealed folders, and the keys that may make
// them: those that a person named, or those that lie beside what they sign, which
// prove only that nothing was damaged since.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "metadata/keyring.h"
#include "pipeline/sealed_folder.h"

namespace reposbom::pipeline {

struct TrustedKeys {
  struct KeyFile {
    std::string name = {};
    std::string bytes = {};
  };
  std::vector<KeyFile> openpgp = {};                     // Armoured or binary.
  std::vector<std::filesystem::path> certificates = {};  // PEM.

  bool empty() const { return openpgp.empty() && certificates.empty(); }
};

// The named files. Throws Error (Cause::Usage) if one cannot be read or holds no key.
TrustedKeys read_keys(
    const std::vector<std::filesystem::path>& openpgp,
    const std::vector<std::filesystem::path>& certificates);

// Every *.asc, *.gpg and *.pem of a folder keys/; none if there is no such folder.
TrustedKeys find_keys(const std::filesystem::path& folder);

// The OpenPGP keys in keys/ of an ISO image. Its certificates are not used: openssl wants a file.
TrustedKeys find_keys(const SealedFolder& image);

// What the signatures of a folder are worth.
struct Signatures {
  std::size_t good = 0;
  std::set<std::string> signers = {};  // "OpenPGP key FINGERPRINT", "certificate FILE".
};

// set.json tells how many signatures a set was given, so that none can get lost unseen. Throws
// Error (Cause::Untrusted) if there are fewer; anything but a set has no set.json.
void check_signature_count(const SealedFolder& set);

// Verifies by keys that do not change. One thread at a time; making one takes about as long as
// verifying two signatures.
class SignatureVerifier {
 public:
  explicit SignatureVerifier(const TrustedKeys& keys);

  // Of the signatures of a kind for which there are keys, one must be good and none bad; others may
  // be by keys that are not at hand, or no longer valid. Throws Error (Cause::Untrusted) otherwise.
  Signatures verify(const SealedFolder& folder) const;

 private:
  void verify_openpgp(const SealedFolder& folder, Signatures& found) const;
  void verify_cms(const SealedFolder& folder, Signatures& found) const;

  bool has_openpgp_ = false;
  metadata::Keyring keyring_ = {};
  std::vector<std::filesystem::path> certificates_ = {};
};

}  // namespace reposbom::pipeline
