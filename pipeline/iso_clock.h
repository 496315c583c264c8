// SPDX-License-Identifier: Apache-2.0
//
// A clock that stands still, for libraries that ask for the time themselves.
#pragma once

#include <cstdint>

namespace reposbom::pipeline {

// While it lives, the C library's time(), localtime_r() and ctime_r() answer in this thread as if
// it were `time` (seconds since 1970) and as if the time zone were UTC. One at a time per thread.
class FixedClock {
 public:
  explicit FixedClock(std::int64_t time);
  ~FixedClock();
  FixedClock(const FixedClock&) = delete;
  FixedClock& operator=(const FixedClock&) = delete;
};

}  // namespace reposbom::pipeline
