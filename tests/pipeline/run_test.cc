// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/lock.h"
#include "pipeline/verify.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::pipeline::Compression;
using reposbom::pipeline::RunOptions;
using reposbom::pipeline::RunResult;
using reposbom::pipeline::RunState;
using reposbom::pipeline::State;

namespace {

std::map<std::string, State> states(const TinyRun& run) {
  std::map<std::string, State> states;
  for (const auto& entry : run.index().packages)
    states[entry.nevra] = entry.state;
  return states;
}

// The names of the sets in the store.
std::set<std::string> stored(const TinyRun& run) {
  std::set<std::string> digests;
  for (const auto& [name, bytes] : run.published()) {
    if (name.starts_with("store/") && std::ranges::count(name, '/') == 2) digests.insert(name);
  }
  return digests;
}

std::vector<TinyPackage> without(std::vector<TinyPackage> packages, const std::string& name) {
  std::erase_if(packages, [&](const TinyPackage& package) { return package.name == name; });
  return packages;
}

// A second version of world.
std::vector<TinyPackage> with_update() {
  std::vector<TinyPackage> packages = two_builds();
  packages.push_back({.name = "world", .version = "2.0", .time = 1'705'000'000});
  return without(std::move(packages), "hello-doc");
}

}  // namespace

TEST_CASE("run_build publishes a tree that verifies") {
  TinyRun run;
  run.repository.write(two_builds(), 1'710'000'000, "gzip");
  const RunResult result = run.build();
  CHECK(result.state == RunState::Published);
  CHECK(result.report.packages == 3);
  CHECK(result.report.builds == 2);
  CHECK(result.report.sets_written == 2);
  CHECK(result.report.documents == 10);  // Five documents in two formats.
  CHECK(run.current() == "runs/20240309T160000Z");
  CHECK(fs::is_regular_file(
      run.run() / "sets/h/hello/hello-1.0-1.el9/hello-doc-1.0-1.el9.noarch.cdx.json"));
  CHECK(fs::is_regular_file(run.run() / "releases/almalinux-9.spdx.json"));
  CHECK(!fs::exists(run.tree() / ".staging"));

  const auto verified = reposbom::pipeline::verify(run.tree(), {});
  CHECK(verified.runs == 1);
  CHECK(verified.sets == 2);
  CHECK(verified.documents == 12);
}

TEST_CASE("run_build over unchanged input writes nothing") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto before = run.published();
  FailingStorage storage;
  CHECK(run.build({}, storage).state == RunState::Unchanged);
  CHECK(storage.calls() == 0);
  CHECK(differing(run.published(), before) == "");
}

TEST_CASE("run_build makes the set of a changed package alone anew") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  run.repository.write(packages);
  run.build();
  const std::set<std::string> before = stored(run);
  const fs::path world = run.run() / "sets/w/world/world-1.0-1.el9";
  const fs::path kept = fs::canonical(world);
  const auto written = fs::last_write_time(kept / "set.json");

  packages[1].summary = "Another summary";
  run.repository.write(packages, 1'710'000'100);
  const RunResult result = run.build();
  CHECK(result.report.sets_written == 1);
  CHECK(result.report.sets_reused == 1);
  CHECK(stored(run).size() == before.size() + 1);
  CHECK(std::ranges::includes(stored(run), before));
  CHECK(fs::canonical(run.run() / "sets/w/world/world-1.0-1.el9") == kept);
  CHECK(fs::last_write_time(kept / "set.json") == written);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).runs == 2);
}

TEST_CASE("run_build takes a set that an earlier run made") {
  TinyRun run;
  run.repository.write(two_builds(), 1'710'000'000);
  run.build();
  const std::set<std::string> before = stored(run);
  run.repository.write(with_update(), 1'710'000'100);
  run.build({.allow_shrink = true});
  run.repository.write(two_builds(), 1'710'000'200);
  CHECK(run.build({.allow_shrink = true}).state == RunState::Published);
  CHECK(stored(run).size() == 4);
  CHECK(std::ranges::includes(stored(run), before));
  CHECK(reposbom::pipeline::verify(run.tree(), {}).runs == 3);
}

TEST_CASE("run_build keeps what is superseded or withdrawn, and tells so in the index") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  // world is replaced by a newer build, hello is gone.
  run.repository.write({{.name = "world", .version = "2.0"}}, 1'710'000'100);
  run.build({.allow_shrink = true});
  CHECK(
      states(run) == std::map<std::string, State>{
                         {"hello-1.0-1.el9.x86_64", State::Withdrawn},
                         {"hello-doc-1.0-1.el9.noarch", State::Withdrawn},
                         {"world-1.0-1.el9.x86_64", State::Superseded},
                         {"world-2.0-1.el9.x86_64", State::Current}});
  CHECK(fs::exists(run.run() / "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.x86_64.spdx.json"));
  CHECK(fs::exists(run.run() / "sets/h/hello/hello-1.0-1.el9/SHA256SUMS"));
  CHECK(reposbom::pipeline::verify(run.run(), {}).sets == 3);
}

TEST_CASE("run_build refuses repositories that shrank, unless that is allowed") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto before = run.published();
  run.repository.write(without(two_builds(), "world"), 1'710'000'100);
  const Thrown thrown = thrown_by([&] { run.build(); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(thrown.says("hold 2 packages, the published run 3"));
  CHECK(differing(run.published(), before) == "");

  run.settings.limits.shrink = {.value = 1};
  CHECK(run.build().state == RunState::Published);
}

TEST_CASE("run_build publishes without refused records, as far as the limit allows") {
  TinyRun run;
  const std::string refused = TinyRepository::record({.name = "..", .version = "/"});
  std::string records = refused;
  for (const TinyPackage& package : two_builds())
    records += TinyRepository::record(package);
  run.repository.write_records(records, 4);
  const Thrown thrown = thrown_by([&] { run.build(); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(thrown.says("limits.failures allows 0"));
  CHECK(!fs::exists(run.tree()));

  run.settings.limits.failures = {.value = 1};
  const RunResult result = run.build();
  CHECK(result.state == RunState::Published);
  CHECK(result.report.failures.size() == 1);
  CHECK(result.report.packages == 3);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).sets == 2);
}

TEST_CASE("run_build leaves a build out whose set cannot be made, and nothing refers to it") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  packages[0].needs = {"broken"};
  // Two files of one NEVRA are told apart by the digest of the second. The third is called so as to
  // have the name that this gives.
  TinyPackage broken{.name = "broken"};
  TinyPackage other{.name = "broken", .summary = "Another file"};
  const std::string digest = std::max(broken.pkgid(), other.pkgid()).substr(0, 16);
  packages.push_back(broken);
  packages.push_back(other);
  packages.push_back(
      {.name = "broken", .release = "1.el9.x86_64", .arch = digest, .source = broken.nvr()});
  run.repository.write(packages);
  const Thrown thrown = thrown_by([&] { run.build(); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(thrown.says("two of its documents would be called"));
  CHECK(run.current().empty());
  CHECK(!fs::exists(run.tree() / ".staging"));

  run.settings.limits.failures = {.value = 1};
  const RunResult result = run.build();
  CHECK(result.report.failures.size() == 1);
  CHECK(states(run).size() == 3);
  const std::string release = read_bytes(run.run() / "releases/almalinux-9.spdx.json");
  CHECK(release.find("\"name\": \"broken\"") == std::string::npos);
  CHECK(release.find("\"name\": \"hello\"") != std::string::npos);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).sets == 2);
}

TEST_CASE("run_build keeps what it published of a build that cannot be described any more") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  packages.push_back({.name = "broken"});
  run.repository.write(packages);
  run.build();
  const std::string document = "sets/b/broken/broken-1.0-1.el9/broken-1.0-1.el9.x86_64.cdx.json";
  const std::string bytes = read_bytes(run.run() / document);

  const TinyPackage other{.name = "broken", .summary = "Another file"};
  const std::string digest = std::max(packages.back().pkgid(), other.pkgid()).substr(0, 16);
  packages.push_back(other);
  packages.push_back(
      {.name = "broken", .release = "1.el9.x86_64", .arch = digest, .source = other.nvr()});
  run.repository.write(packages, 1'710'000'100);
  run.settings.limits.failures = {.value = 1};
  CHECK(run.build().report.failures.size() == 1);
  CHECK(states(run).at("broken-1.0-1.el9.x86_64") == State::Current);
  CHECK(read_bytes(run.run() / document) == bytes);
  CHECK(read_bytes(run.run() / "changes.csv").find(document) != std::string::npos);
  CHECK(read_bytes(run.run() / "diff.json").find("broken") == std::string::npos);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).runs == 2);
  CHECK(run.build({.check = true}).state == RunState::Same);
}

TEST_CASE("run_build refuses a source package whose name leads out of its folder") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  packages[2].source = "..-1.0-1.el9";
  run.repository.write(packages);
  const Thrown thrown = thrown_by([&] { run.build(); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(thrown.says("..-1.0-1.el9: the name of its source package"));
}

TEST_CASE("run_build publishes names that are not ASCII") {
  TinyRun run;
  run.repository.write({{.name = "\xC3\xA9tude"}});
  run.build();
  CHECK(fs::exists(run.run() / "sets/\xC3\xA9/\xC3\xA9tude/\xC3\xA9tude-1.0-1.el9/set.json"));
  CHECK(reposbom::pipeline::verify(run.tree(), {}).sets == 1);
}

TEST_CASE("a dry run names the sets to make and writes nothing") {
  TinyRun run;
  run.repository.write(two_builds());
  FailingStorage storage;
  RunResult result = run.build({.dry_run = true}, storage);
  CHECK(result.state == RunState::Planned);
  CHECK(
      result.lines ==
      std::vector<std::string>{"hello-1.0-1.el9: new build", "world-1.0-1.el9: new build"});
  CHECK(result.report.sets_written == 2);
  CHECK(storage.calls() == 0);
  CHECK(!fs::exists(run.tree()));

  run.build();
  run.repository.write(with_update(), 1'710'000'100);
  const auto before = run.published();
  result = run.build({.dry_run = true}, storage);
  CHECK(
      result.lines == std::vector<std::string>{
                          "hello-1.0-1.el9: package removed: hello-doc-1.0-1.el9.noarch",
                          "world-2.0-1.el9: new build"});
  CHECK(result.report.sets_reused == 1);
  CHECK(storage.calls() == 0);
  CHECK(differing(run.published(), before) == "");
}

TEST_CASE("a check writes nothing and finds what is not as it would be built") {
  TinyRun run;
  run.repository.write(two_builds());
  FailingStorage storage;
  const RunOptions check{.check = true};
  SUBCASE("nothing published") {
    CHECK(run.build(check, storage).state == RunState::Drifted);
    CHECK(!fs::exists(run.tree()));
  }
  SUBCASE("what was just published is the same") {
    run.build();
    const RunResult result = run.build(check, storage);
    CHECK(result.state == RunState::Same);
    CHECK(result.lines.empty());
  }
  SUBCASE("so is what was just published and compressed") {
    run.settings.compress = Compression::Gzip;
    run.build();
    CHECK(run.build(check, storage).lines.empty());
    damage(run.run() / "releases/almalinux-9.cdx.json.gz");
    CHECK(
        run.build(check, storage).lines ==
        std::vector<std::string>{"releases/almalinux-9.cdx.json.gz is not as it would be built"});
  }
  SUBCASE("a changed byte in a document") {
    run.build();
    damage(run.run() / "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.x86_64.cdx.json");
    const RunResult result = run.build(check, storage);
    CHECK(result.state == RunState::Drifted);
    CHECK(
        result.lines == std::vector<std::string>{"world-1.0-1.el9: world-1.0-1.el9.x86_64.cdx.json "
                                                 "is not as it would be built"});
  }
  SUBCASE("a document that is gone, a release document and an index that are changed") {
    run.build();
    fs::remove(run.run() / "sets/w/world/world-1.0-1.el9/set.json");
    damage(run.run() / "releases/almalinux-9.spdx.json");
    damage(run.run() / "changes.csv");
    CHECK(
        run.build(check, storage).lines ==
        std::vector<std::string>{
            "world-1.0-1.el9: set.json is not as it would be built",
            "releases/almalinux-9.spdx.json is not as it would be built",
            "changes.csv is not as it would be built"});
  }
  SUBCASE("a set of the store that is not the one published") {
    run.build();
    run.repository.write(with_update(), 1'710'000'100);
    run.build({.allow_shrink = true});
    run.repository.write(two_builds(), 1'710'000'000);
    CHECK(run.build({.check = true, .allow_shrink = true}, storage).state == RunState::Drifted);
  }
  CHECK(storage.calls() == 0);
}

TEST_CASE("run_build of some builds publishes no other") {
  TinyRun run;
  run.repository.write(two_builds());
  const RunResult result = run.build({.only = "wor*"});
  CHECK(result.report.builds == 1);
  CHECK(states(run).size() == 1);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).sets == 1);
  CHECK(run.build({.only = "wor*", .check = true}).state == RunState::Same);
}

TEST_CASE("run_build gives way to a run that holds the lock") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  run.repository.write(with_update(), 1'710'000'100);
  std::optional<reposbom::pipeline::TreeLock> lock(run.tree());
  FailingStorage storage;
  CHECK(thrown_by([&] { run.build({.allow_shrink = true}, storage); }).cause == Cause::TryAgain);
  CHECK(storage.calls() == 0);
  // What only reads needs no lock.
  CHECK(run.build({.dry_run = true, .allow_shrink = true}).state == RunState::Planned);
  lock.reset();
  CHECK(run.build({.allow_shrink = true}).state == RunState::Published);
}

TEST_CASE("run_build wants another try if the repository changed while it was read") {
  TinyRun run;
  run.repository.write(two_builds());
  FailingStorage storage;
  const auto sync_mirror = [&](std::string_view stage, std::size_t, std::size_t) {
    // The new primary.xml has another name, and the old one is removed.
    if (stage == "reading") run.repository.write(with_update(), 1'710'000'100);
  };
  const Thrown thrown =
      thrown_by([&] { reposbom::pipeline::run_build(run.settings, {}, storage, sync_mirror); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(storage.calls() == 0);
}

TEST_CASE("run_build dates the run and every document by SOURCE_DATE_EPOCH") {
  TinyRun dated;
  dated.repository.write(two_builds());
  dated.build({.source_date_epoch = 1'000'000'000});
  CHECK(dated.current() == "runs/20010909T014640Z");
  for (const std::string name :
       {"releases/almalinux-9.cdx.json",
        "sets/h/hello/hello-1.0-1.el9/hello-1.0-1.el9.src.cdx.json",
        "sets/h/hello/hello-1.0-1.el9/hello-1.0-1.el9.x86_64.cdx.json"}) {
    CAPTURE(name);
    const std::string document = read_bytes(dated.run() / name);
    CHECK(document.find("\"timestamp\": \"2001-09-09T01:46:40Z\"") != std::string::npos);
  }
}

TEST_CASE("run_build publishes the same bytes with one thread and with eight") {
  TinyRun one;
  TinyRun eight;
  std::vector<TinyPackage> packages = two_builds();
  for (int i = 0; i != 40; ++i) {
    const std::string name = "part" + std::to_string(i);
    // Half of them in one build, which is large enough to be rendered by several threads.
    packages.push_back(
        {.name = name, .source = i % 2 == 0 ? "hello-1.0-1.el9" : "", .needs = {"world"}});
  }
  one.repository.write(packages);
  eight.repository.write(packages);
  one.build();
  FailingStorage storage;
  reposbom::pipeline::with_threads(
      8, [&] { reposbom::pipeline::run_build(eight.settings, {}, storage, ignore_progress); });
  CHECK(one.published().size() > 200);
  CHECK(differing(one.published(), eight.published()) == "");
}

TEST_CASE("what is published of a package does not depend on what was published before") {
  TinyRun stepwise;
  TinyRun at_once;
  // Both licences want one LicenseRef; the build that comes later sorts first and gets it.
  std::vector<TinyPackage> packages = two_builds();
  packages[2].license = "Zork_Bar";
  stepwise.repository.write(packages);
  stepwise.build();
  packages.push_back({.name = "another", .license = "Zork Bar"});
  packages.push_back({.name = "world", .version = "2.0", .time = 1'705'000'000});
  stepwise.repository.write(packages, 1'710'000'100);
  stepwise.build();
  at_once.repository.write(packages, 1'710'000'100);
  at_once.build();
  CHECK(differing(snapshot(stepwise.run() / "sets"), snapshot(at_once.run() / "sets")) == "");
  CHECK(
      differing(snapshot(stepwise.run() / "releases"), snapshot(at_once.run() / "releases")) == "");
}
