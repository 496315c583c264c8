// SPDX-License-Identifier: Apache-2.0
//
// A run in the tree: links to its sets, the files that its caller brings (indexes,
// release documents, reports) and the signed SHA256SUMS over all of it. All is made
// in the staging folder and gets its name only when it is on the medium; then
// `current` is swapped in one rename, and before that nothing has been published.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/stages.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// A file of a run that its writer streams; `write` is given where the bytes go.
struct RunFile {
  std::string name = {};  // Below the run.
  std::function<void(const generators::Sink&)> write = {};
};

// A set that a run links to.
struct RunSet {
  std::string source_name = {};
  std::string build = {};
  std::string digest = {};
  std::string sums_sha256 = {};  // Of its SHA256SUMS.
  bool is_staged = false;        // Not in the store yet.
};

struct RunContents {
  std::string name = {};  // As run_name() gives it.
  std::int64_t time = 0;  // Of the signatures.
  std::vector<RunSet> sets = {};
  std::vector<RunFile> files = {};  // May be written by several threads.
};

// "20261123T032000Z", or with "-2", "-3" … if the tree has a run of that name.
std::string run_name(const std::filesystem::path& tree, std::int64_t time);

// What `current` of a tree points to; nothing if there is none.
std::optional<std::filesystem::path> current_run(const std::filesystem::path& tree);

// The index.json of a run. Throws Error.
Index index_of_run(const std::filesystem::path& run);

// What the current run says in its report.json and index.json; empty if there is no such run.
std::string current_inputs(const std::filesystem::path& tree);
Index current_index(const std::filesystem::path& tree);

// Whether the run has that file, as it would be written.
bool is_as_written(const RunFile& file, const std::filesystem::path& run);

// Removes what a run left that did not end, or did not end well. Requires: the lock of the tree.
void discard_unfinished(const std::filesystem::path& tree, Storage& storage);

// However a run ends, nothing half-done remains: this removes what an earlier one left, and in the
// end what is left of this one. If that cannot be removed now, the next run does.
class Cleanup {
 public:
  Cleanup(const std::filesystem::path& tree, Storage& storage);
  ~Cleanup();
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;

 private:
  std::filesystem::path tree_;
  Storage& storage_;
};

// Writes the run and makes it the current one. Throws Error if that failed: then `current` is what
// it was, and discard_unfinished() removes the rest. Returns what went wrong after that, for
// people; empty if nothing did.
std::string publish(
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& tree,
    Storage& storage);

}  // namespace reposbom::pipeline
