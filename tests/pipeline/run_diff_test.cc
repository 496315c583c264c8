// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_diff.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/json_reader.h"
#include "pipeline/set_summary.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::JsonObject;

namespace {

using Names = std::vector<std::string>;

// A package of one run, in a set of its own.
struct Told {
  std::string nevra = {};
  std::string uuid = "u1";
  std::string license = "MIT";
  Names bundled = {};
  Names advisories = {};
  State state = State::Current;
};

// The index of a run, and the set.json files that it names.
class SampleRun {
 public:
  SampleRun(const fs::path& tree, const std::string& run, const std::vector<Told>& packages)
      : tree_(tree) {
    index_.run = run;
    for (const Told& told : packages)
      add(told);
  }

  ComparedRun compared() const { return {tree_, index_}; }

 private:
  void add(const Told& told) {
    const std::string set = reposbom::metadata::sha256(told.nevra + told.uuid);
    const IndexEntry entry{
        .nevra = told.nevra,
        .pkgid = "file of " + told.nevra,
        .build = told.nevra,
        .set = set,
        .uuid = told.uuid,
        .state = told.state};
    index_.packages.push_back(entry);
    SetSummary summary;
    summary.packages = {entry};
    const fs::path folder = tree_ / store_path(set);
    write_bytes(
        folder / "set.json",
        write_set_json(
            summary,
            {{.license = told.license, .bundled = told.bundled, .advisories = told.advisories}}));
    write_bytes(folder / "SHA256SUMS", "");
  }

  fs::path tree_;
  Index index_ = {};
};

RunDiff diff_of(const std::vector<Told>& before, const std::vector<Told>& after) {
  const TemporaryFolder folder;
  const SampleRun old(folder / "old", "first", before);
  const SampleRun now(folder / "new", "second", after);
  return compare_runs(old.compared(), now.compared());
}

Names steps(const RunDiff& diff) {
  Names steps;
  for (const PackageStep& step : diff.updated)
    steps.push_back(step.from + " " + step.to);
  return steps;
}

}  // namespace

TEST_CASE("compare_runs tells packages that came, went and were updated") {
  const RunDiff diff = diff_of(
      {{.nevra = "bash-5-1.x86_64"}, {.nevra = "gone-1-1.noarch"}, {.nevra = "same-1-1.noarch"}},
      {{.nevra = "bash-6-1.x86_64"}, {.nevra = "new-1-1.noarch"}, {.nevra = "same-1-1.noarch"}});
  CHECK(diff.from == "first");
  CHECK(diff.to == "second");
  CHECK(diff.added == Names{"new-1-1.noarch"});
  CHECK(diff.removed == Names{"gone-1-1.noarch"});
  CHECK(steps(diff) == Names{"bash-5-1.x86_64 bash-6-1.x86_64"});
  CHECK(diff.changed.empty());
}

TEST_CASE("a package is updated from the newest version, by rpm's order, that stays or not") {
  const RunDiff diff = diff_of(
      {{.nevra = "bash-1:1-1.x86_64"}, {.nevra = "bash-9-1.x86_64"}, {.nevra = "bash-10-1.x86_64"}},
      {{.nevra = "bash-1:1-1.x86_64"}, {.nevra = "bash-1:2-1.x86_64"}, {.nevra = "bash-5-1.i686"}});
  CHECK(steps(diff) == Names{"bash-1:1-1.x86_64 bash-1:2-1.x86_64"});
  CHECK(diff.added == Names{"bash-5-1.i686"});
  CHECK(diff.removed == Names{"bash-10-1.x86_64", "bash-9-1.x86_64"});
}

TEST_CASE("what is not current is not there") {
  const RunDiff diff = diff_of(
      {{.nevra = "a-1-1.noarch", .state = State::Withdrawn}, {.nevra = "b-1-1.noarch"}},
      {{.nevra = "a-1-1.noarch"}, {.nevra = "b-1-1.noarch", .state = State::Superseded}});
  CHECK(diff.added == Names{"a-1-1.noarch"});
  CHECK(diff.removed == Names{"b-1-1.noarch"});
}

TEST_CASE("compare_runs looks into what was updated or described anew") {
  const RunDiff diff = diff_of(
      {{.nevra = "a-1-1.noarch", .bundled = {"pkg:npm/x@1", "pkg:npm/y@1"}, .advisories = {"A1"}},
       {.nevra = "b-1-1.noarch"},
       {.nevra = "c-1-1.noarch", .license = "BSD-2-Clause"}},
      {{.nevra = "a-2-1.noarch",
        .license = "Apache-2.0",
        .bundled = {"pkg:npm/x@2", "pkg:npm/y@1"},
        .advisories = {"A1", "A2"}},
       {.nevra = "b-1-1.noarch", .uuid = "u2", .advisories = {"B1"}},
       {.nevra = "c-1-1.noarch", .license = "MIT"}});
  CHECK(diff.changed == Names{"b-1-1.noarch"});
  REQUIRE(diff.licenses.size() == 1);  // c has the same document: nobody looks into it.
  CHECK(diff.licenses[0].package == "a-2-1.noarch");
  CHECK(diff.licenses[0].from == "MIT");
  CHECK(diff.licenses[0].to == "Apache-2.0");
  REQUIRE(diff.bundled.size() == 1);
  CHECK(diff.bundled[0].added == Names{"pkg:npm/x@2"});
  CHECK(diff.bundled[0].removed == Names{"pkg:npm/x@1"});
  REQUIRE(diff.advisories.size() == 2);
  CHECK(diff.advisories[0].package == "a-2-1.noarch");
  CHECK(diff.advisories[0].added == Names{"A2"});
  CHECK(diff.advisories[1].package == "b-1-1.noarch");
}

TEST_CASE("compare_runs of a first run adds everything and reads nothing") {
  const TemporaryFolder folder;
  const SampleRun now(folder / "new", "second", {{.nevra = "a-1-1.noarch"}});
  fs::remove_all(folder / "new/store");
  const Index none;
  const RunDiff diff = compare_runs({folder / "nowhere", none}, now.compared());
  CHECK(diff.added == Names{"a-1-1.noarch"});
  CHECK(diff.from.empty());
}

TEST_CASE("diff.json of a run says what compare_runs says") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  run.repository.write(packages);
  run.build();
  packages[2].version = "2.0";
  packages[2].license = "BSD";
  packages[1].name = "hello-info";
  run.repository.write(packages, 1'710'000'100);
  run.build();
  const Index before =
      parse_index(read_bytes(run.tree() / "runs/20240309T160000Z/index.json"), "index.json");
  const Index after = run.index();
  const std::string json = read_bytes(run.run() / "diff.json");
  CHECK(json == write_diff_json(compare_runs({run.tree(), before}, {run.tree(), after})));
  reposbom::generators::read_json(json, "diff.json", [](const JsonObject& diff) {
    CHECK(diff.text("from") == "20240309T160000Z");
    CHECK(diff.text("to") == "20240309T160140Z");
    CHECK(diff.texts("added") == Names{"hello-info-1.0-1.el9.noarch"});
    CHECK(diff.texts("removed") == Names{"hello-doc-1.0-1.el9.noarch"});
    CHECK(diff.texts("changed") == Names{"hello-1.0-1.el9.x86_64"});
    std::size_t licenses = 0;
    diff.each("licenses", [&](const JsonObject& change) {
      ++licenses;
      CHECK(change.text("package") == "world-2.0-1.el9.x86_64");
      CHECK(change.text("from") == "MIT");
    });
    CHECK(licenses == 1);
  });
}
