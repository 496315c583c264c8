// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tree_commands.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

struct Heard {
  std::string printed = {};
  Console console = {};

  Heard() {
    console.print = [this](std::string_view text) { printed += text; };
    console.tell = [](Level, std::string_view) {};
  }
};

// Two runs; world is updated in the second.
struct TwoRuns {
  TinyRun run = {};

  TwoRuns() {
    run.repository.write(two_builds());
    run.build();
    std::vector<TinyPackage> packages = two_builds();
    packages[2].version = "2.0";
    run.repository.write(packages, 1'710'000'100);
    run.build();
  }
};

}  // namespace

TEST_CASE("diff takes folders of runs, trees, and names of runs of a tree") {
  const TwoRuns two;
  const fs::path runs = two.run.tree() / "runs";
  std::vector<DiffCommand> commands = {
      {.older = runs / "20240309T160000Z", .newer = two.run.tree()},
      {.older = runs / "20240309T160000Z", .newer = two.run.tree() / "current"},
      {.older = "20240309T160000Z", .newer = "current", .output = two.run.tree()},
      {.older = "20240309T160000Z", .newer = "20240309T160140Z", .output = two.run.tree()}};
  for (const DiffCommand& command : commands) {
    CAPTURE(command.newer);
    Heard heard;
    CHECK(diff_runs(command, heard.console) == 0);
    CHECK(heard.printed.starts_with("From 20240309T160000Z to 20240309T160140Z: 0 added, 1 upd"));
  }
  Heard heard;
  DiffCommand command = commands.back();
  command.as_json = true;
  diff_runs(command, heard.console);
  CHECK(heard.printed == read_bytes(two.run.run() / "diff.json"));
  command.older = "20200101T000000Z";
  CHECK(thrown_by([&] { diff_runs(command, heard.console); }).cause == Cause::Usage);
}

TEST_CASE("prune prints what it would remove, and what it has removed") {
  TwoRuns two;
  const std::string set = std::string(64, 'a');
  write_bytes(two.run.tree() / store_path(set) / "SHA256SUMS", "");
  Heard heard;
  PruneCommand command{.output = two.run.tree(), .dry_run = true};
  CHECK(prune_tree(command, heard.console) == 0);
  CHECK(heard.printed == "would remove store/aa/" + set + "\nwould remove 0 runs, 1 set\n");
  command.dry_run = false;
  heard.printed.clear();
  CHECK(prune_tree(command, heard.console) == 0);
  CHECK(heard.printed == "removed store/aa/" + set + "\nremoved 0 runs, 1 set\n");
}

TEST_CASE("rollback tells which run is current now") {
  const TwoRuns two;
  Heard heard;
  CHECK(roll_back_tree({.output = two.run.tree()}, heard.console) == 0);
  CHECK(heard.printed == "current is now 20240309T160000Z\n");
}
