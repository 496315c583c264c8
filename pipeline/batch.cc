// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch.h"

#include <memory>
#include <utility>

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
  const auto build = tbb::make_filter<std::size_t, std::unique_ptr<Outcome<SetSummary>>>(
      tbb::filter_mode::parallel,
      [&](std::size_t index) { return std::make_unique<Outcome<SetSummary>>(work(index)); });
  const auto collect = tbb::make_filter<std::unique_ptr<Outcome<SetSummary>>, void>(
      tbb::filter_mode::serial_in_order,
      [&](std::unique_ptr<Outcome<SetSummary>> outcome) { take(std::move(*outcome)); });
  tbb::parallel_pipeline(in_flight, number & build & collect);
}

}  // namespace reposbom::pipeline
