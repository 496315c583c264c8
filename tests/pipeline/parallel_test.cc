// SPDX-License-Identifier: Apache-2.0

#include "pipeline/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using reposbom::pipeline::in_parallel;
using reposbom::pipeline::parallel_for;
using reposbom::pipeline::parallel_wait;
using reposbom::pipeline::thread_count;
using reposbom::pipeline::with_threads;

TEST_CASE("parallel_for calls each index once") {
  std::vector<int> calls(1000);
  parallel_for(calls.size(), [&](std::size_t i) { ++calls[i]; });
  CHECK(std::ranges::all_of(calls, [](int count) { return count == 1; }));
  parallel_for(0, [](std::size_t) { FAIL("called for nothing"); });
}

TEST_CASE("in_parallel does each thing once, and throws what the first in the list throws") {
  int first = 0;
  int second = 0;
  in_parallel({[&] { ++first; }, [&] { ++second; }});
  CHECK(first == 1);
  CHECK(second == 1);
  CHECK_THROWS_WITH(
      in_parallel(
          {[] {}, [] { throw std::runtime_error("b"); }, [] { throw std::runtime_error("c"); }}),
      "b");
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

TEST_CASE("parallel_for does everything before the index that throws") {
  for (int round = 0; round != 20; ++round) {
    std::vector<std::atomic<bool>> done(300);
    CHECK_THROWS_AS(
        parallel_for(
            done.size(),
            [&](std::size_t i) {
              if (i == 200) throw std::runtime_error("here");
              done[i] = true;
            }),
        std::runtime_error);
    REQUIRE(std::ranges::all_of(
        done.begin(), done.begin() + 200, [](const auto& is_done) { return is_done.load(); }));
  }
}

TEST_CASE("with_threads sets how many threads work, above the number of cores too") {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{3}, std::size_t{16}}) {
    CAPTURE(threads);
    std::mutex mutex;
    std::set<std::thread::id> seen;
    with_threads(threads, [&] {
      CHECK(thread_count() == threads);
      parallel_for(200, [&](std::size_t) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        const std::scoped_lock lock(mutex);
        seen.insert(std::this_thread::get_id());
      });
    });
    CHECK(seen.size() <= threads);
    if (threads == 1) CHECK(seen.contains(std::this_thread::get_id()));
  }
}

TEST_CASE("with_threads of 0 takes what there is") {
  std::size_t inside = 0;
  with_threads(0, [&] { inside = thread_count(); });
  CHECK(inside == thread_count());
  CHECK(inside >= 1);
}

TEST_CASE("what work throws comes out of with_threads") {
  for (const std::size_t threads : {std::size_t{0}, std::size_t{4}}) {
    CHECK_THROWS_AS(
        with_threads(threads, [] { throw std::runtime_error("work"); }), std::runtime_error);
  }
}

TEST_CASE("parallel_wait calls once for each index, several at once, and throws as a loop would") {
  std::vector<std::atomic<int>> calls(100);
  std::atomic<int> waiting = 0;
  std::atomic<int> most = 0;
  parallel_wait(calls.size(), 4, [&](std::size_t i) {
    const int now = ++waiting;
    int seen = most;
    while (now > seen && !most.compare_exchange_weak(seen, now)) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --waiting;
    ++calls[i];
  });
  for (const auto& count : calls)
    CHECK(count == 1);
  CHECK(most > 1);
  CHECK(most <= 4);
  parallel_wait(0, 4, [](std::size_t) { FAIL("called"); });

  std::string thrown;
  try {
    parallel_wait(100, 4, [](std::size_t i) {
      if (i >= 10) throw std::runtime_error(std::to_string(i));
    });
  } catch (const std::runtime_error& error) {
    thrown = error.what();
  }
  CHECK(thrown == "10");
}
