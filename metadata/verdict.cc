// SPDX-License-Identifier: Apache-2.0
#include "metadata/verdict.h"

#include <array>
#include <ctime>
#include <optional>
#include <utility>

namespace reposbom::metadata {
namespace {

using Kind = Verdict::Kind;

std::string date(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts = {};
  std::array<char, 32> text = {};
  if (gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string name_of(const KeyInfo& key) {
  return "key " + key.fingerprint + (key.user_id.empty() ? "" : " (" + key.user_id + ")");
}

bool is_weak(const std::string& hash) {
  return hash == "MD5" || hash == "SHA1" || hash == "RIPEMD160";
}

Verdict refused(Kind kind, std::string message) {
  return {.kind = kind, .message = std::move(message)};
}

// The outcome by the age of one of the keys.
std::optional<Verdict> judge_age(
    const KeyInfo& key, const std::string& name, std::int64_t created, InForce in_force) {
  if (!key.expired) return {};
  const std::string end = date(key.expires);
  if (in_force == InForce::Today) {
    return refused(Kind::Expired, "signed by " + name + ", which expired on " + end);
  }
  if (created <= key.expires) return {};
  return refused(
      Kind::Expired,
      "signed by " + name + " on " + date(created) + ", but it had expired on " + end);
}

// The outcome by the state of the keys alone, whatever the signature is worth.
std::optional<Verdict> judge_keys(const FoundSignature& found, InForce in_force) {
  const std::string name = name_of(found.primary);
  if (found.primary.revoked || found.key.revoked) {
    return refused(Kind::Revoked, "signed by " + name + ", which is revoked");
  }
  for (const KeyInfo* key : {&found.primary, &found.key}) {
    if (auto verdict = judge_age(*key, name, found.created, in_force)) return verdict;
  }
  if (found.may_sign) return {};
  return refused(
      Kind::Unusable,
      "signed by " + name +
          ", which may not sign: it is for other uses, or its own signatures are not valid");
}

// The outcome for a key that may be trusted.
Verdict judge_match(const FoundSignature& found, std::int64_t now) {
  const std::string by = "the signature by " + name_of(found.primary);
  switch (found.match) {
    case Match::Yes:
      return {
          .kind = Kind::Good,
          .signature = {found.primary.fingerprint, found.key_id, found.created}};
    case Match::No:
      return refused(Kind::Changed, by + " is bad: the data or the signature was changed");
    case Match::OutOfTime:
      return refused(
          Kind::Dated,
          by + (found.created > now
                    ? " is dated in the future, on " + date(found.created) + ": check the clock"
                    : " has expired; it was made on " + date(found.created)));
    default:
      return refused(Kind::Unreadable, found.trouble);
  }
}

}  // namespace

Verdict judge_signature(const FoundSignature& found, InForce in_force, std::int64_t now) {
  if (found.match == Match::UnknownKey) {
    return refused(
        Kind::Unknown,
        "signed by key " + (found.key_id.empty() ? "of no name" : found.key_id) +
            ", which is not among the given keys");
  }
  if (found.primary.fingerprint.empty()) return judge_match(found, now);
  if (auto verdict = judge_keys(found, in_force)) return *std::move(verdict);
  if (is_weak(found.hash)) {
    return refused(
        Kind::Weak,
        "the signature is over " + found.hash +
            ", a hash that can be forged; it must be made again with SHA-256 or better");
  }
  return judge_match(found, now);
}

}  // namespace reposbom::metadata
