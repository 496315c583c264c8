// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/floor_measure.h"

#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace reposbom::bench {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Part measure(std::string name, const std::function<void(Part&)>& work) {
  Part part{.name = std::move(name)};
  rusage before = {};
  rusage after = {};
  ::getrusage(RUSAGE_SELF, &before);
  const auto start = std::chrono::steady_clock::now();
  work(part);
  part.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ::getrusage(RUSAGE_SELF, &after);
  part.user = seconds(after.ru_utime) - seconds(before.ru_utime);
  part.system = seconds(after.ru_stime) - seconds(before.ru_stime);
  return part;
}

void on_threads(unsigned threads, const std::function<void(Counter&)>& work) {
  Counter next = 0;
  std::vector<std::future<void>> running;
  for (unsigned i = 0; i != threads; ++i) {
    running.push_back(std::async(std::launch::async, [&] { work(next); }));
  }
  for (std::future<void>& one : running)
    one.wait();
  for (std::future<void>& one : running)
    one.get();
}

}  // namespace reposbom::bench
