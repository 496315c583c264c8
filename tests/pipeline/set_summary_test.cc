// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_summary.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/input.h"
#include "pipeline/stages.h"
#include "tests/support/samples.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::metadata::Catalog;

namespace {

const std::string kDigest(64, 'a');

}  // namespace

TEST_CASE("read_set reads of a published set what was known when it was made") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  Report report;
  FileCache files;
  const Catalog catalog = read_input(run.settings, open_input(run.settings), files, report);
  const std::string digest = run.index().packages.front().set;
  const SetSummary summary = read_set(run.tree(), digest);
  const reposbom::metadata::Build& build = catalog.builds[0];
  const SetRecipe same = make_recipe(run.settings, open_input(run.settings).distribution);
  const SetInputs inputs = set_inputs(catalog, build, same, same.digest());
  CHECK(digest == inputs.digest());
  const RenderedSet made = render_set(catalog, build, same, {digest, inputs});
  CHECK(first_difference(made, run.tree() / store_path(digest)).empty());

  CHECK(summary.digest == made.summary.digest);
  CHECK(summary.inputs.digest() == digest);
  CHECK(summary.inputs.made_by == "reposbom-0.3");
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

TEST_CASE(
    "read_package_facts reads what set.json tells of licences, bundled parts and advisories") {
  const TemporaryFolder folder;
  SetSummary summary;
  summary.packages = {{.nevra = "a-1-1.noarch", .pkgid = "p"}, {.nevra = "b-1-1.noarch"}};
  const std::vector<PackageFacts> facts = {
      {.license = "MIT", .bundled = {"pkg:npm/x@1"}, .advisories = {"A-1", "A-2"}},
      {.license = "NOASSERTION"}};
  write_bytes(folder / "set.json", write_set_json(summary, facts));
  const std::vector<PackageFacts> read = read_package_facts(folder.path());
  REQUIRE(read.size() == 2);
  CHECK(read[0].nevra == "a-1-1.noarch");
  CHECK(read[0].pkgid == "p");
  CHECK(read[0].license == "MIT");
  CHECK(read[0].bundled == std::vector<std::string>{"pkg:npm/x@1"});
  CHECK(read[0].advisories == std::vector<std::string>{"A-1", "A-2"});
  CHECK(read[1].license == "NOASSERTION");
  CHECK(read[1].bundled.empty());
}

TEST_CASE("package_facts names the bundled parts once, and the advisories") {
  const Catalog catalog = sample_catalog();
  std::size_t bundled = 0;
  std::size_t advisories = 0;
  for (const auto& build : catalog.builds) {
    for (const auto& package : build.packages) {
      const PackageFacts facts = package_facts(catalog, package);
      CHECK(facts.license == catalog.license(package).expression);
      CHECK(facts.advisories.size() == package.advisories.size());
      bundled += facts.bundled.size();
      advisories += facts.advisories.size();
    }
  }
  CHECK(bundled > 0);
  CHECK(advisories > 0);
}
