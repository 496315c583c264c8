// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_plan.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/input.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

// What would be made of the repository as it is now.
std::vector<PlannedSet> plan_of(const TinyRun& run, const std::string& only = {}) {
  const OpenedInput opened = open_input(run.settings);
  Report report;
  FileCache files;
  const Catalog catalog = read_input(run.settings, opened, files, report);
  const SetRecipe recipe = make_recipe(run.settings, opened.distribution);
  const bool is_published = !run.current().empty();
  return plan_sets(
      run.tree(),
      catalog,
      recipe,
      only,
      is_published ? published_sets(run.index()) : PublishedSets());
}

// The reason for the first build of the repository.
std::string reason_of_first(const TinyRun& run) {
  const OpenedInput opened = open_input(run.settings);
  Report report;
  FileCache files;
  const Catalog catalog = read_input(run.settings, opened, files, report);
  const SetRecipe recipe = make_recipe(run.settings, opened.distribution);
  const SetInputs inputs = set_inputs(catalog, catalog.builds[0], recipe, recipe.digest());
  return reason_for(run.tree(), catalog.builds[0], inputs, published_sets(run.index()));
}

// Changes what a stored set says of itself, as another program would have written it.
void rewrite(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = read_bytes(file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_bytes(file, text.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("plan_sets wants every build, and knows those that are stored") {
  TinyRun run;
  run.repository.write(two_builds());
  for (const PlannedSet& planned : plan_of(run)) {
    CHECK(planned.is_wanted());
    CHECK(!planned.is_stored);
    CHECK(planned.digest == planned.inputs.digest());
  }
  run.build();
  for (const PlannedSet& planned : plan_of(run))
    CHECK(planned.is_stored);
}

TEST_CASE("plan_sets wants what the glob names and no more") {
  TinyRun run;
  run.repository.write(two_builds());
  for (const std::string glob : {"world", "w*", "world-1.0-1.el9", "world-1.0-1.el9.src"}) {
    CAPTURE(glob);
    const std::vector<PlannedSet> planned = plan_of(run, glob);
    REQUIRE(planned.size() == 2);
    CHECK(!planned[0].is_wanted());
    CHECK(planned[1].is_wanted());
  }
}

TEST_CASE("plan_sets takes the published set that was made again of the same inputs") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const std::string digest = run.index().packages.front().set;
  const std::string redone = redone_digest(digest);
  CHECK(redone != digest);
  fs::create_directories((run.tree() / store_path(redone)).parent_path());
  fs::copy(
      run.tree() / store_path(digest),
      run.tree() / store_path(redone),
      fs::copy_options::recursive);
  rewrite(run.tree() / store_path(redone) / "set.json", digest, redone);
  CHECK(plan_of(run)[0].digest == digest);
  rewrite(run.run() / "index.json", digest, redone);
  rewrite(run.run() / "index.json", digest, redone);
  const PlannedSet planned = plan_of(run)[0];
  CHECK(planned.digest == redone);
  CHECK(planned.is_stored);
}

TEST_CASE("reason_for tells what changed") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  run.repository.write(packages);
  run.build();
  SUBCASE("a new build") {
    packages.insert(packages.begin(), {.name = "another"});
    run.repository.write(packages);
    CHECK(reason_of_first(run) == "new build");
  }
  SUBCASE("packages that came and went") {
    packages[1].name = "hello-info";
    run.repository.write(packages);
    CHECK(
        reason_of_first(run) ==
        "package added: hello-info-1.0-1.el9.noarch; package removed: "
        "hello-doc-1.0-1.el9.noarch");
  }
  SUBCASE("a package that says something else") {
    packages[0].summary = "Another";
    run.repository.write(packages);
    CHECK(reason_of_first(run) == "packages");
  }
  SUBCASE("a License tag") {
    packages[0].license = "BSD";
    run.repository.write(packages);
    CHECK(reason_of_first(run) == "packages; licences");
  }
  SUBCASE("what is needed") {
    packages[2].version = "2.0";
    run.repository.write(packages);
    CHECK(reason_of_first(run) == "dependencies");
  }
  SUBCASE("the configuration") {
    run.settings.creator.name = "Example Inc.";
    CHECK(reason_of_first(run) == "configuration or key");
  }
  SUBCASE("where the packages are published") {
    run.settings.repositories[0].published = "https://example.com/el9/";
    CHECK(reason_of_first(run) == "dependencies; repositories");
  }
  const fs::path stored = run.tree() / store_path(run.index().packages.front().set) / "set.json";
  SUBCASE("the program") {
    rewrite(stored, "\"reposbom-", "\"reposbom-0.0.");
    CHECK(reason_of_first(run).starts_with("made by reposbom-0.0."));
  }
  SUBCASE("a set that is damaged") {
    write_bytes(stored, "damaged");
    CHECK(reason_of_first(run) == "the published set cannot be read");
  }
}
