// SPDX-License-Identifier: Apache-2.0

#include "pipeline/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <vector>

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace reposbom::pipeline {
namespace {

// TBB itself throws whatever was thrown first. This keeps what the lowest index threw: once an
// index has failed, those above it need not run, those below it must.
class FirstFailure {
 public:
  explicit FirstFailure(std::size_t count) : index_(count) {}

  bool is_before(std::size_t index) const { return index_.load(std::memory_order_relaxed) < index; }

  void keep(std::size_t index, std::exception_ptr exception) {
    const std::scoped_lock lock(mutex_);
    if (is_before(index)) return;
    index_.store(index, std::memory_order_relaxed);
    exception_ = std::move(exception);
  }

  void rethrow() const {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_ = {};
  std::atomic<std::size_t> index_;
  std::exception_ptr exception_ = {};
};

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  FirstFailure failure(count);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t index) {
    if (failure.is_before(index)) return;
    try {
      body(index);
    } catch (...) {
      failure.keep(index, std::current_exception());
    }
  });
  failure.rethrow();
}

void in_parallel(std::initializer_list<std::function<void()>> things) {
  parallel_for(things.size(), [&](std::size_t i) { std::data(things)[i](); });
}

void parallel_wait(
    std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body) {
  FirstFailure failure(count);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t index = next++; index < count && !failure.is_before(index); index = next++) {
      try {
        body(index);
      } catch (...) {
        failure.keep(index, std::current_exception());
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i)
    others.emplace_back(work);
  work();
  others.clear();
  failure.rethrow();
}

void with_threads(std::size_t threads, const std::function<void()>& work) {
  if (threads == 0) return work();
  // An arena alone is held to the number of cores; the control lifts that.
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] { work(); });
}

std::size_t thread_count() {
  return static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
}

}  // namespace reposbom::pipeline
