// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "metadata/keyring.h"
#include "pipeline/signer.h"
#include "tests/support/gpg_home.h"
#include "tests/support/published_tree.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::metadata::Keyring;
using reposbom::pipeline::make_openpgp_signer;
using reposbom::pipeline::PublicKeyFile;
using reposbom::tests::GpgHome;
using reposbom::tests::write_bytes;

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongAgo = 978307200;  // 2001-01-01

struct Failure {
  std::optional<Cause> cause = {};
  std::string message = {};
};

Failure failure_of(const fs::path& key, const std::optional<fs::path>& passphrase_file = {}) {
  try {
    make_openpgp_signer(key, passphrase_file);
  } catch (const Error& error) {
    return {.cause = error.cause(), .message = error.what()};
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("An OpenPGP signer's signatures satisfy gpgv and are the same each time") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  fs::path file;
  std::string algorithm;
  SUBCASE("Ed25519") {
    file = home.secret_key("signer", "ed25519 sign never");
    algorithm = "Ed25519 key ";
  }
  SUBCASE("RSA-3072") {
    file = home.secret_key("signer", "rsa3072 sign never");
    algorithm = "RSA-3072 key ";
  }
  const auto signer = make_openpgp_signer(file, {});
  CHECK(signer->suffix() == ".asc");
  CHECK(signer->description().starts_with(algorithm));
  CHECK(signer->description().ends_with(", does not expire"));
  CHECK_FALSE(signer->expires());
  const std::string data = "0123  a.json\n";
  const std::string signature = signer->sign(data, kLongAgo);
  CHECK(home.gpgv(*signer, data, signature));
  CHECK_FALSE(home.gpgv(*signer, data + " ", signature));
  CHECK(home.gpgv(*signer, "", signer->sign("", kLongAgo)));
  CHECK(signature == signer->sign(data, kLongAgo));
  CHECK(signature == make_openpgp_signer(file, {})->sign(data, kLongAgo));
  CHECK(signature != signer->sign(data + " ", kLongAgo));
  CHECK(signature.find('\r') == std::string::npos);
}

TEST_CASE("An OpenPGP signature is dated as told, but never before its key") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  const std::int64_t creation = 1577836800;  // 2020-01-01
  REQUIRE(
      home.gpg("--faked-system-time 20200101T000000 --quick-gen-key signer ed25519 sign never"));
  const auto signer = make_openpgp_signer(home.exported("signer", "--export-secret-keys"), {});
  Keyring ring;
  ring.add(signer->public_keys().at(0).bytes, "key");
  const auto date = [&](std::int64_t time) {
    return ring.verify("data", signer->sign("data", time), "data.asc").created;
  };
  // gpg's faked clock runs on while it works.
  CHECK(date(kLongAgo) >= creation);
  CHECK(date(kLongAgo) < creation + 60);
  CHECK(date(-1) == date(kLongAgo));
  CHECK(date(1600000000) == 1600000000);
  CHECK_THROWS_AS(signer->sign("data", std::int64_t{1} << 40), Error);
}

TEST_CASE("An OpenPGP signer publishes its public key alone") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  const auto signer = make_openpgp_signer(home.secret_key("signer", "ed25519 sign 30d"), {});
  const std::vector<PublicKeyFile> keys = signer->public_keys();
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].name == keys[0].fingerprint + ".asc");
  CHECK(keys[0].bytes.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"));
  CHECK(keys[1].name == "reposbom.gpg");
  CHECK(keys[1].fingerprint == keys[0].fingerprint);
  CHECK(contains(signer->description(), keys[0].fingerprint));
  home.check_published(*signer);
}

TEST_CASE("An OpenPGP signer opens its key with the first line of the passphrase file") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  const fs::path file = home.secret_key("signer", "ed25519 sign never", "a b");
  write_bytes(home / "right", "a b\nsecond line\n");
  write_bytes(home / "wrong", "a  b\n");
  const auto signer = make_openpgp_signer(file, home / "right");
  CHECK(home.gpgv(*signer, "data", signer->sign("data", kLongAgo)));

  const Failure wrong = failure_of(file, home / "wrong");
  CHECK(wrong.cause == Cause::Output);
  CHECK(contains(wrong.message, "the passphrase is wrong"));
  CHECK(contains(wrong.message, "signer.key"));
  const Failure none = failure_of(file);
  CHECK(none.cause == Cause::Usage);
  CHECK(contains(none.message, "needs a passphrase"));
  const Failure missing = failure_of(file, home / "missing");
  CHECK(missing.cause == Cause::Usage);
  CHECK(contains(missing.message, "missing"));
}

TEST_CASE("An OpenPGP signer signs with a subkey when the primary key is kept elsewhere") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  REQUIRE(home.gpg("--quick-gen-key signer ed25519 cert never"));
  const std::string fingerprint = home.listed("signer", "fpr");
  REQUIRE(home.gpg("--quick-add-key " + fingerprint + " ed25519 sign 30d"));
  const auto signer = make_openpgp_signer(home.exported("signer", "--export-secret-subkeys"), {});
  CHECK(signer->public_keys().at(0).fingerprint == fingerprint);
  CHECK(signer->expires());
  CHECK(home.gpgv(*signer, "data", signer->sign("data", kLongAgo)));
}

TEST_CASE("make_openpgp_signer says what is wrong with a key before any work") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  SUBCASE("no such file") {
    CHECK(failure_of("/nowhere/secret.asc").cause == Cause::Usage);
    CHECK(failure_of(home / "").cause == Cause::Usage);
  }
  SUBCASE("no key in it") {
    write_bytes(home / "text", "-----BEGIN nothing\n");
    CHECK(failure_of(home / "text").cause == Cause::Usage);
    write_bytes(home / "empty", "");
    CHECK(failure_of(home / "empty").cause == Cause::Usage);
  }
  SUBCASE("a public key only") {
    REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign never"));
    const Failure failure = failure_of(home.exported("signer", "--export"));
    CHECK(failure.cause == Cause::Usage);
    CHECK(contains(failure.message, "no OpenPGP secret key"));
  }
  SUBCASE("two secret keys") {
    REQUIRE(home.gpg("--quick-gen-key signer1 ed25519 sign never"));
    REQUIRE(home.gpg("--quick-gen-key signer2 ed25519 sign never"));
    const Failure failure = failure_of(home.exported("signer", "--export-secret-keys"));
    CHECK(failure.cause == Cause::Usage);
    CHECK(contains(failure.message, "several"));
  }
  SUBCASE("an expired key") {
    REQUIRE(
        home.gpg("--faked-system-time 20200101T000000 --quick-gen-key signer ed25519 sign 30d"));
    const Failure failure = failure_of(home.exported("signer", "--export-secret-keys"));
    CHECK(failure.cause == Cause::Output);
    CHECK(contains(failure.message, "expired on 2020-01-31"));
  }
  SUBCASE("a revoked key") {
    REQUIRE(home.gpg("--quick-gen-key signer ed25519 sign never"));
    REQUIRE(home.run("sh -c 'sed -i \"s/^:---/---/\" openpgp-revocs.d/*.rev'"));
    REQUIRE(home.run("sh -c 'gpg --batch --import openpgp-revocs.d/*.rev'"));
    const Failure failure = failure_of(home.exported("signer", "--export-secret-keys"));
    CHECK(failure.cause == Cause::Output);
    CHECK(contains(failure.message, "is revoked"));
  }
  SUBCASE("a key that may not sign") {
    const Failure failure = failure_of(home.secret_key("signer", "ed25519 cert never"));
    CHECK(failure.cause == Cause::Output);
    CHECK(contains(failure.message, "cannot sign"));
  }
}

TEST_CASE("An OpenPGP signer gives the same bytes from several threads") {
  if (!GpgHome::available()) {
    MESSAGE("skipped: no gpg or gpgv");
    return;
  }
  const GpgHome home;
  write_bytes(home / "pass", "secret\n");
  const auto signer =
      make_openpgp_signer(home.secret_key("signer", "ed25519 sign never", "secret"), home / "pass");
  const auto sign_all = [&](std::vector<std::string>& signatures) {
    for (int i = 0; i < 200; ++i) {
      signatures.push_back(signer->sign("data " + std::to_string(i), kLongAgo));
    }
  };
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::thread other(sign_all, std::ref(second));
  sign_all(first);
  other.join();
  std::vector<std::string> alone;
  sign_all(alone);
  CHECK(first == alone);
  CHECK(second == alone);
}
