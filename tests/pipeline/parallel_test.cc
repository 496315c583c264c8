// SPDX-License-Identifier: Apache-2.0

#include "pipeline/parallel.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using reposbom::pipeline::parallel_for;

TEST_CASE("parallel_for calls each index once") {
  std::vector<int> calls(1000);
  parallel_for(calls.size(), [&](std::size_t i) { ++calls[i]; });
  CHECK(std::ranges::all_of(calls, [](int count) { return count == 1; }));
  parallel_for(0, [](std::size_t) { FAIL("called for nothing"); });
}

TEST_CASE("parallel_for throws what the lowest index throws") {
  for (int round = 0; round != 50; ++round) {
    std::string message;
    try {
      parallel_for(500, [](std::size_t i) {
        if (i >= 7 && i % 3 == 1) throw std::runtime_error(std::to_string(i));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    REQUIRE(message == "7");
  }
}
