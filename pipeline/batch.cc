// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch.h"

#include <optional>
#include <utility>
#include <vector>

#include <tbb/parallel_pipeline.h>

namespace reposbom::pipeline {

void run_batch(
    std::size_t count,
    std::size_t in_flight,
    const std::function<Outcome<SetSummary>(std::size_t)>& work,
    const std::function<void(Outcome<SetSummary>)>& take) {
  std::size_t next = 0;
  const auto number = tbb::make_filter<void, std::size_t>(
      tbb::filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
        if (next == count) flow.stop();
        return next++;
      });
  // An outcome waits in its slot, not in the pipeline, which loses what it holds when one of its
  // stages throws. A slot is free again before it is needed: outcomes leave in order, and no more
  // than `in_flight` numbers are under way.
  std::vector<std::optional<Outcome<SetSummary>>> slots(in_flight);
  const auto build = tbb::make_filter<std::size_t, std::size_t>(
      tbb::filter_mode::parallel, [&](std::size_t index) {
        slots[index % in_flight].emplace(work(index));
        return index;
      });
  const auto collect = tbb::make_filter<std::size_t, void>(
      tbb::filter_mode::serial_in_order, [&](std::size_t index) {
        auto& slot = slots[index % in_flight];
        take(std::move(*slot));
        slot.reset();
      });
  tbb::parallel_pipeline(in_flight, number & build & collect);
}

}  // namespace reposbom::pipeline
