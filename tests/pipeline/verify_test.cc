// SPDX-License-Identifier: Apache-2.0

#include "pipeline/verify.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using reposbom::Cause;
using reposbom::pipeline::Verification;
using reposbom::pipeline::verify;
using reposbom::tests::damage;
using reposbom::tests::has_programs;
using reposbom::tests::PublishedTree;
using reposbom::tests::quoted;
using reposbom::tests::run_shell;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::TestKeys;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

namespace {

namespace fs = std::filesystem;

const std::string kBash = "bash-5.1.8-9.el9";
const std::string kZlib = "zlib-1.2.11-40.el9";

void fill(PublishedTree& tree) {
  tree.add_set("bash", kBash, {{.nevra = kBash + ".x86_64"}, {.nevra = "bash-doc-5.1.8-9.el9"}});
  tree.add_set("zlib", kZlib, {{.nevra = kZlib + ".x86_64"}});
  tree.publish();
}

PublishedTree::Signers one_signer(std::unique_ptr<reposbom::pipeline::Signer> signer) {
  PublishedTree::Signers signers;
  signers.push_back(std::move(signer));
  return signers;
}

Thrown refusal(const fs::path& target, const std::vector<fs::path>& keys = {}) {
  return thrown_by([&] { verify(target, {.keys = keys}); });
}

void replace_in(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = reposbom::tests::read_bytes(file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_bytes(file, text.replace(at, from.size(), to));
}

// One way to harm a tree, and what must be said of it.
struct Harm {
  const char* what;
  std::function<void(const PublishedTree&)> do_it;
  std::string message;
};

const std::vector<Harm>& harms() {
  static const std::vector<Harm> all = {
      {"a changed byte in a document",
       [](const PublishedTree& tree) { damage(tree.set(kBash) / (kBash + ".x86_64.spdx.json")); },
       kBash + "/" + kBash + ".x86_64.spdx.json: was changed: its SHA-256 is "},
      {"a changed set.json",
       [](const PublishedTree& tree) { damage(tree.set(kZlib) / "set.json"); },
       kZlib + "/set.json: was changed"},
      {"a missing document",
       [](const PublishedTree& tree) { fs::remove(tree.set(kZlib) / (kZlib + ".src.cdx.json")); },
       kZlib + ".src.cdx.json: is missing: SHA256SUMS lists it"},
      {"a document too many",
       [](const PublishedTree& tree) { write_bytes(tree.set(kZlib) / "other.spdx.json", "x"); },
       "other.spdx.json: does not belong here"},
      {"a hidden file",
       [](const PublishedTree& tree) { write_bytes(tree.set(kZlib) / ".hidden", ""); },
       ".hidden: does not belong here"},
      {"a file hidden below a set like a set",
       [](const PublishedTree& tree) { write_bytes(tree.set(kZlib) / "sets/a/b/c/file", "x"); },
       "sets/a/b/c: does not belong here"},
      {"a file too many in the run",
       [](const PublishedTree& tree) { write_bytes(tree.run() / "extra/note.txt", "x"); },
       "extra/note.txt: does not belong here"},
      {"a link in place of a document",
       [](const PublishedTree& tree) {
         const fs::path document = tree.set(kZlib) / (kZlib + ".src.cdx.json");
         fs::rename(document, tree.path() / "elsewhere");
         fs::create_symlink(tree.path() / "elsewhere", document);
       },
       kZlib + ".src.cdx.json: is not a file"},
      {"a link too many",
       [](const PublishedTree& tree) { fs::create_symlink("/etc", tree.set(kZlib) / "etc"); },
       "etc: does not belong here"},
      {"two sets that have changed places",
       [](const PublishedTree& tree) {
         const fs::path aside = tree.path() / "aside";
         fs::rename(tree.set(kBash), aside);
         fs::rename(tree.set(kZlib), tree.set(kBash));
         fs::rename(aside, tree.set(kZlib));
       },
       "sets/b/bash/" + kBash + "/SHA256SUMS: was changed"},
      {"a set that is gone",
       [](const PublishedTree& tree) { fs::remove_all(tree.set(kZlib)); },
       "sets/z/zlib/" + kZlib + "/SHA256SUMS: is missing"},
      {"a set that nobody published",
       [](const PublishedTree& tree) {
         fs::create_directories(tree.run() / "sets/e/evil");
         fs::create_symlink(
             fs::read_symlink(tree.run() / "sets/b/bash" / kBash),
             tree.run() / "sets/e/evil/evil-1-1.el9");
       },
       "sets/e/evil/evil-1-1.el9: does not belong here: SHA256SUMS lists no set of that name"},
      {"a changed index",
       [](const PublishedTree& tree) { damage(tree.run() / "index.json"); },
       "index.json: was changed"},
      {"a changed release document",
       [](const PublishedTree& tree) { damage(tree.run() / "releases/almalinux-9.4.spdx.json"); },
       "releases/almalinux-9.4.spdx.json: was changed"},
      {"no SHA256SUMS in a set",
       [](const PublishedTree& tree) { fs::remove(tree.set(kZlib) / "SHA256SUMS"); },
       kZlib + "/SHA256SUMS: is missing"},
      {"no SHA256SUMS in the run",
       [](const PublishedTree& tree) { fs::remove(tree.run() / "SHA256SUMS"); },
       "20240610T000000Z: there is no SHA256SUMS in it"},
      {"a SHA256SUMS that names a file elsewhere",
       [](const PublishedTree& tree) {
         replace_in(tree.run() / "SHA256SUMS", "  index.json", "  ../index.json");
       },
       "SHA256SUMS:1: not a line of"},
      {"no current",
       [](const PublishedTree& tree) { fs::remove(tree.path() / "current"); },
       "current: is not a link to a run"},
      {"a current that leads away",
       [](const PublishedTree& tree) {
         fs::remove(tree.path() / "current");
         fs::create_symlink("/tmp", tree.path() / "current");
       },
       "current: leads to /tmp, which is no run of this tree"},
      {"a current that leads to the tree itself",
       [](const PublishedTree& tree) {
         fs::remove(tree.path() / "current");
         fs::create_symlink("runs/..", tree.path() / "current");
       },
       "current: leads to runs/.., which is no run of this tree"},
      {"a run that is a link to anything",
       [](const PublishedTree& tree) { fs::create_symlink("/", tree.path() / "runs/everything"); },
       "runs/everything: is a link, and a run is a folder"},
      {"a set that is a link out of the tree",
       [](const PublishedTree& tree) {
         const fs::path link = tree.run() / "sets/z/zlib" / kZlib;
         fs::remove(link);
         fs::create_symlink("/", link);
       },
       kZlib + ": leads to /, which is no set of this tree"},
      {"a set of the store that is a link out of the tree",
       [](const PublishedTree& tree) {
         fs::remove_all(tree.set(kZlib));
         fs::create_symlink("/", tree.set(kZlib));
       },
       kZlib + ": leads to "},
  };
  return all;
}

}  // namespace

TEST_CASE("verify takes an unsigned tree for its digests and says that it is not signed") {
  PublishedTree tree;
  fill(tree);
  const Verification found = verify(tree.path(), {});
  CHECK(found.runs == 1);
  CHECK(found.sets == 2);
  CHECK(found.documents == 11);  // 2 of each of 3 packages and 2 builds, and one of the release.
  CHECK(found.files == 16);      // Those, two set.json, index.json and two SHA256SUMS of sets.
  CHECK(found.signatures == 0);
  CHECK_FALSE(found.is_signed);
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0].find("only digests were compared") != std::string::npos);
}

TEST_CASE("verify finds every kind of harm by digests alone") {
  for (const Harm& harm : harms()) {
    CAPTURE(harm.what);
    PublishedTree tree;
    fill(tree);
    harm.do_it(tree);
    const Thrown thrown = refusal(tree.path());
    CHECK(thrown.cause == Cause::Untrusted);
    CAPTURE(thrown.message);
    CHECK(thrown.says(harm.message));
  }
}

TEST_CASE("verify finds every kind of harm in a signed tree") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  for (const Harm& harm : harms()) {
    CAPTURE(harm.what);
    PublishedTree tree(one_signer(keys->openpgp_signer("first")));
    fill(tree);
    CHECK_NOTHROW(verify(tree.path(), {.keys = {keys->openpgp("first")}}));
    harm.do_it(tree);
    CHECK(refusal(tree.path(), {keys->openpgp("first")}).cause == Cause::Untrusted);
    CHECK(refusal(tree.path()).cause == Cause::Untrusted);
  }
}

TEST_CASE("verify finds harm in an earlier run") {
  PublishedTree tree;
  fill(tree);
  const fs::path first = tree.run();
  tree.publish("20240611T000000Z");
  const Verification found = verify(tree.path(), {});
  CHECK(found.runs == 2);
  CHECK(found.sets == 2);
  damage(first / "index.json");
  CHECK(refusal(tree.path()).says("20240610T000000Z/index.json: was changed"));
  CHECK_NOTHROW(verify(tree.run(), {}));
}

TEST_CASE("verify with a key tells who signed") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  for (const fs::path& target : {tree.path(), tree.path() / "current", tree.run()}) {
    CAPTURE(target.string());
    const Verification found = verify(target, {.keys = {keys->openpgp("first")}});
    CHECK(found.is_signed);
    CHECK(found.signatures == 3);
    CHECK(found.notes.empty());
    const std::string fingerprint = tree.signers()[0]->public_keys()[0].fingerprint;
    CHECK(found.signed_by == std::vector{"OpenPGP key " + fingerprint});
  }
  const Verification set = verify(tree.set(kBash), {.keys = {keys->openpgp("first")}});
  CHECK(set.sets == 1);
  CHECK(set.documents == 6);
  CHECK(set.is_signed);
}

TEST_CASE("verify without a key uses those of the tree and says what that proves") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  for (const fs::path& target :
       {tree.path(), tree.run(), tree.set(kBash), tree.run() / "sets/b/bash" / kBash}) {
    CAPTURE(target.string());
    const Verification found = verify(target, {});
    CHECK(found.is_signed);
    CHECK(found.signed_by.size() == 1);
    REQUIRE(found.notes.size() == 1);
    CHECK(found.notes[0].find("--key") != std::string::npos);
  }
}

TEST_CASE("verify refuses a signature by another key") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  const Thrown thrown = refusal(tree.path(), {keys->openpgp("second")});
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("SHA256SUMS.asc: signed by key"));
  CHECK(thrown.says("not among the given keys"));
  CHECK_NOTHROW(verify(tree.path(), {.keys = {keys->openpgp("second"), keys->openpgp("first")}}));
}

TEST_CASE("verify with a key refuses what is not signed") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree;
  fill(tree);
  const Thrown thrown = refusal(tree.path(), {keys->openpgp("first")});
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("is not signed by a given key: there is no SHA256SUMS.asc"));
}

TEST_CASE("verify refuses a new SHA256SUMS under an old signature") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  // Whoever changes a document and every digest up to the top still lacks the key.
  const fs::path set = tree.set(kBash);
  const std::string document = kBash + ".src.cdx.json";
  const auto digest_of = [](const fs::path& file) {
    return reposbom::metadata::sha256(reposbom::tests::read_bytes(file));
  };
  std::string before = digest_of(set / document);
  const std::string sums_before = digest_of(set / "SHA256SUMS");
  damage(set / document);
  replace_in(set / "SHA256SUMS", before, digest_of(set / document));
  replace_in(tree.run() / "SHA256SUMS", sums_before, digest_of(set / "SHA256SUMS"));
  CHECK(refusal(tree.path()).says("20240610T000000Z/SHA256SUMS.asc: the signature by key"));
  CHECK(refusal(set).says("the data or the signature was changed"));
}

TEST_CASE("verify misses a signature that is gone") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  SUBCASE("of a set") {
    fs::remove(tree.set(kZlib) / "SHA256SUMS.asc");
    CHECK(refusal(tree.path()).says("has 0 of its 1 signatures"));
    CHECK(refusal(tree.path(), {keys->openpgp("first")}).cause == Cause::Untrusted);
  }
  SUBCASE("of the run") {
    fs::remove(tree.run() / "SHA256SUMS.asc");
    CHECK(refusal(tree.path()).says("though each of its sets has one"));
    CHECK(refusal(tree.path(), {keys->openpgp("first")}).says("there is no SHA256SUMS.asc"));
  }
  SUBCASE("whose bytes are gone") {
    write_bytes(tree.run() / "SHA256SUMS.asc", "");
    CHECK(refusal(tree.path()).says("the signature is empty"));
  }
}

TEST_CASE("verify takes certificates as it takes keys") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree::Signers signers = one_signer(keys->openpgp_signer("first"));
  signers.push_back(keys->cms_signer("first"));
  PublishedTree tree(std::move(signers));
  fill(tree);
  const fs::path first = keys->certificate("first");
  const fs::path second = keys->certificate("second");
  const Verification found = verify(tree.path(), {.certificates = {second, first}});
  CHECK(found.is_signed);
  CHECK(found.signatures == 3);
  CHECK(found.signed_by == std::vector<std::string>{"certificate first.crt.pem"});

  const Verification both =
      verify(tree.path(), {.keys = {keys->openpgp("first")}, .certificates = {first}});
  CHECK(both.signatures == 6);
  CHECK(both.signed_by.size() == 2);
  CHECK(verify(tree.path(), {}).signatures == 6);

  const Thrown other = thrown_by([&] { verify(tree.path(), {.certificates = {second}}); });
  CHECK(other.cause == Cause::Untrusted);
  CHECK(other.says("SHA256SUMS.p7s: the signer is not trusted"));
  damage(tree.set(kZlib) / "SHA256SUMS.p7s");
  CHECK(
      thrown_by([&] { verify(tree.path(), {.certificates = {first}}); }).cause == Cause::Untrusted);
}

TEST_CASE(
    "verify takes either of two keys that both signed, and no bad signature beside a good one") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree::Signers signers = one_signer(keys->openpgp_signer("first"));
  signers.push_back(keys->openpgp_signer("second"));
  signers.push_back(keys->cms_signer("first"));
  signers.push_back(keys->cms_signer("second"));
  PublishedTree tree(std::move(signers));
  fill(tree);
  for (const std::string name : {"first", "second"}) {
    const Verification by_key = verify(tree.path(), {.keys = {keys->openpgp(name)}});
    CHECK(by_key.is_signed);
    CHECK(by_key.signatures == 3);
    CHECK(by_key.signed_by.size() == 1);
    const Verification by_certificate =
        verify(tree.path(), {.certificates = {keys->certificate(name)}});
    CHECK(by_certificate.signatures == 3);
    CHECK(by_certificate.signed_by == std::vector{"certificate " + name + ".crt.pem"});
  }
  const Verification all = verify(tree.path(), {});
  CHECK(all.signatures == 12);
  CHECK(all.signed_by.size() == 4);

  SUBCASE("a signature that is missing") {
    fs::remove(tree.set(kZlib) / "SHA256SUMS.2.asc");
    CHECK(refusal(tree.path(), {keys->openpgp("first")}).says("has 3 of its 4 signatures"));
  }
  SUBCASE("a signature over something else, by a known key") {
    const std::string other = tree.signers()[1]->sign("something else", 0);
    write_bytes(tree.set(kZlib) / "SHA256SUMS.2.asc", other);
    CHECK(refusal(tree.path()).says("SHA256SUMS.2.asc: the signature by key"));
    CHECK_NOTHROW(verify(tree.path(), {.keys = {keys->openpgp("first")}}));
    CHECK(refusal(tree.path(), {keys->openpgp("second")}).cause == Cause::Untrusted);
  }
  SUBCASE("a second signature that is none") {
    write_bytes(tree.set(kZlib) / "SHA256SUMS.2.asc", "");
    CHECK(refusal(tree.path(), {keys->openpgp("first")})
              .says("SHA256SUMS.2.asc: the signature is empty"));
  }
}

TEST_CASE("verify takes sets from before the first key, and counts them") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  PublishedTree before;
  before.add_set("zlib", kZlib, {{.nevra = kZlib + ".x86_64"}});
  PublishedTree tree(one_signer(keys->openpgp_signer("first")));
  fill(tree);
  fs::remove_all(tree.set(kZlib));
  fs::copy(before.set(kZlib), tree.set(kZlib));
  tree.publish("20240611T000000Z");
  const Verification found = verify(tree.run(), {});
  CHECK(found.is_signed);
  REQUIRE(found.notes.size() == 2);
  CHECK(found.notes[1] == "1 sets are not signed themselves");
}

TEST_CASE("verify tells a wrong path from a harmed one") {
  const TemporaryFolder folder;
  CHECK(refusal(folder / "nothing").cause == Cause::Usage);
  CHECK(refusal(folder.path()).cause == Cause::Usage);
  write_bytes(folder / "text", "This is no image.\n");
  CHECK(refusal(folder / "text").cause == Cause::Untrusted);
  PublishedTree tree;
  fill(tree);
  const fs::path missing = folder / "missing.asc";
  CHECK(refusal(tree.path(), {missing}).cause == Cause::Usage);
  CHECK(refusal(tree.path(), {folder / "text"}).cause == Cause::Usage);
}

TEST_CASE("verify reads an ISO image in place, and finds every kind of harm in it") {
  if (!has_programs("xorriso")) {
    MESSAGE("skipped: no xorriso");
    return;
  }
  const TemporaryFolder folder;
  const fs::path image = folder / "disk.iso";
  const auto make_image = [&](const PublishedTree& tree) {
    // A run whose links are followed is laid out as a disk is. xorriso 1.5.4 crashes now and then
    // as it starts.
    const auto made = run_shell(
        "for attempt in 1 2 3; do rm -f " + quoted(image) +
        "; xorriso -as mkisofs -quiet -r -J -joliet-long -f -o " + quoted(image) + " " +
        quoted(tree.run()) + " && exit 0; done; exit 1");
    INFO(made.output);
    REQUIRE(made.code == 0);
  };
  PublishedTree whole;
  fill(whole);
  make_image(whole);
  const Verification found = verify(image, {});
  CHECK(found.runs == 0);
  CHECK(found.sets == 2);
  CHECK(found.documents == 11);
  CHECK(found.files == 16);

  for (const Harm& harm : harms()) {
    // What is about links and runs cannot be on a disk.
    const std::string what = harm.what;
    if (what.find("link") != std::string::npos || what.find("current") != std::string::npos ||
        what.find("set that is gone") != std::string::npos) {
      continue;
    }
    CAPTURE(what);
    PublishedTree tree;
    fill(tree);
    harm.do_it(tree);
    make_image(tree);
    const Thrown thrown = refusal(image);
    CAPTURE(thrown.message);
    CHECK(thrown.cause == Cause::Untrusted);
  }
}
