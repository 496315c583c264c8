// SPDX-License-Identifier: Apache-2.0
//
// What the sets of the current run tell of themselves, in one file of the tree that is no part of
// what is published: a run that changes little need not open every set. Without it, set.json of
// each is read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/publisher.h"
#include "pipeline/set_summary.h"

namespace reposbom::pipeline {

inline constexpr std::string_view kSetCache = ".sets";  // Below the tree.

// By digest. Of a set, all but its inputs and whether it waits in the staging folder.
using SetCache = std::unordered_map<std::string, SetSummary>;

// Those of `sets` that are any, in their order, then what `earlier` has of the others that the run
// links to.
std::string write_set_cache(
    const std::vector<SetSummary>& sets,
    const SetCache& earlier,
    const std::vector<RunSet>& linked);

// Empty if the text is anything but what write_set_cache() wrote.
SetCache parse_set_cache(std::string_view text);

// Of a tree; empty if it has none.
SetCache read_set_cache(const std::filesystem::path& tree);

}  // namespace reposbom::pipeline
