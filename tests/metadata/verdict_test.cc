// SPDX-License-Identifier: Apache-2.0
#include "metadata/verdict.h"

#include <doctest/doctest.h>

using namespace reposbom::metadata;
using Kind = Verdict::Kind;

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNow = 1'700'000'000;

// Good; made by a key that is its own primary.
FoundSignature good() {
  const KeyInfo key{.fingerprint = "0123", .user_id = "Signer", .created = kNow - 100 * kDay};
  return {
      .match = Match::Yes,
      .key_id = "23",
      .key = key,
      .primary = key,
      .may_sign = true,
      .hash = "SHA256",
      .created = kNow - 10 * kDay};
}

Verdict judged(const FoundSignature& found, InForce in_force = InForce::WhenSigning) {
  return judge_signature(found, in_force, kNow);
}

}  // namespace

TEST_CASE("judge_signature tells who made a good one, and when") {
  const Verdict verdict = judged(good());
  CHECK(verdict.kind == Kind::Good);
  CHECK(verdict.message.empty());
  CHECK(verdict.signature.fingerprint == "0123");
  CHECK(verdict.signature.key_id == "23");
  CHECK(verdict.signature.created == kNow - 10 * kDay);
}

TEST_CASE("judge_signature takes a key that expired after it had signed, if that is asked") {
  FoundSignature found = good();
  KeyInfo& expired = found.key;
  SUBCASE("the key itself") {}
  SUBCASE("its primary key") {
    std::swap(found.key, found.primary);
  }
  expired.expired = true;
  expired.expires = kNow - 5 * kDay;
  CHECK(judged(found).kind == Kind::Good);
  const Verdict today = judged(found, InForce::Today);
  CHECK(today.kind == Kind::Expired);
  CHECK(today.message == "signed by key 0123 (Signer), which expired on 2023-11-09");

  found.created = expired.expires;  // Until then.
  CHECK(judged(found).kind == Kind::Good);
  ++found.created;
  const Verdict late = judged(found);
  CHECK(late.kind == Kind::Expired);
  CHECK(
      late.message ==
      "signed by key 0123 (Signer) on 2023-11-09, but it had expired on 2023-11-09");
}

TEST_CASE("judge_signature takes no revoked key, whenever it has signed") {
  FoundSignature found = good();
  SUBCASE("the key itself") {
    found.key.revoked = true;
  }
  SUBCASE("its primary key") {
    found.primary.revoked = true;
  }
  CHECK(judged(found).kind == Kind::Revoked);
  CHECK(judged(found).message == "signed by key 0123 (Signer), which is revoked");
  CHECK(judged(found, InForce::Today).kind == Kind::Revoked);
}

TEST_CASE("judge_signature says what else is wrong") {
  FoundSignature found = good();
  SUBCASE("a key for other uses") {
    found.may_sign = false;
    CHECK(judged(found).kind == Kind::Unusable);
  }
  SUBCASE("a hash that can be forged, whatever it is over") {
    for (const char* hash : {"MD5", "SHA1", "RIPEMD160"}) {
      found.hash = hash;
      CHECK(judged(found).kind == Kind::Weak);
      CHECK(judged(found).message.starts_with(std::string("the signature is over ") + hash));
    }
  }
  SUBCASE("other data") {
    found.match = Match::No;
    CHECK(judged(found).kind == Kind::Changed);
    CHECK(
        judged(found).message ==
        "the signature by key 0123 (Signer) is bad: the data or the signature was changed");
  }
  SUBCASE("its time") {
    found.match = Match::OutOfTime;
    CHECK(judged(found).kind == Kind::Dated);
    CHECK(judged(found).message.ends_with(" has expired; it was made on 2023-11-04"));
    found.created = kNow + kDay;
    CHECK(judged(found).message.ends_with("dated in the future, on 2023-11-15: check the clock"));
  }
  SUBCASE("a key that nobody has given") {
    CHECK(
        judged({.match = Match::UnknownKey, .key_id = "45"}).message ==
        "signed by key 45, which is not among the given keys");
    CHECK(judged({.match = Match::UnknownKey}).kind == Kind::Unknown);
  }
  SUBCASE("everything") {
    CHECK(judged({}).kind == Kind::Unreadable);
    CHECK(judged({}).message == "unreadable signature");
  }
}
