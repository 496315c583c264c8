// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "pipeline/input.h"
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
  const RenderedSet set = render_set(catalog, catalog.builds[0], signing, kDigest);
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
  CHECK(parse_sums(sums, "SHA256SUMS").size() == 7);
  for (const Sum& sum : parse_sums(sums, "SHA256SUMS"))
    CHECK(sum.sha256 == reposbom::metadata::sha256(files.at(sum.name)));
  CHECK(files.at("SHA256SUMS.asc") == FakeSigner().sign(sums, set.summary.time));
  CHECK(files.at("SHA256SUMS.p7s") == FakeSigner("second").sign(sums, set.summary.time));
  CHECK(set.summary.sums_sha256 == reposbom::metadata::sha256(sums));
  CHECK(set.summary.documents == 6);
  CHECK(set.summary.signatures == 2);
  CHECK(set.summary.packages.size() == 2);
}

TEST_CASE("the documents of a set are the same with one format and with all") {
  const Catalog catalog = catalog_of(two_builds());
  const auto files_in = [&](std::vector<Format> formats) {
    return files_of(render_set(catalog, catalog.builds[0], recipe(std::move(formats)), kDigest));
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

TEST_CASE("set_digest changes with every fact of the build, and with nothing else") {
  const std::string of_recipe = recipe().digest();
  const auto digest_of = [&](const std::vector<TinyPackage>& packages) {
    const Catalog catalog = catalog_of(packages);
    return set_digest(catalog, catalog.builds[0], of_recipe);
  };
  const std::string before = digest_of(two_builds());
  CHECK(before == digest_of(two_builds()));

  std::vector<TinyPackage> packages = two_builds();
  SUBCASE("a summary") {
    packages[1].summary = "Another";
  }
  SUBCASE("a licence") {
    packages[0].license = "BSD";
  }
  SUBCASE("a time") {
    packages[0].time += 1;
  }
  SUBCASE("an epoch") {
    packages[0].epoch = 1;
  }
  SUBCASE("a dependency less") {
    packages[0].needs.clear();
  }
  SUBCASE("a dependency that nothing meets") {
    packages[0].needs.push_back("nobody");
  }
  SUBCASE("a package more") {
    packages.push_back({.name = "hello-libs", .source = "hello-1.0-1.el9"});
  }
  SUBCASE("what a dependency is") {
    packages[2].license = "BSD";
  }
  CHECK(before != digest_of(packages));

  const Catalog catalog = catalog_of(two_builds());
  CHECK(before != set_digest(catalog, catalog.builds[0], recipe({Format::SpdxJson}).digest()));
  CHECK(before != set_digest(catalog, catalog.builds[1], of_recipe));
}

TEST_CASE("set_digest does not change with another build") {
  const std::string of_recipe = recipe().digest();
  std::vector<TinyPackage> packages = two_builds();
  const Catalog before = catalog_of(packages);
  packages.push_back({.name = "another"});
  packages.push_back({.name = "world", .version = "2.0", .time = 1'800'000'000});
  const Catalog after = catalog_of(packages);
  REQUIRE(after.builds[1].source.package.name == "hello");
  CHECK(
      set_digest(before, before.builds[0], of_recipe) ==
      set_digest(after, after.builds[1], of_recipe));
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
  SUBCASE("program") {
    changed.creation.version = "1.1";
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
      files_of(render_set(catalog, catalog.builds[0], changed, kDigest)) ==
      files_of(render_set(catalog, catalog.builds[0], recipe(), kDigest)));
}

TEST_CASE("read_set reads of a published set what was known when it was made") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const Catalog catalog = read(run);
  const std::string digest = run.index().packages.front().set;
  const SetSummary summary = read_set(run.tree(), digest);
  const reposbom::metadata::Build& build = catalog.builds[0];
  const SetRecipe same = make_recipe(run.settings, open_input(run.settings).distribution);
  CHECK(digest == set_digest(catalog, build, same.digest()));
  const RenderedSet made = render_set(catalog, build, same, digest);
  CHECK(first_difference(made, run.tree() / store_path(digest)).empty());

  CHECK(summary.digest == made.summary.digest);
  CHECK(summary.build == "hello-1.0-1.el9");
  CHECK(summary.source_name == "hello");
  CHECK(summary.time == made.summary.time);
  CHECK(summary.documents == 6);
  CHECK(summary.signatures == 0);
  CHECK(summary.bytes == made.summary.bytes);
  CHECK(summary.sums_sha256 == made.summary.sums_sha256);
  CHECK(summary.document.id == made.summary.document.id);
  CHECK(summary.document.name_space == made.summary.document.name_space);
  CHECK(summary.document.sha1 == made.summary.document.sha1);
  CHECK(summary.document.uuid == made.summary.document.uuid);
  CHECK(summary.document.root_spdx_id == made.summary.document.root_spdx_id);
  CHECK(summary.document.root_bom_ref == made.summary.document.root_bom_ref);
  CHECK(
      write_index({.packages = summary.packages}) ==
      write_index({.packages = made.summary.packages}));
}

TEST_CASE("read_set refuses the index of another set") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const std::string digest = run.index().packages.front().set;
  fs::create_directories(run.tree() / "store/aa");
  fs::rename(run.tree() / store_path(digest), run.tree() / store_path(kDigest));
  const Thrown thrown = thrown_by([&] { read_set(run.tree(), kDigest); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("is the index of another set"));
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
