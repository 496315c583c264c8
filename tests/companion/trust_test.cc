// SPDX-License-Identifier: Apache-2.0
#include "companion/trust.h"

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::TestKeys;
using reposbom::tests::thrown_by;

namespace {

const std::string kDigest(64, 'a');

}  // namespace

TEST_CASE("Trust wants a key, and says where to put it") {
  const auto thrown = thrown_by([] { Trust({}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("sbomget/keys/"));
  CHECK(thrown_by([] { Trust({"/nonexistent.asc"}); }).cause == Cause::Usage);
}

TEST_CASE("check_run takes the sets of a signed run, and when it was signed") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  const std::string sums = kDigest + "  index.json\n" + kDigest +
                           "  sets/b/bash/bash-1-1/SHA256SUMS\n" + kDigest +
                           "  sets/b/bash/SHA256SUMS.old\n";
  constexpr std::int64_t kTime = 1717977600;
  std::map<std::string, std::string> texts = {
      {"SHA256SUMS", sums}, {"SHA256SUMS.asc", keys->openpgp_signer("first")->sign(sums, kTime)}};
  const Vouched vouched = Trust({keys->openpgp("first")}).check_run("here", texts);
  CHECK(vouched.time == kTime);
  CHECK(vouched.sets == Listed{{"sets/b/bash/bash-1-1", kDigest}});

  const Trust other({keys->openpgp("second")});
  CHECK(thrown_by([&] { other.check_run("here", texts); }).cause == Cause::Untrusted);
  // By its ending a file is a certificate; a signature by none is no signature by it.
  const Trust certificate({keys->certificate("first")});
  CHECK(thrown_by([&] { certificate.check_run("here", texts); }).says("here/SHA256SUMS: is not"));
  texts["SHA256SUMS.p7s"] = keys->cms_signer("first")->sign(sums, kTime);
  CHECK(certificate.check_run("here", texts).time == 0);
}

TEST_CASE("parse_listed refuses a name that stands there twice") {
  const std::string line = kDigest + "  a\n";
  CHECK(parse_listed(line, "here").at("a") == kDigest);
  const auto thrown = thrown_by([&] { parse_listed(line + line, "here"); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("here/SHA256SUMS: lists a twice"));
}
