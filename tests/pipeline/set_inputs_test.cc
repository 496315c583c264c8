// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_inputs.h"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/input.h"
#include "tests/support/fake_signer.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;
using reposbom::metadata::Catalog;

namespace {

Catalog catalog_of(const std::vector<TinyPackage>& packages) {
  TinyRun run;
  run.repository.write(packages);
  Report report;
  FileCache files;
  return read_input(run.settings, open_input(run.settings), files, report);
}

SetRecipe recipe(const std::string& version = "1.0") {
  SetRecipe recipe;
  recipe.creation.distribution.id = "almalinux";
  recipe.creation.version = version;
  recipe.formats = {Format::SpdxJson};
  return recipe;
}

SetInputs inputs_of(const Catalog& catalog, std::size_t build, const SetRecipe& recipe) {
  return set_inputs(catalog, catalog.builds[build], recipe, recipe.digest());
}

std::string digest_of(const std::vector<TinyPackage>& packages) {
  return inputs_of(catalog_of(packages), 0, recipe()).digest();
}

// The reasons for what differs.
std::vector<std::string> differing_parts(const SetInputs& one, const SetInputs& other) {
  std::vector<std::string> reasons;
  for (const SetInputRow& row : kSetInputRows) {
    if (one.*row.part != other.*row.part) reasons.emplace_back(row.reason);
  }
  return reasons;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the digest of SetInputs changes with every fact of the build, and with nothing else") {
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
  CHECK(before != inputs_of(catalog, 1, recipe()).digest());
  CHECK(before != inputs_of(catalog, 0, recipe("1.1")).digest());
  SetRecipe other = recipe();
  other.formats.push_back(Format::CyclonedxXml);
  CHECK(before != inputs_of(catalog, 0, other).digest());
}

TEST_CASE("the digest of SetInputs does not change with another build") {
  std::vector<TinyPackage> packages = two_builds();
  const Catalog before = catalog_of(packages);
  packages.push_back({.name = "another"});
  packages.push_back({.name = "world", .version = "2.0", .time = 1'800'000'000});
  const Catalog after = catalog_of(packages);
  REQUIRE(after.builds[1].source.package.name == "hello");
  CHECK(inputs_of(before, 0, recipe()).digest() == inputs_of(after, 1, recipe()).digest());
}

TEST_CASE("SetInputs tell which part has changed") {
  const auto inputs = [](const std::vector<TinyPackage>& packages) {
    return inputs_of(catalog_of(packages), 0, recipe());
  };
  const SetInputs before = inputs(two_builds());
  CHECK(differing_parts(before, inputs(two_builds())).empty());
  std::vector<TinyPackage> packages = two_builds();
  SUBCASE("the text of a package") {
    packages[0].summary = "Another";
    CHECK(differing_parts(before, inputs(packages)) == Words{"packages"});
  }
  SUBCASE("what a dependency is") {
    packages[2].version = "2.0";
    CHECK(differing_parts(before, inputs(packages)) == Words{"dependencies"});
  }
  SUBCASE("the configuration") {
    SetRecipe other = recipe();
    other.creation.creator.name = "Example Inc.";
    const Catalog catalog = catalog_of(packages);
    CHECK(differing_parts(before, inputs_of(catalog, 0, other)) == Words{"configuration or key"});
  }
  SUBCASE("the key") {
    SetRecipe other = recipe();
    other.signers.push_back(std::make_unique<FakeSigner>());
    const Catalog catalog = catalog_of(packages);
    CHECK(differing_parts(before, inputs_of(catalog, 0, other)) == Words{"configuration or key"});
  }
  SUBCASE("the program") {
    const SetInputs after = inputs_of(catalog_of(packages), 0, recipe("1.1"));
    CHECK(differing_parts(before, after).empty());
    CHECK(after.made_by == "reposbom-1.1");
  }
}
