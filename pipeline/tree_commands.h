// SPDX-License-Identifier: Apache-2.0
//
// The subcommands about a tree that is there already, for commands.cc: diff, rollback
// and prune. They print through a Console and return the exit code.
#pragma once

#include "pipeline/command_line.h"
#include "pipeline/commands.h"

namespace reposbom::pipeline {

// Throw Error.
int diff_runs(const DiffCommand& command, const Console& console);
int roll_back_tree(const RollbackCommand& command, const Console& console);
int prune_tree(const PruneCommand& command, const Console& console);

}  // namespace reposbom::pipeline
