// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP public keys, and the only verifier of OpenPGP signatures. Whoever
// makes a Keyring decides by what he adds to it whom the program trusts; no
// key of the user or of the system is ever looked at. Everything that is const may
// be called from several threads at once; add only from one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/verdict.h"

namespace reposbom::metadata {

class Keyring {
 public:
  Keyring();
  ~Keyring();
  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;

  // Adds every key in the file that librnp understands, from any number of armoured blocks or from
  // binary packets. Throws Error (Cause::Usage) if the file cannot be read or has no such key.
  void add_file(const std::filesystem::path& file);

  // The same for keys at hand; `subject` is what an Error is about.
  void add(std::string_view key_bytes, const std::string& subject);

  // The primary keys, by fingerprint.
  std::vector<KeyInfo> keys() const;

  // Of the keys as they were added, in hexadecimal: another one where anything of them is another,
  // a revocation too.
  std::string digest() const;

  // The best of the detached signatures over `data` (armoured or binary). Good is one made by a key
  // of this ring that may sign, is not revoked and was in force, over a hash that is still safe,
  // and not dated in the future. Throws Error if librnp fails; no signature makes it fail.
  Verdict judge(std::string_view data, std::string_view signature, InForce in_force) const;

  // The first good one among the detached signatures over `data` (armoured or binary): made by a
  // key of this ring that may sign and is neither expired nor revoked today, over a hash that is
  // still safe, not dated in the future. Throws Error (Cause::Untrusted) that says what is wrong
  // if there is none.
  Signature verify(
      std::string_view data, std::string_view signature, const std::string& subject) const;

 private:
  struct Store;
  std::unique_ptr<Store> store_;
};

}  // namespace reposbom::metadata
