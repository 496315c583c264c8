// SPDX-License-Identifier: Apache-2.0

#include "pipeline/companion_disk.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/verify.h"
#include "tests/support/published_tree.h"
#include "tests/support/sample_disk.h"

using reposbom::Cause;
using reposbom::pipeline::DiskSummary;
using reposbom::pipeline::Media;
using reposbom::pipeline::State;
using reposbom::pipeline::Verification;
using reposbom::pipeline::verify;
using reposbom::pipeline::write_disk;
using reposbom::tests::contains;
using reposbom::tests::damage;
using reposbom::tests::fill_sample_tree;
using reposbom::tests::has_programs;
using reposbom::tests::kOldBash;
using reposbom::tests::make_disk;
using reposbom::tests::media_of;
using reposbom::tests::PublishedTree;
using reposbom::tests::quoted;
using reposbom::tests::Ran;
using reposbom::tests::read_bytes;
using reposbom::tests::run_shell;
using reposbom::tests::sample_media;
using reposbom::tests::signers_of;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::TestKeys;
using reposbom::tests::thrown_by;
using reposbom::tests::unpack;
using reposbom::tests::write_bytes;

namespace fs = std::filesystem;

TEST_CASE("write_disk takes each build of the media's source packages and no other") {
  if (!has_programs("bsdtar")) {
    MESSAGE("skipped: no bsdtar");
    return;
  }
  PublishedTree tree;
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const DiskSummary summary = make_disk(tree, folder / "disk.iso");
  CHECK(summary.run == "20240610T000000Z");
  CHECK(summary.volume_id == "SBOM_ALMALINUX_9_4_X86_64_DVD");
  CHECK(summary.packages == 1);
  CHECK(summary.sets == 3);
  CHECK(summary.updates == 2);
  CHECK(summary.documents == 14);
  CHECK(summary.bytes == fs::file_size(folder / "disk.iso"));
  CHECK(
      summary.missing ==
      std::vector<std::string>{
          "strange-1-1.el9.x86_64: the tree does not describe it",
          "zlib-1.2.11-40.el9.x86_64: the tree describes another file of this name"});

  unpack(folder / "disk.iso", folder / "disk");
  const fs::path disk = folder / "disk";
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(disk)) {
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), disk).string());
  }
  std::ranges::sort(names);
  const std::vector<std::string> expected = {
      "LICENSE.txt",
      "README.ja.txt",
      "README.txt",
      "SHA256SUMS",
      "guide/guide.ja.txt",
      "guide/guide.txt",
      "guide/index.html",
      "guide/ja.html",
      "index.json",
      "install.sh",
      "media.txt",
      "missing.txt",
      "releases/AlmaLinux-9-4-x86_64-dvd.cdx.json",
      "releases/AlmaLinux-9-4-x86_64-dvd.spdx.json",
      "sets/b/bash/bash-5.1.8-6.el9/SHA256SUMS",
      "sets/b/bash/bash-5.1.8-6.el9/bash-5.1.8-6.el9.src.cdx.json",
      "sets/b/bash/bash-5.1.8-6.el9/bash-5.1.8-6.el9.src.spdx.json",
      "sets/b/bash/bash-5.1.8-6.el9/bash-5.1.8-6.el9.x86_64.cdx.json",
      "sets/b/bash/bash-5.1.8-6.el9/bash-5.1.8-6.el9.x86_64.spdx.json",
      "sets/b/bash/bash-5.1.8-6.el9/set.json",
      "sets/b/bash/bash-5.1.8-9.el9/SHA256SUMS",
      "sets/b/bash/bash-5.1.8-9.el9/bash-5.1.8-9.el9.src.cdx.json",
      "sets/b/bash/bash-5.1.8-9.el9/bash-5.1.8-9.el9.src.spdx.json",
      "sets/b/bash/bash-5.1.8-9.el9/bash-5.1.8-9.el9.x86_64.cdx.json",
      "sets/b/bash/bash-5.1.8-9.el9/bash-5.1.8-9.el9.x86_64.spdx.json",
      "sets/b/bash/bash-5.1.8-9.el9/set.json",
      "sets/z/zlib/zlib-1.2.11-40.el9/SHA256SUMS",
      "sets/z/zlib/zlib-1.2.11-40.el9/set.json",
      "sets/z/zlib/zlib-1.2.11-40.el9/zlib-1.2.11-40.el9.src.cdx.json",
      "sets/z/zlib/zlib-1.2.11-40.el9/zlib-1.2.11-40.el9.src.spdx.json",
      "sets/z/zlib/zlib-1.2.11-40.el9/zlib-1.2.11-40.el9.x86_64.cdx.json",
      "sets/z/zlib/zlib-1.2.11-40.el9/zlib-1.2.11-40.el9.x86_64.spdx.json",
      "verify.sh"};
  CHECK(names == expected);
  const std::string document = "bash-5.1.8-6.el9.x86_64.spdx.json";
  CHECK(
      read_bytes(disk / (kOldBash + document)) ==
      read_bytes(tree.set("bash-5.1.8-6.el9") / document));
  const auto index = reposbom::pipeline::parse_index(read_bytes(disk / "index.json"), "index");
  REQUIRE(index.packages.size() == 3);
  CHECK(index.packages[0].state == State::Superseded);
  CHECK(index.run == "20240610T000000Z");
  const std::string media = read_bytes(disk / "media.txt");
  CHECK(contains(media, "AlmaLinux-9-4-x86_64-dvd\n"));
  CHECK(contains(media, "2024-05-03T12:00:00Z\n"));
  CHECK(contains(media, "releases/AlmaLinux-9-4-x86_64-dvd.*\n"));
  const std::string about = read_bytes(disk / "releases/AlmaLinux-9-4-x86_64-dvd.spdx.json");
  CHECK(contains(about, "\"mediarepodata: the tree does not describe it\""));
  CHECK(contains(about, "\"mediarepodata: the tree describes another file of this name\""));
  CHECK_FALSE(contains(about, "gzip"));
  CHECK(contains(read_bytes(disk / "missing.txt"), "strange-1-1.el9.x86_64: "));
}

TEST_CASE("write_disk puts a volume id on the image that xorriso reads") {
  if (!has_programs("xorriso")) {
    MESSAGE("skipped: no xorriso");
    return;
  }
  PublishedTree tree;
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const fs::path image = folder / "disk.iso";
  write_disk({.tree = tree.path(), .output = image, .volume_id = "MY_DISK_1"}, sample_media(), {});
  const std::string found =
      run_shell("xorriso -indev " + quoted(image) + " -find / -type f").output;
  CHECK(contains(found, "Volume id    : 'MY_DISK_1'"));
  CHECK(contains(found, "'/" + kOldBash + "bash-5.1.8-6.el9.x86_64.spdx.json'"));
  for (const std::string wrong : {"lower", "MY DISK", "A23456789012345678901234567890123"}) {
    CAPTURE(wrong);
    const auto thrown = thrown_by([&] {
      write_disk({.tree = tree.path(), .output = image, .volume_id = wrong}, sample_media(), {});
    });
    CHECK(thrown.cause == Cause::Usage);
  }
}

TEST_CASE("write_disk writes the same bytes twice") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  make_disk(tree, folder / "one.iso");
  REQUIRE(run_shell("sleep 1.1").code == 0);  // ISO 9660 tells seconds.
  make_disk(tree, folder / "two.iso");
  CHECK(read_bytes(folder / "one.iso") == read_bytes(folder / "two.iso"));
}

TEST_CASE("A disk and its image verify with the key that signed them") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const fs::path image = folder / "disk.iso";
  make_disk(tree, image);
  unpack(image, folder / "disk");
  for (const fs::path& target : {image, folder / "disk"}) {
    CAPTURE(target.string());
    const Verification by_key = verify(target, {.keys = {keys->openpgp("first")}});
    CHECK(by_key.is_signed);
    CHECK(by_key.sets == 3);
    CHECK(by_key.documents == 14);
    CHECK(by_key.signatures == 4);
    CHECK(verify(target, {.certificates = {keys->certificate("first")}}).signatures == 4);
    const Verification by_itself = verify(target, {});
    CHECK(by_itself.is_signed);
    CHECK(by_itself.notes.size() == 1);
    const auto other = thrown_by([&] { verify(target, {.keys = {keys->openpgp("second")}}); });
    CHECK(other.cause == Cause::Untrusted);
  }
  const fs::path set = folder / "disk" / kOldBash;
  CHECK(verify(set, {}).is_signed);
  damage(folder / "disk" / kOldBash / "bash-5.1.8-6.el9.src.cdx.json");
  CHECK(thrown_by([&] { verify(folder / "disk", {}); }).says("src.cdx.json: was changed"));
}

TEST_CASE("write_disk keeps the key of earlier sets beside its own") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree::Signers first;
  first.push_back(keys->openpgp_signer("first"));
  PublishedTree tree(std::move(first));
  fill_sample_tree(tree);
  PublishedTree::Signers second;
  second.push_back(keys->openpgp_signer("second"));
  const TemporaryFolder folder;
  write_disk({.tree = tree.path(), .output = folder / "disk.iso"}, sample_media(), second);
  const Verification found = verify(folder / "disk.iso", {});
  CHECK(found.is_signed);
  CHECK(found.signed_by.size() == 2);
  unpack(folder / "disk.iso", folder / "disk");
  const Ran ran = run_shell("sh " + quoted(folder / "disk/verify.sh"));
  CAPTURE(ran.output);
  CHECK(ran.code == 0);
  CHECK(contains(ran.output, second[0]->public_keys()[0].fingerprint));
}

TEST_CASE("write_disk stops at a tree that was changed, and leaves no image") {
  PublishedTree tree;
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& message) {
    const auto thrown = thrown_by([&] { make_disk(tree, folder / "disk.iso"); });
    CAPTURE(thrown.message);
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says(message));
    CHECK(fs::is_empty(folder.path()));
  };
  SUBCASE("in a document") {
    damage(tree.set("bash-5.1.8-9.el9") / "bash-5.1.8-9.el9.src.cdx.json");
    refused("bash-5.1.8-9.el9.src.cdx.json: was changed");
  }
  SUBCASE("in a set as a whole") {
    const fs::path set = tree.set("bash-5.1.8-9.el9");
    damage(set / "bash-5.1.8-9.el9.src.cdx.json");
    fs::remove(set / "SHA256SUMS");
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(set))
      names.push_back(entry.path().filename().string());
    tree.seal(set, names);
    refused("is not the set that SHA256SUMS of the run lists");
  }
  SUBCASE("in the index") {
    damage(tree.run() / "index.json");
    refused("index.json: was changed");
  }
  SUBCASE("in a set that the disk does not need") {
    damage(tree.set("gzip-1.12-1.el9") / "set.json");
    CHECK_NOTHROW(make_disk(tree, folder / "disk.iso"));
  }
}

TEST_CASE("write_disk refuses a run whose signature is wrong") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  damage(tree.run() / "SHA256SUMS");
  CHECK(thrown_by([&] {
          make_disk(tree, folder / "disk.iso");
        }).says("SHA256SUMS.asc: the signature"));
}

TEST_CASE("write_disk refuses a media and a tree that have nothing in common") {
  PublishedTree tree;
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  const Media media = media_of({{"other-1-1.el9.x86_64", "", "other-1-1.el9.src.rpm"}});
  const auto thrown = thrown_by(
      [&] { write_disk({.tree = tree.path(), .output = folder / "disk.iso"}, media, {}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("describes none of the 1 packages"));
  const auto no_run = thrown_by(
      [&] { write_disk({.tree = folder.path(), .output = folder / "disk.iso"}, media, {}); });
  CHECK(no_run.cause == Cause::Usage);
  CHECK(no_run.says("has no published run"));
}

TEST_CASE("write_disk serves a machine whose media is older than every set") {
  PublishedTree tree;
  tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}});
  tree.add_set("zlib", "zlib-1.2.11-40.el9", {{.nevra = "zlib-1.2.11-40.el9.x86_64"}});
  tree.publish("20240610T000000Z-2");
  const Media media = media_of(
      {{"bash-5.1.8-1.el9.x86_64", "", "bash-5.1.8-1.el9.src.rpm"},
       {"zlib-1.2.11-40.el9.x86_64", "", "zlib-1.2.11-40.el9.src.rpm"}});
  const TemporaryFolder folder;
  const DiskSummary summary =
      write_disk({.tree = tree.path(), .output = folder / "disk.iso"}, media, {});
  CHECK(summary.sets == 2);
  CHECK(summary.updates == 1);
  CHECK(summary.missing.size() == 1);
}

TEST_CASE("write_disk takes the client's repository along, sealed like everything else") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr || !has_programs("bsdtar")) return;
  PublishedTree tree(signers_of(*keys));
  fill_sample_tree(tree);
  const TemporaryFolder folder;
  fs::create_directories(folder / "client/repodata");
  write_bytes(folder / "client/repodata/repomd.xml", "<repomd/>");
  write_bytes(folder / "client/sbomget-0.2.0-1.x86_64.rpm", "the client");
  const DiskSummary summary = write_disk(
      {.tree = tree.path(),
       .output = folder / "disk.iso",
       .client = folder / "client",
       .url = "https://sbom.example.com/9"},
      sample_media(),
      tree.signers());
  CHECK(summary.client == std::vector<std::string>{"sbomget-0.2.0-1.x86_64.rpm"});
  unpack(folder / "disk.iso", folder / "disk");
  const fs::path disk = folder / "disk";
  CHECK(read_bytes(disk / "client/sbomget-0.2.0-1.x86_64.rpm") == "the client");
  CHECK(read_bytes(disk / "sources.txt") == "https://sbom.example.com/9\n");
  CHECK(contains(read_bytes(disk / "media.txt"), "client                sbomget-0.2.0-1.x86_64."));
  const std::string sums = read_bytes(disk / "SHA256SUMS");
  for (const std::string path :
       {"client/repodata/repomd.xml",
        "client/sbomget-0.2.0-1.x86_64.rpm",
        "sources.txt",
        "install.sh",
        "LICENSE.txt",
        "guide/index.html"}) {
    CAPTURE(path);
    CHECK(contains(sums, "  " + path + "\n"));
  }
  CHECK(run_shell("sh " + quoted(disk / "verify.sh")).code == 0);
  CHECK_NOTHROW(verify(disk, {}));
  write_bytes(disk / "client/sbomget-0.2.0-1.x86_64.rpm", "another");
  CHECK(run_shell("sh " + quoted(disk / "verify.sh")).code == 3);

  fs::remove(folder / "client/repodata/repomd.xml");
  fs::remove(folder / "disk.iso");
  const auto thrown = thrown_by([&] {
    write_disk(
        {.tree = tree.path(), .output = folder / "disk.iso", .client = folder / "client"},
        sample_media(),
        tree.signers());
  });
  CHECK(thrown.cause == Cause::Usage);
  CHECK_FALSE(fs::exists(folder / "disk.iso"));
}
