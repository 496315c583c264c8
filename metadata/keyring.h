// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP public keys, and the only verifier of OpenPGP signatures. Whoever
// makes a Keyring decides by what he adds to it whom the program trusts; no
// key of the user or of the system is ever looked at. verify() and keys() may
// be called from several threads, which then take turns; add only from one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// A primary key. Times are seconds since 1970.
struct KeyInfo {
  std::string fingerprint = {};  // Upper-case hexadecimal.
  std::string user_id = {};
  std::int64_t created = 0;
  std::int64_t expires = 0;  // 0 = never.
  bool revoked = false;
  bool expired = false;
};

// A good signature.
struct Signature {
  std::string fingerprint = {};  // Of the primary key, as in KeyInfo.
  std::string key_id = {};       // Of the key that signed, which may be a subkey; upper case.
  std::int64_t created = 0;
};

// What signatures are worth by a ring of keys.
struct Judgement {
  Signature signature = {};  // The first good one.
  std::string doubt = {};    // Why there is none; empty if there is one.

  bool is_good() const { return doubt.empty(); }
};

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

  // The first good one among the detached signatures over `data` (armoured or binary): made by a
  // key of this ring that may sign and is neither expired nor revoked today, over a hash that is
  // still safe, not dated in the future. Throws Error (Cause::Untrusted) that says what is wrong
  // if there is none.
  Signature verify(
      std::string_view data, std::string_view signature, const std::string& subject) const;

  // The same where another signature may be good instead: Error is thrown only of what no key at
  // hand could make good, of signatures that were changed or cannot be read, or data that was.
  Judgement judge(
      std::string_view data, std::string_view signature, const std::string& subject) const;

 private:
  struct Store;
  std::unique_ptr<Store> store_;
};

}  // namespace reposbom::metadata
