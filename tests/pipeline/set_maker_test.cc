// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_maker.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/set_batch.h"
#include "pipeline/verify.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::pipeline::kSetsPerBatch;
using reposbom::pipeline::RunOptions;
using reposbom::pipeline::RunResult;
using reposbom::pipeline::RunState;

namespace {

constexpr const char* kDocument = "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.x86_64.cdx.json";

// The set as a program with a fault would have made it, published as such.
void publish_faulty_set(const TinyRun& run) {
  const fs::path set = fs::canonical(run.run() / "sets/w/world/world-1.0-1.el9");
  const std::string before = reposbom::metadata::sha256(read_bytes(set / "SHA256SUMS"));
  const auto seal = [](const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = read_bytes(file);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    write_bytes(file, text.replace(at, from.size(), to));
  };
  const fs::path document = set / "world-1.0-1.el9.x86_64.cdx.json";
  const std::string good = reposbom::metadata::sha256(read_bytes(document));
  damage(document);
  seal(set / "SHA256SUMS", good, reposbom::metadata::sha256(read_bytes(document)));
  seal(
      run.run() / "SHA256SUMS", before, reposbom::metadata::sha256(read_bytes(set / "SHA256SUMS")));
  reposbom::pipeline::verify(run.tree(), {});
}

}  // namespace

TEST_CASE("a forced run that makes the same again publishes nothing") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto before = run.published();
  const RunResult result = run.build({.force = true});
  CHECK(result.state == RunState::Unchanged);
  CHECK(result.lines.empty());
  CHECK(differing(run.published(), before) == "");
}

TEST_CASE("a forced run replaces a set that is damaged, and tells so") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto before = run.published();
  const auto damage_one = [&] {
    SUBCASE("a document") {
      damage(run.run() / kDocument);
    }
    SUBCASE("a document that is gone") {
      fs::remove(run.run() / kDocument);
    }
    SUBCASE("set.json") {
      damage(run.run() / "sets/w/world/world-1.0-1.el9/set.json");
    }
    SUBCASE("SHA256SUMS") {
      damage(run.run() / "sets/w/world/world-1.0-1.el9/SHA256SUMS");
    }
  };
  damage_one();
  CHECK(thrown_by([&] { reposbom::pipeline::verify(run.tree(), {}); }).cause == Cause::Untrusted);
  const RunResult result = run.build({.force = true});
  CHECK(result.state == RunState::Unchanged);
  REQUIRE(result.lines.size() == 1);
  CHECK(result.lines[0].find("was damaged, and its set has been replaced") != std::string::npos);
  CHECK(differing(run.published(), before) == "");
}

TEST_CASE("a forced run gives a faulty set a successor, and the run before keeps its own") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto good = snapshot(run.run() / "sets");
  publish_faulty_set(run);
  const fs::path first = run.run();
  const auto faulty = snapshot(first);

  const RunResult result = run.build({.force = true});
  CHECK(result.state == RunState::Published);
  CHECK(result.report.sets_written == 1);
  CHECK(result.report.sets_reused == 1);
  CHECK(run.run() != first);
  CHECK(differing(snapshot(first), faulty) == "");
  CHECK(reposbom::pipeline::verify(run.tree(), {}).runs == 2);
  const fs::path made = fs::canonical(run.run() / kDocument);
  CHECK(made != fs::canonical(first / kDocument));
  CHECK(read_bytes(made) != read_bytes(first / kDocument));

  // From then on the successor is the set of the build.
  CHECK(run.build().state == RunState::Unchanged);
  CHECK(run.build({.check = true}).state == RunState::Same);
  CHECK(run.build({.force = true}).state == RunState::Unchanged);
  std::vector<TinyPackage> packages = two_builds();
  packages[0].summary = "Another";
  run.repository.write(packages, 1'710'000'100);
  CHECK(run.build().report.sets_written == 1);
  CHECK(fs::canonical(run.run() / kDocument) == made);
}

TEST_CASE("sets made by a version are made again, and no others") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  publish_faulty_set(run);
  const auto before = run.published();
  CHECK(run.build({.redo_made_by = "reposbom-0.0"}).state == RunState::Unchanged);
  CHECK(differing(run.published(), before) == "");
  const RunOptions redo{.redo_made_by = "reposbom-0.3"};
  CHECK(run.build({.dry_run = true, .redo_made_by = "reposbom-0.3"}).report.sets_written == 2);
  CHECK(run.build(redo).state == RunState::Published);
  CHECK(reposbom::pipeline::verify(run.tree(), {}).runs == 2);
}

TEST_CASE("a run that did not end has left its finished sets, and the next one takes them") {
  TinyRun run;
  TinyRun undisturbed;
  std::vector<TinyPackage> packages;
  for (std::size_t i = 0; i != kSetsPerBatch + 20; ++i)
    packages.push_back({.name = "part" + std::to_string(i)});
  run.repository.write(packages);
  undisturbed.repository.write(packages);
  FailingStorage whole;
  undisturbed.build({}, whole);

  FailingStorage failing(whole.calls() - 30, Failing::FromThereOn);
  CHECK(thrown_by([&] { run.build({}, failing); }).cause == Cause::Output);
  CHECK(run.current().empty());
  FailingStorage rest;
  CHECK(run.build({}, rest).state == RunState::Published);
  CHECK(rest.calls() < whole.calls() / 4);
  CHECK(differing(run.published(), undisturbed.published()) == "");
}
