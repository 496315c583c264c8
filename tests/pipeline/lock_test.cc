// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lock.h"

#include <optional>

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
