// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lock.h"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/published_tree.h"

using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::pipeline::TreeLock;

TEST_CASE("a tree has one lock at a time") {
  const TemporaryFolder tree;
  std::optional<TreeLock> first(tree.path());
  const Thrown thrown = thrown_by([&] { const TreeLock second(tree.path()); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says(tree.path().string() + ": another run is writing"));
  first.reset();
  const TreeLock second(tree.path());
}

TEST_CASE("a lock tells who holds it") {
  const TemporaryFolder tree;
  std::optional<TreeLock> first(std::in_place, tree.path(), "build");
  const Thrown thrown = thrown_by([&] { const TreeLock second(tree.path(), "prune"); });
  CHECK(thrown.says("(build, process " + std::to_string(getpid()) + " on "));
  CHECK(thrown.says("or wait for it with --wait"));
  first.reset();
  CHECK(read_bytes(tree / ".lock").empty());
}

TEST_CASE("a lock is waited for as long as told") {
  const TemporaryFolder tree;
  std::optional<TreeLock> first(tree.path());
  const auto start = std::chrono::steady_clock::now();
  CHECK(thrown_by([&] {
          const TreeLock second(tree.path(), "build", std::chrono::seconds(1));
        }).cause == Cause::TryAgain);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::seconds(1));

  std::thread holder([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    first.reset();
  });
  const TreeLock second(tree.path(), "build", std::chrono::minutes(10));
  holder.join();
}

TEST_CASE("what a holder wrote is printed only as far as it can be") {
  const TemporaryFolder tree;
  const TreeLock first(tree.path());
  write_bytes(tree / ".lock", "evil\x1b[2J" + std::string(1000, 'x') + "\nmore");
  const Thrown thrown = thrown_by([&] { const TreeLock second(tree.path()); });
  CHECK(thrown.says("(evil[2Jxxx"));
  CHECK(!thrown.says("more"));
  CHECK(thrown.message.size() < 500);
}

TEST_CASE("a process that dies leaves no lock") {
  const TemporaryFolder tree;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const TreeLock lock(tree.path());
    _exit(0);  // No destructor runs.
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  const TreeLock lock(tree.path());
}

TEST_CASE("a lock that cannot be made is an error of the output") {
  const TemporaryFolder folder;
  CHECK(thrown_by([&] { const TreeLock lock(folder / "absent"); }).cause == Cause::Output);
  // A link could make the program write elsewhere.
  fs::create_symlink("elsewhere", folder / ".lock");
  CHECK(thrown_by([&] { const TreeLock lock(folder.path()); }).cause == Cause::Output);
  CHECK(!fs::exists(folder / "elsewhere"));
}
