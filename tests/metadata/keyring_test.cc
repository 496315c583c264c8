// SPDX-License-Identifier: Apache-2.0

#include "metadata/keyring.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"
#include "tests/support/gpg_home.h"
#include "tests/support/published_tree.h"
#include "tests/support/shared_data.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::metadata::InForce;
using reposbom::metadata::KeyInfo;
using reposbom::metadata::Keyring;
using reposbom::metadata::Signature;
using reposbom::metadata::Verdict;
using reposbom::tests::GpgHome;
using reposbom::tests::read_bytes;
using reposbom::tests::write_bytes;

namespace {

namespace fs = std::filesystem;

// What verify() refuses with, and that it refuses as untrusted.
std::string refusal(const Keyring& ring, const std::string& data, const std::string& signature) {
  try {
    ring.verify(data, signature, "data.sig");
  } catch (const Error& error) {
    CHECK(error.cause() == Cause::Untrusted);
    CHECK(error.subject() == "data.sig");
    return error.what();
  }
  return "accepted";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Keyring ring_of(const std::string& keys) {
  Keyring ring;
  ring.add(keys, "keys");
  return ring;
}

struct SignedRepomd {
  std::string data = {};
  std::string signature = {};
  fs::path key = {};
  fs::path other_key = {};
};

std::optional<SignedRepomd> signed_repomd() {
  const auto data = reposbom::tests::shared_data();
  if (!data) return std::nullopt;
  const fs::path repodata = *data / "repos/pgdg15-el8/repodata";
  return SignedRepomd{
      .data = read_bytes(repodata / "repomd.xml"),
      .signature = read_bytes(repodata / "repomd.xml.asc"),
      .key = *data / "keys/postgresql/PGDG-RPM-GPG-KEY-RHEL",
      .other_key = *data / "keys/alma/RPM-GPG-KEY-AlmaLinux-9"};
}

}  // namespace

TEST_CASE("Keyring::verify names key and time of a real repomd.xml.asc") {
  const auto repomd = signed_repomd();
  if (!repomd) {
    MESSAGE("skipped: no shared data");
    return;
  }
  Keyring ring;
  ring.add_file(repomd->other_key);
  ring.add_file(repomd->key);
  const Signature signature = ring.verify(repomd->data, repomd->signature, "repomd.xml.asc");
  CHECK(signature.fingerprint == "D4BF08AE67A0B4C7A1DBCCD240BCA2B408B40D20");
  CHECK(signature.key_id == "40BCA2B408B40D20");
  CHECK(signature.created == 1724413821);
}

TEST_CASE("Keyring::verify refuses what a real signature does not cover") {
  const auto repomd = signed_repomd();
  if (!repomd) {
    MESSAGE("skipped: no shared data");
    return;
  }
  Keyring ring;
  ring.add_file(repomd->key);
  SUBCASE("one byte changed") {
    std::string changed = repomd->data;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    CHECK(contains(refusal(ring, changed, repomd->signature), "was changed"));
  }
  SUBCASE("no data at all") {
    CHECK(contains(refusal(ring, "", repomd->signature), "was changed"));
  }
  SUBCASE("a key that is not in the ring") {
    Keyring other;
    other.add_file(repomd->other_key);
    const std::string message = refusal(other, repomd->data, repomd->signature);
    CHECK(contains(message, "40BCA2B408B40D20"));
    CHECK(contains(message, "not among the given keys"));
  }
  SUBCASE("a ring without keys") {
    const std::string message = refusal(Keyring(), repomd->data, repomd->signature);
    CHECK(contains(message, "not among the given keys"));
  }
}

TEST_CASE("Keyring::verify refuses a signature that is none") {
  const auto repomd = signed_repomd();
  if (!repomd) {
    MESSAGE("skipped: no shared data");
    return;
  }
  Keyring ring;
  ring.add_file(repomd->key);
  CHECK(contains(refusal(ring, repomd->data, ""), "is empty"));
  CHECK(contains(refusal(ring, repomd->data, "<html>404</html>"), "no OpenPGP signature"));
  CHECK(contains(refusal(ring, repomd->data, std::string(300, '\0')), "no OpenPGP signature"));
  CHECK(contains(refusal(ring, repomd->data, read_bytes(repomd->key)), "no OpenPGP signature"));
  std::string broken = repomd->signature;
  broken[broken.size() / 2] = '!';
  CHECK(refusal(ring, repomd->data, broken) != "accepted");
  CHECK(refusal(ring, repomd->data, repomd->signature.substr(0, 200)) != "accepted");
}

TEST_CASE("Keyring loads every distribution's key file") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::size_t files = 0;
  Keyring all;
  for (const auto& entry : fs::recursive_directory_iterator(*data / "keys")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    CAPTURE(entry.path().filename().string());
    Keyring one;
    one.add_file(entry.path());
    CHECK_FALSE(one.keys().empty());
    all.add_file(entry.path());
  }
  CHECK(files >= 19);
  const std::vector<KeyInfo> keys = all.keys();
  CHECK(std::ranges::is_sorted(keys, {}, &KeyInfo::fingerprint));
  const auto find = [&](const std::string& fingerprint) {
    return std::ranges::find(keys, fingerprint, &KeyInfo::fingerprint);
  };
  const auto alma = find("BF18AC2876178908D6E71267D36CB86CB86B3716");
  REQUIRE(alma != keys.end());
  CHECK(alma->user_id == "AlmaLinux OS 9 <packager@almalinux.org>");
  CHECK(alma->created == 1642503977);
  CHECK_FALSE(alma->revoked);
  const auto centos5 = find("473D66D5212271FD51CC17B1A8A447DCE8562897");
  REQUIRE(centos5 != keys.end());
  CHECK(centos5->expired);
  CHECK(centos5->expires > centos5->created);
}

TEST_CASE("Keyring::add keeps the readable blocks around one it cannot read") {
  const auto repomd = signed_repomd();
  if (!repomd) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const std::string bad =
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMGZ2luZ2VyYnJlYWQ=\n-----END PGP PUBLIC KEY "
      "BLOCK-----\n";
  const Keyring ring = ring_of(read_bytes(repomd->other_key) + bad + read_bytes(repomd->key));
  CHECK(ring.keys().size() == 2);
  CHECK_NOTHROW(ring.verify(repomd->data, repomd->signature, "repomd.xml.asc"));
}

TEST_CASE("Keyring::add_file refuses a file without keys as a usage error") {
  const fs::path folder = fs::temp_directory_path();
  const fs::path text = folder / ("keyring-test-" + std::to_string(::getpid()));
  const auto cause_of = [](const fs::path& file) -> std::optional<Cause> {
    try {
      Keyring().add_file(file);
    } catch (const Error& error) {
      CHECK(error.subject() == file.string());
      return error.cause();
    }
    return std::nullopt;
  };
  CHECK(cause_of("/nowhere/RPM-GPG-KEY") == Cause::Usage);
  CHECK(cause_of(folder) == Cause::Usage);
  write_bytes(text, "");
  CHECK(cause_of(text) == Cause::Usage);
  write_bytes(text, "not a key\n");
  CHECK(cause_of(text) == Cause::Usage);
  write_bytes(
      text, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!!!\n-----END PGP PUBLIC KEY BLOCK-----\n");
  CHECK(cause_of(text) == Cause::Usage);
  fs::remove(text);
}

TEST_CASE("Keyring::verify judges keys and signatures made by gpg") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg");
    return;
  }
  const GpgHome home;
  const std::string data = "abc  file\n";

  SUBCASE("a key in force is accepted, armoured or not, over an empty file too") {
    REQUIRE(home.make_key("good"));
    const Keyring ring = ring_of(home.public_key("good"));
    const std::string fingerprint = ring.keys().at(0).fingerprint;
    CHECK(ring.keys().at(0).expires == 0);
    CHECK(ring.verify(data, home.sign(data, "-u good"), "s").fingerprint == fingerprint);
    CHECK(ring.verify(data, home.sign(data, "-u good --armor"), "s").fingerprint == fingerprint);
    CHECK(ring.verify("", home.sign("", "-u good"), "s").fingerprint == fingerprint);
  }
  SUBCASE("a binary keyring is read as well") {
    REQUIRE(home.make_key("one"));
    REQUIRE(home.make_key("two"));
    REQUIRE(home.gpg("--output both.gpg --export"));
    Keyring ring;
    ring.add_file(home / "both.gpg");
    CHECK(ring.keys().size() == 2);
    CHECK_NOTHROW(ring.verify(data, home.sign(data, "-u two"), "s"));
  }
  SUBCASE("a signing subkey reports its primary key") {
    REQUIRE(home.make_key("sub", "ed25519 cert never"));
    const std::string primary = ring_of(home.public_key("sub")).keys().at(0).fingerprint;
    REQUIRE(home.gpg("--quick-add-key " + primary + " rsa2048 sign never"));
    const Keyring ring = ring_of(home.public_key("sub"));
    CHECK(ring.keys().size() == 1);
    const Signature signature = ring.verify(data, home.sign(data, "-u sub"), "s");
    CHECK(signature.fingerprint == primary);
    CHECK_FALSE(primary.ends_with(signature.key_id));
  }
  SUBCASE("an expired key is refused though its signature was made in time") {
    const std::string then = "--faked-system-time 20200101T000000 ";
    REQUIRE(home.gpg(then + "--quick-gen-key old ed25519 sign 30d"));
    const Keyring ring = ring_of(home.public_key("old"));
    CHECK(ring.keys().at(0).expired);
    CHECK(ring.keys().at(0).expires == 1577836800 + 30 * 86400);
    const std::string message = refusal(ring, data, home.sign(data, then + "-u old"));
    CHECK(contains(message, "expired on 2020-01-31"));
    // A package is judged by when it was signed.
    const std::string signature = home.sign(data, then + "-u old");
    const Verdict verdict = ring.judge(data, signature, InForce::WhenSigning);
    CHECK(verdict.kind == Verdict::Kind::Good);
    CHECK(verdict.signature.created == 1577836800);
    CHECK(ring.judge(data + "!", signature, InForce::WhenSigning).kind == Verdict::Kind::Changed);
  }
  SUBCASE("a revoked key is refused though its signature was made before") {
    REQUIRE(home.make_key("gone"));
    const std::string signature = home.sign(data, "-u gone");
    const std::string fingerprint = ring_of(home.public_key("gone")).keys().at(0).fingerprint;
    const std::string before = ring_of(home.public_key("gone")).digest();
    CHECK(before == ring_of(home.public_key("gone")).digest());
    // gpg puts a colon before the certificate so that nobody imports it by accident.
    const std::string certificate = "openpgp-revocs.d/" + fingerprint + ".rev";
    REQUIRE(home.run("sed -i 's/^:---/---/' " + certificate));
    REQUIRE(home.gpg("--import " + certificate));
    const Keyring ring = ring_of(home.public_key("gone"));
    CHECK(ring.keys().at(0).revoked);
    CHECK(contains(refusal(ring, data, signature), "which is revoked"));
    CHECK(ring.judge(data, signature, InForce::WhenSigning).kind == Verdict::Kind::Revoked);
    CHECK(ring.digest() != before);
  }
  SUBCASE("a hash that can be forged is refused, at any date") {
    const std::string then = "--faked-system-time 20170101T000000 ";
    REQUIRE(home.gpg(then + "--quick-gen-key weak rsa2048 sign never"));
    const Keyring ring = ring_of(home.public_key("weak"));
    const std::string options = "-u weak --digest-algo SHA1 ";
    CHECK(contains(refusal(ring, data, home.sign(data, options)), "over SHA1"));
    CHECK(contains(refusal(ring, data, home.sign(data, then + options)), "over SHA1"));
  }
  SUBCASE("a signature dated in the future is refused") {
    REQUIRE(home.make_key("early"));
    const Keyring ring = ring_of(home.public_key("early"));
    const std::string later = home.sign(data, "--faked-system-time 20900101T000000 -u early");
    CHECK(contains(refusal(ring, data, later), "dated in the future, on 2090-01-01"));
  }
  SUBCASE("one good signature among several is enough, and one bad one is named") {
    REQUIRE(home.make_key("known"));
    REQUIRE(home.make_key("stranger"));
    const Keyring ring = ring_of(home.public_key("known"));
    const std::string both = home.sign(data, "-u stranger -u known");
    CHECK_NOTHROW(ring.verify(data, both, "s"));
    CHECK(contains(refusal(ring, data + "!", both), "was changed"));
  }
  SUBCASE("judge tells an unknown key from data that was changed") {
    using Kind = Verdict::Kind;
    REQUIRE(home.make_key("known"));
    REQUIRE(home.make_key("stranger"));
    const Keyring ring = ring_of(home.public_key("known"));
    const std::string good = home.sign(data, "-u known");
    const Verdict verdict = ring.judge(data, good, InForce::Today);
    CHECK(verdict.kind == Kind::Good);
    CHECK(verdict.signature.fingerprint == ring.keys().at(0).fingerprint);
    const Verdict unknown = ring.judge(data, home.sign(data, "-u stranger"), InForce::Today);
    CHECK(unknown.kind == Kind::Unknown);
    CHECK(contains(unknown.message, "not among the given keys"));
    CHECK(ring.judge(data + "!", good, InForce::Today).kind == Kind::Changed);
    CHECK(ring.judge(data, "", InForce::Today).kind == Kind::Unreadable);
    CHECK(ring.judge(data, "no signature", InForce::Today).kind == Kind::Unreadable);
  }
}

TEST_CASE("Keyring::verify answers the same from several threads") {
  const auto repomd = signed_repomd();
  if (!repomd) {
    MESSAGE("skipped: no shared data");
    return;
  }
  Keyring ring;
  ring.add_file(repomd->key);
  std::array<int, 3> good = {};
  const auto work = [&](int& count) {
    for (int i = 0; i < 50; ++i) {
      count += ring.verify(repomd->data, repomd->signature, "s").created == 1724413821 ? 1 : 0;
    }
  };
  std::vector<std::thread> threads;
  for (int& count : good)
    threads.emplace_back(work, std::ref(count));
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == std::array<int, 3>{50, 50, 50});
}
