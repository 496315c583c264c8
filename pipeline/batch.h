// SPDX-License-Identifier: Apache-2.0
//
// Many independent jobs through one oneTBB pipeline: parallel in the middle, one
// at a time and in order at the end. How many are in flight bounds the memory.
#pragma once

#include <cstddef>
#include <functional>
#include <variant>

#include "pipeline/report.h"
#include "pipeline/stages.h"

namespace reposbom::pipeline {

// Runs `work` for 0 … count-1 on several threads and hands the outcomes to `take` in that order,
// from one thread at a time. What either throws ends the batch and comes out of it.
void run_batch(
    std::size_t count,
    std::size_t in_flight,
    const std::function<Outcome<SetSummary>(std::size_t)>& work,
    const std::function<void(Outcome<SetSummary>)>& take);

}  // namespace reposbom::pipeline
