// SPDX-License-Identifier: Apache-2.0
//
// From the arguments of a command to its values: one function for each row of the
// table of commands. They check the form of values and what belongs together.
#pragma once

#include "pipeline/command_table.h"

namespace reposbom::pipeline {

// Throw Error (Cause::Usage).
Command make_build(const Arguments& arguments);
Command make_verify(const Arguments& arguments);
Command make_disk(const Arguments& arguments);
Command make_diff(const Arguments& arguments);
Command make_rollback(const Arguments& arguments);
Command make_prune(const Arguments& arguments);
Command make_show(const Arguments& arguments);
Command make_explain(const Arguments& arguments);
Command make_license(const Arguments& arguments);

}  // namespace reposbom::pipeline
