// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rollback.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "generators/json_reader.h"
#include "metadata/error.h"
#include "pipeline/lock.h"
#include "pipeline/publisher.h"
#include "pipeline/tree.h"
#include "pipeline/verify.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

fs::path checked_current(const fs::path& tree) {
  const auto current = current_run(tree);
  if (current) return *current;
  throw Error(Cause::Usage, tree.string(), "has no published run");
}

// Each run tells in its diff.json which run was current before it.
std::string run_before(const fs::path& current) {
  const fs::path file = current / kDiff;
  std::string before;
  generators::read_json(read_file(file), file.string(), [&](const generators::JsonObject& diff) {
    before = diff.text("from");
  });
  if (!before.empty()) return before;
  throw Error(Cause::Usage, current.string(), "there was no run before it");
}

void check_run(const fs::path& tree, const std::string& run, const fs::path& current) {
  const std::vector<std::string> runs = run_names(tree);
  if (std::find(runs.begin(), runs.end(), run) == runs.end()) {
    std::string message = "has no run " + run + " (any more); there are:";
    for (const std::string& name : runs)
      message += " " + name;
    throw Error(Cause::Usage, tree.string(), message);
  }
  if (current.filename() == run) {
    throw Error(Cause::Usage, tree.string(), run + " is the current run already");
  }
}

}  // namespace

std::string roll_back(
    const fs::path& tree, const std::string& run, std::chrono::seconds wait, Storage& storage) {
  checked_current(tree);
  const TreeLock lock(tree, "rollback", wait);
  // First of all: it removes a run that was named and never became current, and such a one must not
  // be gone back to.
  const Cleanup cleanup(tree, storage);
  const fs::path current = checked_current(tree);
  const std::string wanted = run.empty() ? run_before(current) : run;
  check_run(tree, wanted, current);
  verify(tree / kRuns / wanted, {});
  // Not called "current" as yet: discard_unfinished() takes a link of that name for one to a run
  // that nobody has seen.
  const fs::path link = tree / kStaging / "rollback";
  storage.create_directories(tree / kStaging);
  storage.create_symlink(fs::path(kRuns) / wanted, link);
  storage.sync(tree);
  storage.rename(link, tree / kCurrent);
  storage.sync(tree);
  return wanted;
}

Expired prune(
    const fs::path& tree,
    const Keep& keep,
    bool dry_run,
    std::chrono::seconds wait,
    Storage& storage) {
  checked_current(tree);
  if (dry_run) return find_expired(tree, keep, Sweep::WholeStore);
  const TreeLock lock(tree, "prune", wait);
  const Cleanup cleanup(tree, storage);
  Expired expired = find_expired(tree, keep, Sweep::WholeStore);
  remove_expired(expired, tree, storage);
  return expired;
}

}  // namespace reposbom::pipeline
