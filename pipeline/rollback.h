// SPDX-License-Identifier: Apache-2.0
//
// `reposbom rollback` and `reposbom prune`: what people do to a tree by hand, under
// the same lock as a build, and as safe against being killed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "pipeline/retention.h"
#include "pipeline/settings.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

// Makes an earlier run the current one: `run`, or, if that is empty, the one that was current
// before. It is verified first, by the keys of the tree. Returns its name. Throws Error
// (Cause::Usage) if there is no such run.
std::string roll_back(
    const std::filesystem::path& tree,
    const std::string& run,
    std::chrono::seconds wait,
    Storage& storage);

// Removes what `keep` does not keep, and sets that nothing refers to; what unfinished runs left as
// well. With `dry_run` only tells what that would be, and needs no lock.
Expired prune(
    const std::filesystem::path& tree,
    const Keep& keep,
    bool dry_run,
    std::chrono::seconds wait,
    Storage& storage);

}  // namespace reposbom::pipeline
