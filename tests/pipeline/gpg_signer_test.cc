// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/keyring.h"
#include "pipeline/signer.h"
#include "tests/support/gpg_home.h"
#include "tests/support/published_tree.h"

using reposbom::Cause;
using reposbom::metadata::Keyring;
using reposbom::pipeline::make_gpg_signer;
using reposbom::pipeline::make_openpgp_signer;
using reposbom::pipeline::PublicKeyFile;
using reposbom::tests::GpgHome;
using reposbom::tests::quoted;
using reposbom::tests::run_shell;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

namespace {

constexpr std::int64_t kLongAgo = 978307200;  // 2001-01-01

bool is_possible() {
  if (GpgHome::available()) return true;
  MESSAGE("skipped: no gpg or gpgv");
  return false;
}

Thrown refusal(const GpgHome& home, const std::string& fingerprint) {
  return thrown_by([&] { make_gpg_signer(fingerprint, home.path()); });
}

}  // namespace

TEST_CASE("A key of gpg signs as the same key does from a file, and gpgv takes it") {
  if (!is_possible()) return;
  const GpgHome home;
  std::string algorithm;
  std::string kind;
  SUBCASE("Ed25519") {
    kind = "ed25519 sign never";
    algorithm = "Ed25519 key ";
  }
  SUBCASE("RSA-3072") {
    kind = "rsa3072 sign never";
    algorithm = "RSA-3072 key ";
  }
  const auto file = home.secret_key("signer", kind);
  const auto signer = make_gpg_signer(home.listed("signer", "fpr"), home.path());
  CHECK(signer->suffix() == ".asc");
  CHECK(signer->is_reproducible());
  CHECK(signer->description() == make_openpgp_signer(file, {})->description());
  CHECK(signer->description().starts_with(algorithm));
  CHECK_FALSE(signer->expires());
  const std::string data = "0123  a.json\n";
  const std::string signature = signer->sign(data, kLongAgo);
  CHECK(home.gpgv(*signer, data, signature));
  CHECK_FALSE(home.gpgv(*signer, data + " ", signature));
  CHECK(home.gpgv(*signer, "", signer->sign("", kLongAgo)));
  CHECK(signature == signer->sign(data, kLongAgo));
  CHECK(
      signature ==
      make_gpg_signer(home.listed("signer", "fpr"), home.path())->sign(data, kLongAgo));
  CHECK(signature.find('\r') == std::string::npos);
  CHECK(signature.starts_with("-----BEGIN PGP SIGNATURE-----\n"));
  // A number that begins with zeros is shorter, one time in 128; each must be taken.
  for (int i = 0; i != 600; ++i) {
    if (i == 60 && algorithm.starts_with("RSA")) break;
    const std::string text = std::to_string(i);
    Keyring ring;
    ring.add(signer->public_keys().at(0).bytes, "key");
    ring.verify(text, signer->sign(text, kLongAgo), "signature of " + text);
  }
}

TEST_CASE("A signature by a key of gpg is dated as told, but never before its key") {
  if (!is_possible()) return;
  const GpgHome home;
  const std::int64_t creation = 1577836800;  // 2020-01-01
  REQUIRE(
      home.gpg("--faked-system-time 20200101T000000 --quick-gen-key signer ed25519 sign never"));
  const auto signer = make_gpg_signer(home.listed("signer", "fpr"), home.path());
  Keyring ring;
  ring.add(signer->public_keys().at(0).bytes, "key");
  const auto date = [&](std::int64_t time) {
    return ring.verify("data", signer->sign("data", time), "data.asc").created;
  };
  CHECK(date(kLongAgo) >= creation);
  CHECK(date(kLongAgo) < creation + 60);
  CHECK(date(-1) == date(kLongAgo));
  CHECK(date(1600000000) == 1600000000);
  CHECK(thrown_by([&] { signer->sign("data", std::int64_t{1} << 40); }).cause == Cause::Output);
}

TEST_CASE("A key of gpg is published as its public half alone, and tells when it expires") {
  if (!is_possible()) return;
  const GpgHome home;
  const auto file = home.secret_key("signer", "ed25519 sign 30d");
  const auto signer = make_gpg_signer(home.listed("signer", "fpr"), home.path());
  const std::vector<PublicKeyFile> keys = signer->public_keys();
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].name == home.listed("signer", "fpr") + ".asc");
  CHECK(keys[0].bytes.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"));
  CHECK(keys[1].name == "reposbom.gpg");
  REQUIRE(signer->expires());
  CHECK(signer->expires() == make_openpgp_signer(file, {})->expires());
  home.check_published(*signer);
}

TEST_CASE("A subkey of gpg signs when there is one, also without the primary key") {
  if (!is_possible()) return;
  const GpgHome home;
  REQUIRE(home.gpg("--quick-gen-key signer rsa3072 cert never"));
  const std::string primary = home.listed("signer", "fpr");
  REQUIRE(home.gpg("--quick-add-key " + primary + " ed25519 sign 30d"));
  std::filesystem::remove(home / ("private-keys-v1.d/" + home.listed("signer", "grp") + ".key"));
  REQUIRE(home.run("gpgconf --kill gpg-agent"));
  const auto signer = make_gpg_signer(primary, home.path());
  CHECK(signer->public_keys().at(0).fingerprint == primary);
  CHECK(signer->description().starts_with("Ed25519 key " + primary + ", expires "));
  CHECK(signer->expires());
  CHECK(home.gpgv(*signer, "data", signer->sign("data", kLongAgo)));
}

TEST_CASE("A locked key of gpg is an error until its agent is given the passphrase") {
  if (!is_possible()) return;
  const GpgHome home;
  write_bytes(home / "gpg-agent.conf", "allow-preset-passphrase\ns2k-count 65536\n");
  REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign never", "a b"));
  const std::string fingerprint = home.listed("signer", "fpr");
  const std::string keygrip = home.listed("signer", "grp");
  REQUIRE(home.run("gpgconf --kill gpg-agent"));
  const Thrown locked = refusal(home, fingerprint);
  CHECK(locked.cause == Cause::Output);
  CHECK(locked.says("gpg-agent: key " + fingerprint + " is locked, and nobody is asked for"));
  CHECK(locked.says("gpg-preset-passphrase --preset " + keygrip));

  write_bytes(home / "pass", "a b");
  REQUIRE(home.run(
      "sh -c '\"$(gpgconf --list-dirs libexecdir)\"/gpg-preset-passphrase --preset " + keygrip +
      " < pass'"));
  const auto signer = make_gpg_signer(fingerprint, home.path());
  CHECK(home.gpgv(*signer, "data", signer->sign("data", kLongAgo)));
  REQUIRE(home.run("gpgconf --kill gpg-agent"));
  const Thrown gone = thrown_by([&] { signer->sign("data", kLongAgo); });
  CHECK(gone.cause == Cause::Output);
  CHECK(gone.says("gpg-agent: "));
}

TEST_CASE("make_gpg_signer says what is wrong with a key before any work") {
  if (!is_possible()) return;
  const GpgHome home;
  SUBCASE("an unknown key") {
    const Thrown thrown = refusal(home, std::string(40, 'A'));
    CHECK(thrown.cause == Cause::Usage);
    CHECK(thrown.says("no such secret key"));
  }
  SUBCASE("a public key only") {
    const GpgHome other;
    const auto key = other.secret_key("signer", "ed25519 sign never");
    REQUIRE(home.gpg("--import '" + other.exported("signer", "--export").string() + "'"));
    CHECK(refusal(home, home.listed("signer", "fpr")).says("no such secret key"));
  }
  SUBCASE("an expired key") {
    REQUIRE(
        home.gpg("--faked-system-time 20200101T000000 --quick-gen-key signer ed25519 sign 30d"));
    const Thrown thrown = refusal(home, home.listed("signer", "fpr"));
    CHECK(thrown.cause == Cause::Output);
    CHECK(thrown.says("expired on 2020-01-31"));
  }
  SUBCASE("a revoked key") {
    REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign never"));
    REQUIRE(home.run("sh -c 'sed -i \"s/^:---/---/\" openpgp-revocs.d/*.rev'"));
    REQUIRE(home.run("sh -c 'gpg --batch --import openpgp-revocs.d/*.rev'"));
    const Thrown thrown = refusal(home, home.listed("signer", "fpr"));
    CHECK(thrown.cause == Cause::Output);
    CHECK(thrown.says("is revoked"));
  }
  SUBCASE("a key that may not sign") {
    REQUIRE(home.gpg("--quick-gen-key signer ed25519 cert never"));
    CHECK(refusal(home, home.listed("signer", "fpr")).says("cannot sign"));
  }
  SUBCASE("an algorithm that does not sign the same each time") {
    REQUIRE(home.gpg("--quick-gen-key signer nistp256 sign never"));
    const Thrown thrown = refusal(home, home.listed("signer", "fpr"));
    CHECK(thrown.cause == Cause::Output);
    CHECK(thrown.says("RSA or Ed25519"));
  }
}

TEST_CASE("A key of gpg gives the same bytes from four threads") {
  if (!is_possible()) return;
  const GpgHome home;
  REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign never"));
  const auto signer = make_gpg_signer(home.listed("signer", "fpr"), home.path());
  const auto sign_all = [&](std::vector<std::string>& signatures) {
    for (int i = 0; i != 200; ++i)
      signatures.push_back(signer->sign("data " + std::to_string(i), kLongAgo));
  };
  std::vector<std::vector<std::string>> signatures(4);
  std::vector<std::jthread> threads;
  for (std::vector<std::string>& own : signatures)
    threads.emplace_back([&] { sign_all(own); });
  threads.clear();
  std::vector<std::string> alone;
  sign_all(alone);
  CHECK(std::set<std::string>(alone.begin(), alone.end()).size() == alone.size());
  for (const std::vector<std::string>& own : signatures)
    CHECK(own == alone);
}
