// SPDX-License-Identifier: Apache-2.0
//
// One execution of `reposbom build`, from the configuration to a published run.
// What it decides (what to read, whether anything changed, which sets to make, whether
// to publish) stands here; how each step is done, in the files that it calls.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/report.h"
#include "pipeline/retention.h"
#include "pipeline/settings.h"
#include "pipeline/stages.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

// Told now and then, from any thread: what is being done, how much of how much.
using Progress = std::function<void(std::string_view stage, std::size_t done, std::size_t total)>;

struct RunOptions {
  // A glob over names and NEVRAs of source packages: the run holds no other build. All if empty.
  std::string only = {};
  bool dry_run = false;       // Plan and count; write nothing.
  bool check = false;         // Make everything again in memory and compare with what is published.
  bool allow_shrink = false;  // Publish although much of the repositories is gone.
  bool force = false;         // Make every set again, and publish what is not as it was.
  std::string redo_made_by = {};   // The same of the sets that say so: "reposbom-0.2".
  std::chrono::seconds wait = {};  // For the lock of the tree.
  std::optional<std::int64_t> source_date_epoch = {};  // Instead of the newest repomd timestamp.
};

enum class RunState { Published, Unchanged, Planned, Same, Drifted };

struct RunResult {
  RunState state = RunState::Published;
  Report report = {};
  // The plan of a dry run, what a check found different, what was found damaged, or what went wrong
  // after publishing.
  std::vector<std::string> lines = {};
  Expired removed = {};  // After publishing, as `keep` says.
};

// Throws Error if nothing could be published; then the tree is as it was.
RunResult run_build(
    const Settings& settings,
    const RunOptions& options,
    Storage& storage,
    const Progress& progress);

}  // namespace reposbom::pipeline
