// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "pipeline/compressed.h"
#include "pipeline/input.h"
#include "pipeline/sealed_folder.h"
#include "tests/support/fake_signer.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::generators::Format;
using reposbom::metadata::Catalog;

namespace {

Catalog read(const TinyRun& run) {
  Report report;
  FileCache files;
  return read_input(run.settings, open_input(run.settings), files, report);
}

Catalog catalog_of(const std::vector<TinyPackage>& packages) {
  TinyRun run;
  run.repository.write(packages);
  return read(run);
}

SetRecipe recipe(std::vector<Format> formats = {Format::SpdxJson, Format::CyclonedxXml}) {
  SetRecipe recipe;
  recipe.creation.distribution.id = "almalinux";
  recipe.creation.distribution.name = "AlmaLinux";
  recipe.creation.distribution.version = "9.4";
  recipe.creation.supplier.name = "AlmaLinux";
  recipe.creation.version = "1.0";
  recipe.formats = std::move(formats);
  return recipe;
}

SetRecipe signed_recipe() {
  SetRecipe made = recipe();
  made.signers.push_back(std::make_unique<FakeSigner>());
  made.signers.push_back(std::make_unique<FakeSigner>("second", ".p7s"));
  return made;
}

// By name.
std::map<std::string, std::string> files_of(const RenderedSet& set) {
  std::map<std::string, std::string> files;
  for (const NamedBytes& file : set.files)
    files[file.name] = file.bytes;
  CHECK(files.size() == set.files.size());
  return files;
}

const std::string kDigest(64, 'a');

}  // namespace

TEST_CASE("render_set gives a folder with every document, its index, its sums and signatures") {
  const Catalog catalog = catalog_of(two_builds());
  const SetRecipe signing = signed_recipe();
  const RenderedSet set = render_set(catalog, catalog.builds[0], signing, {kDigest});
  const auto files = files_of(set);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files)
    names.push_back(name);
  CHECK(
      names == std::vector<std::string>{
                   "SHA256SUMS",
                   "SHA256SUMS.asc",
                   "SHA256SUMS.p7s",
                   "hello-1.0-1.el9.src.cdx.xml",
                   "hello-1.0-1.el9.src.spdx.json",
                   "hello-1.0-1.el9.x86_64.cdx.xml",
                   "hello-1.0-1.el9.x86_64.spdx.json",
                   "hello-doc-1.0-1.el9.noarch.cdx.xml",
                   "hello-doc-1.0-1.el9.noarch.spdx.json",
                   "set.json"});

  const std::string& sums = files.at("SHA256SUMS");
  CHECK(reposbom::metadata::parse_sums(sums, "SHA256SUMS").size() == 7);
  for (const reposbom::metadata::Sum& sum : reposbom::metadata::parse_sums(sums, "SHA256SUMS"))
    CHECK(sum.sha256 == reposbom::metadata::sha256(files.at(sum.name)));
  CHECK(files.at("SHA256SUMS.asc") == FakeSigner().sign(sums, set.summary.time));
  CHECK(files.at("SHA256SUMS.p7s") == FakeSigner("second").sign(sums, set.summary.time));
  CHECK(set.summary.sums_sha256 == reposbom::metadata::sha256(sums));
  CHECK(set.summary.documents == 6);
  CHECK(set.summary.signatures == 2);
  CHECK(set.summary.packages.size() == 2);
}

TEST_CASE("render_set writes the digest of each document beside it, if the recipe says so") {
  const Catalog catalog = catalog_of(two_builds());
  SetRecipe wanted = recipe();
  wanted.sha256_files = true;
  const RenderedSet set = render_set(catalog, catalog.builds[0], wanted, {kDigest});
  const RenderedSet plain = render_set(catalog, catalog.builds[0], recipe(), {kDigest});
  CHECK(set.summary.documents == 6);
  CHECK(set.summary.bytes == plain.summary.bytes);
  auto files = files_of(set);
  CHECK(reposbom::metadata::parse_sums(files.at("SHA256SUMS"), "SHA256SUMS").size() == 2 * 6 + 1);
  for (const auto& [name, bytes] : files_of(plain)) {
    if (!is_document(name)) continue;
    CHECK(files.at(name) == bytes);
    CHECK(files.at(name + ".sha256") == reposbom::metadata::sha256(bytes) + "  " + name + "\n");
    files.erase(name + ".sha256");
  }
  CHECK(files.size() == plain.files.size());
}

TEST_CASE("render_set compresses the documents, and nothing that leads to them") {
  const Catalog catalog = catalog_of(two_builds());
  const RenderedSet plain = render_set(catalog, catalog.builds[0], recipe(), {kDigest});
  const auto plain_files = files_of(plain);
  for (const Compression compression : {Compression::Gzip, Compression::Zstd}) {
    SetRecipe wanted = recipe();
    wanted.compress = compression;
    wanted.sha256_files = true;
    const RenderedSet set = render_set(catalog, catalog.builds[0], wanted, {kDigest});
    const auto files = files_of(set);
    CHECK(files.size() == 2 * 6 + 2);
    std::uint64_t bytes = 0;
    for (const auto& [name, text] : plain_files) {
      if (!is_document(name)) continue;
      const std::string packed = name + std::string(row_of(compression).suffix);
      REQUIRE(files.contains(packed));
      CHECK(unpack(files.at(packed), packed) == text);
      CHECK(files.at(packed).size() < text.size());
      CHECK(
          files.at(packed + ".sha256") ==
          reposbom::metadata::sha256(files.at(packed)) + "  " + packed + "\n");
      bytes += files.at(packed).size();
    }
    CHECK(set.summary.bytes == bytes);
    CHECK(set.summary.documents == 6);
    // What is said of documents elsewhere is said of what they are, not of how they are kept.
    CHECK(set.summary.document.sha1 == plain.summary.document.sha1);
    CHECK(set.summary.document.uuid == plain.summary.document.uuid);
    CHECK(
        set.summary.document.sha1 == reposbom::metadata::digest(
                                         reposbom::metadata::ChecksumType::Sha1,
                                         plain_files.at("hello-1.0-1.el9.src.spdx.json")));
    for (const reposbom::metadata::Sum& sum :
         reposbom::metadata::parse_sums(files.at("SHA256SUMS"), "SHA256SUMS"))
      CHECK(sum.sha256 == reposbom::metadata::sha256(files.at(sum.name)));
    CHECK(files.at("set.json").starts_with("{\n"));
  }
}

TEST_CASE("the documents of a set are the same with one format and with all") {
  const Catalog catalog = catalog_of(two_builds());
  const auto files_in = [&](std::vector<Format> formats) {
    return files_of(render_set(catalog, catalog.builds[0], recipe(std::move(formats)), {kDigest}));
  };
  std::vector<Format> formats;
  for (const reposbom::generators::FormatRow& row : reposbom::generators::formats())
    formats.push_back(row.format);
  const auto all = files_in(formats);
  CHECK(all.size() == 18 + 2);
  for (const Format format : formats) {
    const auto one = files_in({format});
    CHECK(one.size() == 3 + 2);
    for (const auto& [name, bytes] : one) {
      const bool is_document = name != "SHA256SUMS" && name != "set.json";
      if (is_document) CHECK(all.at(name) == bytes);
    }
  }
}

TEST_CASE("a recipe's digest changes with everything that documents or signatures say") {
  const std::string before = signed_recipe().digest();
  CHECK(before == signed_recipe().digest());
  SetRecipe changed = signed_recipe();
  SUBCASE("supplier") {
    changed.creation.supplier.email = "x@example.com";
  }
  SUBCASE("creator") {
    changed.creation.creator.name = "Example";
  }
  SUBCASE("namespace") {
    changed.creation.distribution.documents = "https://example.com";
  }
  SUBCASE("major release") {
    changed.creation.distribution.version = "10.0";
  }
  SUBCASE("purl") {
    changed.creation.distribution.purl.name_space = "centos";
  }
  SUBCASE("formats") {
    changed.formats.pop_back();
  }
  SUBCASE("digests beside documents") {
    changed.sha256_files = true;
  }
  SUBCASE("compression") {
    changed.compress = Compression::Gzip;
    SetRecipe other = signed_recipe();
    other.compress = Compression::Zstd;
    CHECK(changed.digest() != other.digest());
  }
  SUBCASE("no signer") {
    changed.signers.pop_back();
  }
  SUBCASE("another key") {
    changed.signers[0] = std::make_unique<FakeSigner>("other");
  }
  CHECK(before != changed.digest());
}

TEST_CASE("a recipe's digest does not change with the minor release, which no set tells") {
  SetRecipe changed = recipe();
  changed.creation.distribution.version = "9.5";
  CHECK(changed.digest() == recipe().digest());
  const Catalog catalog = catalog_of(two_builds());
  CHECK(
      files_of(render_set(catalog, catalog.builds[0], changed, {kDigest})) ==
      files_of(render_set(catalog, catalog.builds[0], recipe(), {kDigest})));
}

TEST_CASE("first_difference names what is changed or absent") {
  const TemporaryFolder folder;
  const RenderedSet set{.files = {{"a", "one"}, {"b", "two"}}};
  CHECK(first_difference(set, folder / "absent") == "a");
  write_bytes(folder / "a", "one");
  write_bytes(folder / "b", "other");
  CHECK(first_difference(set, folder.path()) == "b");
  write_bytes(folder / "b", "two");
  CHECK(first_difference(set, folder.path()).empty());
}

TEST_CASE("stage_set writes beside the store") {
  const TemporaryFolder tree;
  FailingStorage storage;
  RenderedSet set{.files = {{"a", "one"}, {"b", "two"}}};
  set.summary.digest = kDigest;
  stage_set(set, tree.path(), storage);
  CHECK(first_difference(set, tree / ".staging/sets" / kDigest).empty());
  CHECK(!fs::exists(tree / "store"));
}

TEST_CASE("document_stem tells files of one NEVRA apart") {
  std::vector<TinyPackage> packages = {
      {.name = "hello"}, {.name = "hello", .summary = "Another file"}};
  const Catalog catalog = catalog_of(packages);
  REQUIRE(catalog.builds[0].packages.size() == 2);
  CHECK(document_stem(catalog.builds[0].packages[0]) == "hello-1.0-1.el9.x86_64");
  CHECK(
      document_stem(catalog.builds[0].packages[1]) ==
      "hello-1.0-1.el9.x86_64." + catalog.builds[0].packages[1].checksum.hex.substr(0, 16));
}
