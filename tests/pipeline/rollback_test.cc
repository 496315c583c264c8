// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rollback.h"

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/lock.h"
#include "pipeline/verify.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

constexpr const char* kFirst = "20240309T160000Z";
constexpr const char* kSecond = "20240309T160140Z";

// Two runs; world is updated in the second.
struct TwoRuns {
  TinyRun run = {};
  FailingStorage storage = {};

  TwoRuns() {
    run.repository.write(two_builds());
    run.build();
    std::vector<TinyPackage> packages = two_builds();
    packages[2].version = "2.0";
    run.repository.write(packages, 1'710'000'100);
    run.build();
  }

  std::string roll_back(const std::string& to = {}) {
    return reposbom::pipeline::roll_back(run.tree(), to, {}, storage);
  }
};

}  // namespace

TEST_CASE("roll_back makes the run before the current one, and changes nothing else") {
  TwoRuns two;
  auto before = two.run.published();
  CHECK(two.roll_back() == kFirst);
  CHECK(two.run.current() == std::string("runs/") + kFirst);
  before["current"] = std::string("-> runs/") + kFirst;
  CHECK(differing(two.run.published(), before) == "");
  CHECK(thrown_by([&] { two.roll_back(); }).says("there was no run before it"));
}

TEST_CASE("roll_back goes to the run that it is told, forward too") {
  TwoRuns two;
  two.roll_back(kFirst);
  CHECK(two.roll_back(kSecond) == kSecond);
  CHECK(two.run.current() == std::string("runs/") + kSecond);
}

TEST_CASE("a build after a rollback publishes what the repositories hold") {
  TwoRuns two;
  two.roll_back();
  const RunResult result = two.run.build();
  CHECK(result.state == RunState::Published);
  CHECK(two.run.current() == std::string("runs/") + kSecond + "-2");
  for (const IndexEntry& entry : two.run.index().packages) {
    CAPTURE(entry.nevra);
    CHECK((entry.state == State::Superseded) == (entry.nevra == "world-1.0-1.el9.x86_64"));
  }
  CHECK(verify(two.run.tree(), {}).runs == 3);
  // What was current before is the run that was rolled back to.
  CHECK(two.roll_back() == kFirst);
}

TEST_CASE("roll_back refuses what is no other run of the tree") {
  TwoRuns two;
  const auto before = two.run.published();
  CHECK(thrown_by([&] { two.roll_back(kSecond); }).says("is the current run already"));
  for (const std::string name : {"20200101T000000Z", "../runs/20240309T160000Z", "."}) {
    const Thrown thrown = thrown_by([&] { two.roll_back(name); });
    CHECK(thrown.cause == Cause::Usage);
    CHECK(thrown.says(kFirst));
  }
  const TemporaryFolder empty;
  CHECK(thrown_by([&] {
          reposbom::pipeline::roll_back(empty.path(), "", {}, two.storage);
        }).cause == Cause::Usage);
  CHECK(differing(two.run.published(), before) == "");
}

TEST_CASE("roll_back does not go to a run that was named and never became current") {
  TwoRuns two;
  const std::string unseen = "20240311T000000Z";
  fs::copy(
      two.run.run(),
      two.run.tree() / "runs" / unseen,
      fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  fs::create_directories(two.run.tree() / ".staging");
  fs::create_symlink("runs/" + unseen, two.run.tree() / ".staging/current");
  CHECK(thrown_by([&] { two.roll_back(unseen); }).says("has no run " + unseen));
  CHECK(two.run.current() == std::string("runs/") + kSecond);
  CHECK(verify(two.run.tree(), {}).runs == 2);
}

TEST_CASE("roll_back verifies the run first") {
  TwoRuns two;
  damage(two.run.tree() / "runs" / kFirst / "index.json");
  const auto before = two.run.published();
  CHECK(thrown_by([&] { two.roll_back(kFirst); }).cause == Cause::Untrusted);
  CHECK(differing(two.run.published(), before) == "");
}

TEST_CASE("roll_back and prune give way to a build") {
  TwoRuns two;
  const TreeLock lock(two.run.tree(), "build");
  const Thrown thrown = thrown_by([&] { two.roll_back(); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says("(build, process "));
  CHECK(thrown_by([&] {
          prune(two.run.tree(), {}, false, {}, two.storage);
        }).cause == Cause::TryAgain);
  CHECK(two.storage.calls() == 0);
}
