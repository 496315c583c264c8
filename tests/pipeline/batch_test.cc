// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/parallel.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using reposbom::Cause;
using reposbom::Error;
using reposbom::tests::thrown_by;

namespace {

Outcome<SetSummary> set_called(std::size_t i) {
  return SetSummary{.build = std::to_string(i)};
}

const std::string& name_of(const Outcome<SetSummary>& outcome) {
  return std::get<SetSummary>(outcome).build;
}

}  // namespace

TEST_CASE("run_batch hands outcomes on in order, however long each takes") {
  with_threads(4, [] {
    std::vector<std::string> taken;
    run_batch(
        200,
        16,
        [](std::size_t i) {
          if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
          return set_called(i);
        },
        [&](Outcome<SetSummary> outcome) { taken.push_back(name_of(outcome)); });
    REQUIRE(taken.size() == 200);
    for (std::size_t i = 0; i != taken.size(); ++i)
      CHECK(taken[i] == std::to_string(i));
  });
}

TEST_CASE("run_batch of nothing calls nobody") {
  run_batch(
      0,
      4,
      [](std::size_t i) {
        FAIL("work for nothing");
        return set_called(i);
      },
      [](Outcome<SetSummary>) { FAIL("taken from nothing"); });
}

TEST_CASE("run_batch hands failures on like any outcome") {
  std::vector<bool> failed;
  run_batch(
      10,
      4,
      [](std::size_t i) -> Outcome<SetSummary> {
        if (i % 2 == 1) return Failure{std::to_string(i), "describe", "odd"};
        return set_called(i);
      },
      [&](Outcome<SetSummary> outcome) {
        failed.push_back(std::holds_alternative<Failure>(outcome));
      });
  CHECK(
      failed == std::vector<bool>{false, true, false, true, false, true, false, true, false, true});
}

TEST_CASE("run_batch has no more in flight than it may") {
  with_threads(8, [] {
    std::atomic<int> in_flight = 0;
    std::atomic<int> most = 0;
    run_batch(
        300,
        3,
        [&](std::size_t i) {
          const int now = ++in_flight;
          int before = most;
          while (before < now && !most.compare_exchange_weak(before, now)) {
          }
          std::this_thread::sleep_for(std::chrono::microseconds(100));
          return set_called(i);
        },
        [&](Outcome<SetSummary>) { --in_flight; });
    CHECK(most <= 3);
    CHECK(in_flight == 0);
  });
}

TEST_CASE("what work or take throws comes out of run_batch as it is") {
  const auto keep = [](Outcome<SetSummary>) {};
  const auto thrown = thrown_by([&] {
    run_batch(
        100,
        8,
        [](std::size_t i) {
          if (i == 40) throw Error(Cause::Output, "disk", "is full");
          return set_called(i);
        },
        keep);
  });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.message == "disk: is full");

  std::size_t taken = 0;
  CHECK_THROWS_AS(
      run_batch(
          100,
          8,
          set_called,
          [&](Outcome<SetSummary>) {
            if (++taken == 3) throw std::logic_error("enough");
          }),
      std::logic_error);
  CHECK(taken == 3);
}
