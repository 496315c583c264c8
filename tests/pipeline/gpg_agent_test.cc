// SPDX-License-Identifier: Apache-2.0
#include "pipeline/gpg_agent.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/gpg_home.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using reposbom::Cause;
using reposbom::tests::GpgHome;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;

namespace {

const std::string kPrimary(40, 'A');
const std::string kSubkey(40, 'B');

// One key in the listing of gpg: "sec" or "ssb" with validity, capabilities, and what tells
// that its secret is here.
struct Line {
  std::string kind = "sec";
  std::string validity = "u";
  std::string created = "1700000000";
  std::string expires = {};
  std::string uses = "scSC";
  std::string secret = "+";
  std::string fingerprint = kPrimary;
};

std::string listing(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    text += line.kind + ":" + line.validity + ":255:22:0123456789ABCDEF:" + line.created + ":" +
            line.expires + "::u:::" + line.uses + ":::" + line.secret + "::ed25519:::0:\n";
    text += "fpr:::::::::" + line.fingerprint + ":\n";
    text += "grp:::::::::" + std::string(39, '0') + line.fingerprint[0] + ":\n";
    if (line.kind == "sec") text += "uid:u::::1700000000::0123::SBOM::::::::::0:\n";
  }
  return text;
}

Thrown refusal(const std::vector<Line>& lines) {
  return thrown_by([&] { parse_gpg_key(listing(lines), kPrimary); });
}

}  // namespace

TEST_CASE("parse_gpg_key tells what gpg lists of a key") {
  const GpgKey key = parse_gpg_key(listing({{.expires = "1800000000"}}), kPrimary);
  CHECK(key.primary == kPrimary);
  CHECK(key.fingerprint == kPrimary);
  CHECK(key.keygrip == std::string(39, '0') + "A");
  CHECK(key.algorithm == 22);
  CHECK(key.curve == "ed25519");
  CHECK(key.bits == "255");
  CHECK(key.created == 1700000000);
  CHECK(key.expires == 1800000000);
  CHECK_FALSE(parse_gpg_key(listing({{}}), kPrimary).expires);
}

TEST_CASE("parse_gpg_key takes the newest subkey that can sign") {
  const Line primary = {.expires = "1900000000", .secret = "#"};
  const auto chosen = [&](const std::vector<Line>& subkeys) {
    std::vector<Line> lines = {primary};
    lines.insert(lines.end(), subkeys.begin(), subkeys.end());
    return parse_gpg_key(listing(lines), kPrimary);
  };
  const Line subkey = {.kind = "ssb", .created = "1710000000", .uses = "s", .fingerprint = kSubkey};
  GpgKey key = chosen({subkey});
  CHECK(key.primary == kPrimary);
  CHECK(key.fingerprint == kSubkey);
  CHECK(key.created == 1710000000);
  CHECK(key.expires == 1900000000);

  Line other = subkey;
  other.fingerprint = std::string(40, 'C');
  other.created = "1720000000";
  other.expires = "1800000000";
  key = chosen({other, subkey});
  CHECK(key.fingerprint == other.fingerprint);
  CHECK(key.expires == 1800000000);
  // Neither the secret need be here of what does not sign, nor does it count.
  for (auto member : {&Line::validity, &Line::uses, &Line::secret}) {
    Line useless = other;
    useless.*member = member == &Line::validity ? "r" : member == &Line::uses ? "e" : "#";
    CHECK(chosen({useless, subkey}).fingerprint == kSubkey);
  }
}

TEST_CASE("parse_gpg_key says why a key cannot sign") {
  const Thrown none = refusal({});
  CHECK(none.cause == Cause::Usage);
  CHECK(none.says("gpg key " + kPrimary + ": gpg has no such secret key"));
  const Thrown expired = refusal({{.validity = "e", .expires = "1577836800"}});
  CHECK(expired.cause == Cause::Output);
  CHECK(expired.says("gpg key " + kPrimary + ": expired on 2020-01-01"));
  CHECK(refusal({{.validity = "r"}}).says("is revoked"));
  CHECK(refusal({{.validity = "i"}}).says("is not valid"));
  CHECK(refusal({{.uses = "c"}}).says("cannot sign: "));
  CHECK(refusal({{.secret = "#"}}).says("cannot sign: "));
}

TEST_CASE("parse_agent_signature takes the numbers, and nothing that is no signature") {
  CHECK(parse_agent_signature("(7:sig-val(3:rsa(1:s3:a(b)))") == std::vector<std::string>{"a(b"});
  CHECK(
      parse_agent_signature("(7:sig-val(5:eddsa(1:r2:ab)(1:s0:)))") ==
      std::vector<std::string>{"ab", ""});
  for (const char* wrong :
       {"",
        "(",
        "()",
        "(7:sig-val",
        "(7:sig-val)",
        "(7:sig-val(3:rsa))",
        "(7:sig-val(3:rsa(1:s9:abc)))",
        "(7:sig-val(3:rsa(1:s18446744073709551615:abc)))",
        "(7:sig-val(3:rsa(1:s99999999999999999999999:abc)))",
        "(7:sig-val(3:rsa(1:s3abc)))",
        "(7:sig-val(3:rsa(1:s-1:abc)))",
        "(7:sig-val(3:rsa(1:s3:abc",
        "(7:enc-val(3:rsa(1:a3:abc)))"}) {
    INFO(wrong);
    const Thrown thrown = thrown_by([&] { parse_agent_signature(wrong); });
    CHECK(thrown.cause == Cause::Output);
    CHECK(thrown.says("gpg-agent: answers with what is no signature"));
  }
}

TEST_CASE("find_gpg_key asks gpg, and GpgAgent signs a digest") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign 30d"));
  const std::string fingerprint = home.listed("signer", "fpr");
  const GpgKey key = find_gpg_key(fingerprint, home.path());
  CHECK(key.fingerprint == fingerprint);
  CHECK(key.keygrip == home.listed("signer", "grp"));
  CHECK(key.expires);
  CHECK_FALSE(key.public_key.empty());
  GpgAgent agent(key);
  const std::string digest = reposbom::metadata::sha256("data");
  const std::vector<std::string> numbers = agent.sign(digest);
  CHECK(numbers.size() == 2);
  CHECK(numbers == agent.sign(digest));
  CHECK(numbers != agent.sign(reposbom::metadata::sha256("date")));
  CHECK(numbers == GpgAgent(key).sign(digest));
  const Thrown refused = thrown_by([&] { agent.sign("no digest"); });
  CHECK(refused.cause == Cause::Output);
  CHECK(refused.says("gpg-agent: does not sign with key " + fingerprint + ": "));

  const Thrown missing = thrown_by([&] { find_gpg_key(kPrimary, home.path()); });
  CHECK(missing.cause == Cause::Usage);
  CHECK(missing.says("gpg has no such secret key"));
  CHECK(thrown_by([&] { find_gpg_key(fingerprint, home / "nowhere"); }).cause == Cause::Usage);
}

TEST_CASE("GpgAgent says where no agent listens") {
  const reposbom::tests::TemporaryFolder folder;
  const std::string socket = (folder / "S.gpg-agent").string();
  const Thrown thrown = thrown_by([&] { GpgAgent({.socket = socket}); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("gpg-agent: cannot be reached at " + socket + ": "));
}
