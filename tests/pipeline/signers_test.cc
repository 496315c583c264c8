// SPDX-License-Identifier: Apache-2.0
#include "pipeline/signers.h"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/fake_signer.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using reposbom::Cause;
using reposbom::tests::FakeSigner;
using reposbom::tests::quoted;
using reposbom::tests::run_shell;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::TestKeys;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kEnd = 1800000000;  // 2027-01-15

}  // namespace

TEST_CASE(
    "signature_names gives each signer a file of its own, the first of a kind the usual one") {
  Signers signers;
  signers.push_back(std::make_unique<FakeSigner>("old"));
  signers.push_back(std::make_unique<FakeSigner>("new"));
  signers.push_back(std::make_unique<FakeSigner>("x509", ".p7s"));
  CHECK(
      signature_names(signers) ==
      std::vector<std::string>{"SHA256SUMS.asc", "SHA256SUMS.2.asc", "SHA256SUMS.p7s"});
}

TEST_CASE("either of two keys alone verifies what both have signed, with gpgv") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  Signers signers;
  signers.push_back(keys->openpgp_signer("first"));
  signers.push_back(keys->openpgp_signer("second"));
  const TemporaryFolder folder;
  write_bytes(folder / "SHA256SUMS", "text");
  const std::vector<std::string> names = signature_names(signers);
  for (std::size_t i = 0; i != names.size(); ++i)
    write_bytes(folder / names[i], signers[i]->sign("text", 0));
  for (std::size_t i = 0; i != names.size(); ++i)
    write_bytes(folder / std::to_string(i), signers[i]->public_keys().at(1).bytes);
  for (const PublicKeyFile& key : public_key_files(signers))
    write_bytes(folder / key.name, key.bytes);
  const auto gpgv = [&](const std::string& ring, const std::string& signature) {
    return run_shell(
               "cd " + quoted(folder.path()) + " && gpgv --keyring ./" + ring + " " + signature +
               " SHA256SUMS")
        .code;
  };
  CHECK(gpgv("0", "SHA256SUMS.asc") == 0);
  CHECK(gpgv("1", "SHA256SUMS.2.asc") == 0);
  CHECK(gpgv("1", "SHA256SUMS.asc") == 2);
  CHECK(gpgv("reposbom.gpg", "SHA256SUMS.asc") == 0);
  CHECK(gpgv("reposbom.gpg", "SHA256SUMS.2.asc") == 0);
}

TEST_CASE("make_signers refuses one key twice") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  const reposbom::tests::fs::path key = keys->openpgp("first").parent_path() / "first.secret.asc";
  const Thrown thrown = thrown_by([&] { make_signers({.openpgp = {{.key = key}, {.key = key}}}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("signing: names one key twice: Ed25519 key"));
  const reposbom::tests::fs::path other = key.parent_path() / "second.secret.asc";
  CHECK(make_signers({.openpgp = {{.key = key}, {.key = other}}}).size() == 2);
}

TEST_CASE("remarks_on_expiry warns from 30 days before the end on") {
  const std::vector<SigningKey> keys = {
      {.fingerprint = "AB", .expires = kEnd}, {.fingerprint = "CD"}};
  CHECK(remarks_on_expiry(keys, kEnd - 30 * kDay - 1).empty());
  for (const std::int64_t time : {kEnd - 30 * kDay, kEnd - 1, kEnd + kDay}) {
    const auto remarks = remarks_on_expiry(keys, time);
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0].subject == "signing key AB");
    CHECK(remarks[0].message.starts_with("expires on 2027-01-15; "));
  }
}

TEST_CASE("signing_keys tells of each signer what its key files tell") {
  Signers signers;
  signers.push_back(std::make_unique<FakeSigner>("old"));
  const std::vector<SigningKey> keys = signing_keys(signers);
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].fingerprint == reposbom::metadata::sha256("old"));
  CHECK(keys[0].description == "Test key old");
  CHECK_FALSE(keys[0].expires);
}
