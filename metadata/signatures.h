// SPDX-License-Identifier: Apache-2.0
//
// The signatures over the SHA256SUMS of sealed folders, and the keys that may make
// them: those that a person named, or those that lie beside what they sign, which
// prove only that nothing was damaged since.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "metadata/keyring.h"

namespace reposbom::metadata {

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

// The OpenPGP keys among texts by path, those of keys/ in an ISO image, which is `subject`. Its
// certificates are not used: openssl wants a file.
TrustedKeys find_keys(const std::string& subject, const std::map<std::string, std::string>& texts);

// What the signatures of a folder are worth.
struct Signatures {
  std::size_t good = 0;
  std::int64_t time = 0;  // Of the newest good OpenPGP signature, seconds since 1970; 0: none.
  std::set<std::string> signers = {};  // "OpenPGP key FINGERPRINT", "certificate FILE".
};

// Verifies by keys that do not change. One thread at a time; making one takes about as long as
// verifying two signatures.
class SignatureVerifier {
 public:
  explicit SignatureVerifier(const TrustedKeys& keys);

  // Of the signatures of a kind for which there are keys, one must be good and none bad; others may
  // be by keys that are not at hand, or no longer valid. Throws Error (Cause::Untrusted) otherwise.
  // `texts` are SHA256SUMS and the signatures over it, by name; nothing is found without the first.
  Signatures verify(
      const std::string& subject, const std::map<std::string, std::string>& texts) const;

 private:
  struct Sealed;

  void verify_openpgp(const Sealed& sealed, Signatures& found) const;
  void verify_cms(const Sealed& sealed, Signatures& found) const;

  bool has_openpgp_ = false;
  Keyring keyring_ = {};
  std::vector<std::filesystem::path> certificates_ = {};
};

}  // namespace reposbom::metadata
