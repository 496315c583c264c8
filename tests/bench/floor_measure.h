// SPDX-License-Identifier: Apache-2.0
//
// Time and threads of the parts of the floor. No library stands between: the floor must not owe
// its figures to one that reposbom uses as well.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "tests/bench/floor.h"

namespace reposbom::bench {

// Times `work`, which fills in the counts.
Part measure(std::string name, const std::function<void(Part&)>& work);

using Counter = std::atomic<std::size_t>;

// Runs `work` on so many threads; from the counter each takes what to do next. Throws what one of
// them threw.
void on_threads(unsigned threads, const std::function<void(Counter&)>& work);

}  // namespace reposbom::bench
