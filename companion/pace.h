// SPDX-License-Identifier: Apache-2.0
//
// How hard a server is pressed.
#pragma once

#include <chrono>
#include <cstddef>

namespace reposbom::companion {

struct Pace {
  std::size_t in_flight = 64;                     // Files at a time.
  std::chrono::milliseconds first_wait{500};      // After a file's first failure.
  std::chrono::milliseconds longest_wait{30000};  // A server that wants more is given up.
};

}  // namespace reposbom::companion
