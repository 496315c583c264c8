// SPDX-License-Identifier: Apache-2.0
//
// What of a tree is kept. A run that is published leaves superseded packages out of
// its index when they are too many or too old; runs beyond `keep.runs` are removed, and
// then the sets that nothing refers to any more. Never removed: the current run, and a
// set that a run which stays, or a disk, refers to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/settings.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// Leaves out what is not to be kept of the packages that are not current, set by set. `time` is
// that of the run.
void drop_expired(std::vector<IndexEntry>& entries, const Keep& keep, std::int64_t time);

// Names of runs, oldest first: by time, then by number.
std::vector<std::string> run_names(const std::filesystem::path& tree);

struct Expired {
  std::vector<std::string> runs = {};  // Names, oldest first.
  std::vector<std::string> sets = {};  // Digests, sorted.

  bool empty() const { return runs.empty() && sets.empty(); }
};

// Which sets are looked at: those that the expired runs refer to, or all of the store, which also
// finds what a killed run has left there.
enum class Sweep { ExpiredRuns, WholeStore };

// Throws Error (Cause::Untrusted) if an index cannot be read: in doubt everything stays.
Expired find_expired(const std::filesystem::path& tree, const Keep& keep, Sweep sweep);

// First takes the runs out of sight, then, when no run refers to them any more, the sets, each in
// one step; then removes them. Requires: the lock of the tree.
void remove_expired(const Expired& expired, const std::filesystem::path& tree, Storage& storage);

// Notes in the tree which sets are on a disk, as disks/NAME.json; they are kept until somebody
// removes that file.
void record_disk(
    const std::filesystem::path& tree,
    const std::string& name,
    const std::vector<std::string>& sets,
    Storage& storage);

}  // namespace reposbom::pipeline
