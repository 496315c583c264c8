// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "pipeline/verify.h"
#include "tests/support/published_tree.h"
#include "tests/support/sample_disk.h"

using reposbom::pipeline::DiskSummary;
using reposbom::tests::contains;
using reposbom::tests::damage;
using reposbom::tests::fill_sample_tree;
using reposbom::tests::has_programs;
using reposbom::tests::kOldBash;
using reposbom::tests::make_disk;
using reposbom::tests::PublishedTree;
using reposbom::tests::quoted;
using reposbom::tests::Ran;
using reposbom::tests::run_shell;
using reposbom::tests::signers_of;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::TestKeys;
using reposbom::tests::unpack;
using reposbom::tests::write_bytes;

namespace fs = std::filesystem;

TEST_CASE("verify.sh passes on a whole disk, by its own keys or by others") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  make_disk(tree, folder / "disk.iso");
  unpack(folder / "disk.iso", folder / "disk");
  const auto script = [&](const std::string& shell, const std::string& arguments) {
    return run_shell(
        "cd " + quoted(folder.path()) + " && " + shell + " disk/verify.sh " + arguments);
  };
  const std::string fingerprint = tree.signers()[0]->public_keys()[0].fingerprint;
  for (const std::string shell : {"sh", "bash", "dash", "ksh", "mksh", "busybox sh"}) {
    if (!has_programs(shell.substr(0, shell.find(' ')))) continue;
    CAPTURE(shell);
    const Ran alone = script(shell, "");
    CAPTURE(alone.output);
    CHECK(alone.code == 0);
    CHECK(contains(alone.output, "OK: SHA256SUMS is signed by OpenPGP key " + fingerprint));
    CHECK(contains(alone.output, "OK: SHA256SUMS is signed by certificate "));
    CHECK(contains(alone.output, "WARNING: the key is the one on this disk"));
    CHECK(contains(alone.output, "OK: 15 files in 3 sets are unchanged"));

    const Ran by_key = script(shell, quoted(keys->openpgp("first")));
    CAPTURE(by_key.output);
    CHECK(by_key.code == 0);
    CHECK(contains(by_key.output, "by OpenPGP key " + fingerprint));
    CHECK_FALSE(contains(by_key.output, "WARNING"));
    CHECK(script(shell, "disk/keys/reposbom.gpg").code == 0);
    CHECK(script(shell, quoted(keys->certificate("first"))).code == 0);

    CHECK(script(shell, quoted(keys->openpgp("second"))).code == 3);
    CHECK(script(shell, quoted(keys->certificate("second"))).code == 3);
    CHECK(script(shell, "missing.asc").code == 1);
    CHECK(script(shell, "--wrong").code == 1);
    CHECK(script(shell, "--help").code == 0);
  }
}

TEST_CASE("verify.sh fails on every kind of harm") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  make_disk(tree, folder / "disk.iso");
  const fs::path disk = folder / "disk";
  unpack(folder / "disk.iso", disk);
  std::string said;
  SUBCASE("a changed document") {
    damage(disk / kOldBash / "bash-5.1.8-6.el9.x86_64.spdx.json");
    said = kOldBash + "bash-5.1.8-6.el9.x86_64.spdx.json: FAILED";
  }
  SUBCASE("a missing document") {
    fs::remove(disk / kOldBash / "bash-5.1.8-6.el9.x86_64.spdx.json");
    said = "bash-5.1.8-6.el9.x86_64.spdx.json: FAILED open or read";
  }
  SUBCASE("a document too many") {
    write_bytes(disk / kOldBash / "more.spdx.json", "x");
    said = kOldBash + "more.spdx.json\nFAILED: ";
  }
  SUBCASE("a set too many") {
    fs::copy(disk / kOldBash, disk / "sets/b/bash/bash-6-1.el9", fs::copy_options::recursive);
    said = "./sets/b/bash/bash-6-1.el9\n";
  }
  SUBCASE("a file between the sets") {
    write_bytes(disk / "sets/b/note", "x");
    said = "sets/b/note\n";
  }
  SUBCASE("a file too many") {
    write_bytes(disk / "keys/.hidden.gpg", "x");
    said = "keys/.hidden.gpg\nFAILED: ";
  }
  SUBCASE("a changed document of the media") {
    damage(disk / "releases/AlmaLinux-9-4-x86_64-dvd.spdx.json");
    said = "releases/AlmaLinux-9-4-x86_64-dvd.spdx.json: FAILED";
  }
  SUBCASE("a document of media too many") {
    write_bytes(disk / "releases/more.spdx.json", "x");
    said = "releases/more.spdx.json\nFAILED: ";
  }
  SUBCASE("a changed text") {
    damage(disk / "README.txt");
    said = "README.txt: FAILED";
  }
  SUBCASE("a changed SHA256SUMS of a set") {
    damage(disk / kOldBash / "SHA256SUMS");
    said = kOldBash + "SHA256SUMS: FAILED";
  }
  SUBCASE("a changed SHA256SUMS") {
    damage(disk / "SHA256SUMS");
    said = "FAILED: SHA256SUMS.asc is not a good signature";
  }
  SUBCASE("no SHA256SUMS") {
    fs::remove(disk / "SHA256SUMS");
    said = "FAILED: there is no SHA256SUMS on this disk";
  }
  SUBCASE("a key that was exchanged") {
    fs::copy_file(
        keys->openpgp("second"), disk / "keys/reposbom.gpg", fs::copy_options::overwrite_existing);
    said = "FAILED: SHA256SUMS.asc is not a good signature";
  }
  const Ran ran = run_shell("sh " + quoted(disk / "verify.sh"));
  CAPTURE(ran.output);
  CHECK(ran.code == 3);
  CHECK(contains(ran.output, said));
}

TEST_CASE("verify.sh takes either of two keys that both signed, and no bad signature") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree::Signers signers = signers_of(*keys);
  signers.push_back(keys->openpgp_signer("second"));
  signers.push_back(keys->cms_signer("second"));
  PublishedTree tree(std::move(signers));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  make_disk(tree, folder / "disk.iso");
  const fs::path disk = folder / "disk";
  unpack(folder / "disk.iso", disk);
  const auto script = [&](const fs::path& key) {
    const std::string argument = key.empty() ? "" : " " + quoted(key);
    return run_shell("sh " + quoted(disk / "verify.sh") + argument);
  };
  for (const std::string name : {"first", "second"}) {
    for (const fs::path& key : {keys->openpgp(name), keys->certificate(name)}) {
      const Ran ran = script(key);
      CAPTURE(ran.output);
      CHECK(ran.code == 0);
    }
  }
  const Ran own = script({});
  CAPTURE(own.output);
  CHECK(own.code == 0);
  for (const std::size_t signer : {0, 2}) {
    const std::string fingerprint = tree.signers()[signer]->public_keys()[0].fingerprint;
    CHECK(contains(own.output, "OK: SHA256SUMS is signed by OpenPGP key " + fingerprint));
  }
  CHECK(reposbom::pipeline::verify(folder / "disk.iso", {.keys = {keys->openpgp("second")}})
            .is_signed);

  SUBCASE("a second signature over something else") {
    write_bytes(disk / "SHA256SUMS.2.asc", tree.signers()[2]->sign("something else", 0));
    const Ran bad = script({});
    CAPTURE(bad.output);
    CHECK(bad.code == 3);
    CHECK(contains(bad.output, "FAILED: SHA256SUMS.2.asc is not a good signature"));
  }
  SUBCASE("what looks like a signature where nothing is signed") {
    write_bytes(disk / "keys/SHA256SUMS.2.asc", "x");
    const Ran bad = script({});
    CAPTURE(bad.output);
    CHECK(bad.code == 3);
  }
}

TEST_CASE("verify.sh misses a signature only if it was told to look for one") {
  if (!has_programs("bsdtar")) return;
  PublishedTree tree;
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const DiskSummary summary = make_disk(tree, folder / "disk.iso");
  REQUIRE(summary.notes.size() == 1);
  CHECK(contains(summary.notes[0], "not signed"));
  unpack(folder / "disk.iso", folder / "disk");
  const std::string script = "sh " + quoted(folder / "disk/verify.sh");
  const Ran ran = run_shell(script);
  CHECK(ran.code == 0);
  CHECK(contains(ran.output, "WARNING: this disk is not signed"));
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  CHECK(run_shell(script + " " + quoted(keys->openpgp("first"))).code == 3);
  CHECK(run_shell(script + " " + quoted(keys->certificate("first"))).code == 3);
}

TEST_CASE("verify.sh is not deceived by a name with the end of a line in it") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  make_disk(tree, folder / "disk.iso");
  unpack(folder / "disk.iso", folder / "disk");
  // Listed one below the other, the second looks like the first once more.
  write_bytes(folder / "disk/keys/evil.asc", "a key");
  write_bytes(folder / "disk/keys/evil.asc\n", "");
  const Ran ran = run_shell("cd " + quoted(folder.path()) + " && sh disk/verify.sh");
  CAPTURE(ran.output);
  CHECK(ran.code == 3);
  CHECK(contains(ran.output, "evil.asc"));
}
