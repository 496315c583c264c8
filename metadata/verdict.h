// SPDX-License-Identifier: Apache-2.0
//
// What an OpenPGP signature is worth, by what a keyring knows of it and of the key
// that made it: the rules alone, without keys and packets. See keyring.h.
#pragma once

#include <cstdint>
#include <string>

namespace reposbom::metadata {

// A key. Times are seconds since 1970.
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

struct Verdict {
  // From good to nothing at all. Of several signatures the one nearest to good is reported: an
  // unknown key says less than a known one that may not be trusted.
  enum class Kind { Good, Revoked, Expired, Unusable, Weak, Dated, Changed, Unknown, Unreadable };
  Kind kind = Kind::Unreadable;
  std::string message = {};  // What is wrong; empty if it is good.
  Signature signature = {};  // If it is good.
};

// When the key must have been in force. Packages outlive the keys that signed them: theirs need
// only have been so when they signed.
enum class InForce { Today, WhenSigning };

enum class Match { Yes, No, OutOfTime, UnknownKey, Unreadable };

// A signature as it was found.
struct FoundSignature {
  Match match = Match::Unreadable;
  std::string trouble = "unreadable signature";  // What is wrong with one that cannot be read.
  std::string key_id = {};
  KeyInfo key = {};  // The one that signed, which may be `primary` itself.
  KeyInfo primary = {};
  bool may_sign = false;
  std::string hash = {};  // As librnp names it.
  std::int64_t created = 0;
};

Verdict judge_signature(const FoundSignature& found, InForce in_force, std::int64_t now);

}  // namespace reposbom::metadata
