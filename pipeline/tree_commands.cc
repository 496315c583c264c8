// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tree_commands.h"

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "metadata/error.h"
#include "pipeline/interrupt.h"
#include "pipeline/publisher.h"
#include "pipeline/retention.h"
#include "pipeline/rollback.h"
#include "pipeline/run_diff.h"
#include "pipeline/settings.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

// The settings of which only `output` and `keep` matter here.
Settings tree_settings(
    const std::optional<fs::path>& config, const std::optional<fs::path>& output) {
  Settings settings = config ? read_settings(*config) : Settings();
  if (output) settings.output = *output;
  return settings;
}

bool is_run(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / kIndex, ignored);
}

// A folder of a run, a tree, which stands for its current run, or the name of a run.
fs::path find_run(const std::string& name, const std::optional<fs::path>& tree) {
  std::error_code ignored;
  if (tree && is_run(*tree / kRuns / name)) return *tree / kRuns / name;
  for (const fs::path& folder :
       {tree ? *tree / name : fs::path(name), fs::path(name), fs::path(name) / kCurrent}) {
    // Without the link: the run must stay the same while it is read.
    const fs::path run = fs::canonical(folder, ignored);
    if (!ignored && is_run(run)) return run;
  }
  throw Error(
      Cause::Usage,
      name,
      "is no run: give its folder, a tree, or with --config or --output the name of a run");
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

int diff_runs(const DiffCommand& command, const Console& console) {
  std::optional<fs::path> tree;
  if (command.config || command.output) {
    tree = tree_settings(command.config, command.output).output;
  }
  const fs::path older = fs::canonical(find_run(command.older, tree));
  const fs::path newer = fs::canonical(find_run(command.newer, tree));
  const Index before = index_of_run(older);
  const Index after = index_of_run(newer);
  const RunDiff diff = compare_runs(
      {older.parent_path().parent_path(), before}, {newer.parent_path().parent_path(), after});
  console.print(command.as_json ? write_diff_json(diff) : write_diff_text(diff));
  return 0;
}

int roll_back_tree(const RollbackCommand& command, const Console& console) {
  catch_interrupts();
  FileStorage storage;
  const Settings settings = tree_settings(command.config, command.output);
  const std::string run = roll_back(settings.output, command.run, command.wait, storage);
  console.print("current is now " + run + "\n");
  return 0;
}

int prune_tree(const PruneCommand& command, const Console& console) {
  catch_interrupts();
  FileStorage storage;
  const Settings settings = tree_settings(command.config, command.output);
  const Expired expired =
      prune(settings.output, settings.keep, command.dry_run, command.wait, storage);
  const std::string verb = command.dry_run ? "would remove " : "removed ";
  for (const std::string& run : expired.runs)
    console.print(verb + (fs::path(kRuns) / run).string() + "\n");
  for (const std::string& digest : expired.sets)
    console.print(verb + store_path(digest).string() + "\n");
  console.print(
      verb + counted(expired.runs.size(), "run") + ", " + counted(expired.sets.size(), "set") +
      "\n");
  return 0;
}

}  // namespace reposbom::pipeline
