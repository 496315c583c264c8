// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/rollback.h"
#include "pipeline/verify.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

using Names = std::vector<std::string>;

// Another world each time, `day` days later.
void publish_day(TinyRun& run, int day) {
  std::vector<TinyPackage> packages = two_builds();
  packages[2].version = std::to_string(day) + ".0";
  run.repository.write(packages, 1'710'000'000 + std::int64_t{day} * 86'400);
  run.build();
}

// Sets in the store, by the name of their build.
Names stored_builds(const TinyRun& run) {
  Names builds;
  for (const auto& [name, bytes] : run.published()) {
    if (!name.starts_with("store/") || !name.ends_with("src.spdx.json")) continue;
    const std::string file = fs::path(name).filename().string();
    builds.push_back(file.substr(0, file.find("-1.el9")));
  }
  std::ranges::sort(builds);
  return builds;
}

Names worlds_in_index(const TinyRun& run) {
  Names names;
  for (const IndexEntry& entry : run.index().packages) {
    if (entry.source_name == "world")
      names.push_back(entry.build.substr(0, entry.build.find("-1.el9")));
  }
  return names;
}

IndexEntry departed(const std::string& set, std::int64_t left, const std::string& source = "a") {
  return {.source_name = source, .set = set, .state = State::Superseded, .left = left};
}

Names sets_of(const std::vector<IndexEntry>& entries) {
  Names sets;
  for (const IndexEntry& entry : entries)
    sets.push_back(entry.set);
  return sets;
}

}  // namespace

TEST_CASE("run_names stand in the order of their making") {
  const TemporaryFolder tree;
  for (const std::string name :
       {"20240310T000000Z-10",
        "20240310T000000Z-2",
        "20240310T000000Z",
        "20240309T160000Z",
        "20240310T000000Z-x",
        "20240310T000000",
        ".hidden",
        "mine"}) {
    fs::create_directories(tree / "runs" / name);
  }
  CHECK(
      run_names(tree.path()) ==
      Names{"20240309T160000Z", "20240310T000000Z", "20240310T000000Z-2", "20240310T000000Z-10"});
}

TEST_CASE("drop_expired leaves out sets beyond a count, for each source package") {
  std::vector<IndexEntry> entries = {
      departed("old", 1), departed("new", 3), departed("mid", 2), departed("other", 1, "b")};
  entries.push_back({.source_name = "a", .set = "now"});
  drop_expired(entries, {.superseded = KeepCount{2}}, 10);
  CHECK(sets_of(entries) == Names{"new", "mid", "other", "now"});
  drop_expired(entries, {.superseded = KeepCount{0}}, 10);
  CHECK(sets_of(entries) == Names{"now"});
}

TEST_CASE("drop_expired leaves out sets that left too long ago") {
  std::vector<IndexEntry> entries = {departed("old", 89), departed("edge", 90)};
  entries.push_back({.source_name = "a", .set = "now", .time = 1});
  drop_expired(entries, {.superseded = KeepAge{10}}, 100);
  CHECK(sets_of(entries) == Names{"edge", "now"});
}

TEST_CASE("drop_expired leaves everything where all is kept") {
  std::vector<IndexEntry> entries = {departed("old", 1), departed("new", 3)};
  drop_expired(entries, {}, 1'000'000'000);
  CHECK(entries.size() == 2);
}

TEST_CASE("a build keeps as many runs as it is told, and all of their sets") {
  TinyRun run;
  run.settings.keep = {.runs = 2};
  for (const int day : {1, 2, 3})
    publish_day(run, day);
  CHECK(run_names(run.tree()) == Names{"20240311T160000Z", "20240312T160000Z"});
  // hello was described anew each time, as it needs world.
  CHECK(
      stored_builds(run) == Names{"hello-1.0", "hello-1.0", "world-1.0", "world-2.0", "world-3.0"});
  CHECK(worlds_in_index(run) == Names{"world-1.0", "world-2.0", "world-3.0"});
  CHECK(verify(run.tree(), {}).runs == 2);
  CHECK(!fs::exists(run.tree() / ".staging"));
}

TEST_CASE("a build keeps as many superseded sets as it is told") {
  TinyRun run;
  run.settings.keep = {.runs = 1, .superseded = KeepCount{1}};
  for (const int day : {1, 2, 3})
    publish_day(run, day);
  CHECK(worlds_in_index(run) == Names{"world-2.0", "world-3.0"});
  CHECK(stored_builds(run) == Names{"hello-1.0", "world-2.0", "world-3.0"});
  CHECK(verify(run.tree(), {}).sets == 3);
}

TEST_CASE("a build keeps superseded sets as long as it is told") {
  TinyRun run;
  run.settings.keep = {.runs = 1, .superseded = KeepAge{86'400}};
  for (const int day : {1, 2, 3, 4})
    publish_day(run, day);
  // The first left on day 2, which is two days ago.
  CHECK(worlds_in_index(run) == Names{"world-2.0", "world-3.0", "world-4.0"});
}

TEST_CASE("prune removes sets that nothing refers to, and no other") {
  TinyRun run;
  publish_day(run, 1);
  publish_day(run, 2);
  const auto before = run.published();
  const std::string orphan = std::string(64, 'a');
  write_bytes(run.tree() / store_path(orphan) / "SHA256SUMS", "left by a run that was killed\n");
  FailingStorage storage;
  Expired expired = prune(run.tree(), {}, /*dry_run=*/true, {}, storage);
  CHECK(expired.runs.empty());
  CHECK(expired.sets == Names{orphan});
  CHECK(storage.calls() == 0);
  CHECK(fs::exists(run.tree() / store_path(orphan)));
  expired = prune(run.tree(), {}, /*dry_run=*/false, {}, storage);
  CHECK(expired.sets == Names{orphan});
  CHECK(differing(run.published(), before) == "");
  CHECK(prune(run.tree(), {}, /*dry_run=*/false, {}, storage).empty());
}

TEST_CASE("prune removes runs beyond the count, but never the current one") {
  TinyRun run;
  FailingStorage storage;
  for (const int day : {1, 2, 3})
    publish_day(run, day);
  roll_back(run.tree(), "20240310T160000Z", {}, storage);
  const Expired expired = prune(run.tree(), {.runs = 2}, /*dry_run=*/false, {}, storage);
  CHECK(expired.runs == Names{"20240311T160000Z"});
  CHECK(run_names(run.tree()) == Names{"20240310T160000Z", "20240312T160000Z"});
  CHECK(verify(run.tree(), {}).runs == 2);
}

TEST_CASE("prune keeps the sets of a disk until its record is removed") {
  TinyRun run;
  FailingStorage storage;
  run.settings.keep = {.runs = 1, .superseded = KeepCount{0}};
  publish_day(run, 1);
  const std::string set = run.index().packages.back().set;
  record_disk(run.tree(), "disk.iso", {set}, storage);
  CHECK(!fs::exists(run.tree() / ".staging"));
  publish_day(run, 2);
  CHECK(stored_builds(run) == Names{"hello-1.0", "world-1.0", "world-2.0"});
  CHECK(prune(run.tree(), run.settings.keep, /*dry_run=*/false, {}, storage).empty());
  fs::remove(run.tree() / "disks/disk.iso.json");
  CHECK(prune(run.tree(), run.settings.keep, false, {}, storage).sets == Names{set});
  CHECK(verify(run.tree(), {}).sets == 2);
}

TEST_CASE("in doubt nothing is removed") {
  TinyRun run;
  FailingStorage storage;
  publish_day(run, 1);
  publish_day(run, 2);
  write_bytes(run.tree() / store_path(std::string(64, 'a')) / "SHA256SUMS", "");
  write_bytes(run.tree() / "runs/20240310T160000Z/index.json", "damaged");
  const auto before = run.published();
  CHECK(thrown_by([&] {
          prune(run.tree(), {}, /*dry_run=*/false, {}, storage);
        }).cause == Cause::Untrusted);
  CHECK(differing(run.published(), before) == "");
}
