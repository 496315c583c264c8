// SPDX-License-Identifier: Apache-2.0
//
// What every thread did and when, for `build --trace`: spans named after the stages of
// a run. Without a Trace a span costs one load, so they stand in the code for good.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// Keeps the spans that begin and end while it lives. Requires: it is the only one, and outlives
// them.
class Trace {
 public:
  Trace();
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  // The spans that have ended, as JSON in the Trace Event Format, which the trace viewers of
  // browsers read: complete events ("ph": "X") by thread, times in microseconds from the beginning.
  // Requires: no span ends meanwhile.
  std::string json() const;

 private:
  friend class Span;
  using Clock = std::chrono::steady_clock;

  struct Entry {
    std::string_view stage = {};
    std::string subject = {};
    Clock::time_point start = {};
    Clock::time_point end = {};
  };
  struct Thread {
    std::vector<Entry> spans = {};
  };

  static std::atomic<Trace*> current;

  void add(Entry&& entry);

  const Clock::time_point start_ = Clock::now();
  const std::uint64_t number_;  // Of no other Trace, so that a thread finds out it is new to this.
  std::mutex mutex_ = {};
  std::vector<std::unique_ptr<Thread>> threads_ = {};
};

// From here to the end of its scope. `stage` must outlive the Trace: a literal. What is told of it,
// as the name of a build, is kept only where there is a Trace.
class Span {
 public:
  explicit Span(std::string_view stage, std::string_view subject = {});
  ~Span();
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

 private:
  Trace* const trace_;
  Trace::Entry entry_ = {};
};

}  // namespace reposbom::pipeline
