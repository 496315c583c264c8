// SPDX-License-Identifier: Apache-2.0
//
// One line on a terminal that tells how far a run is: drawn again in place, at
// most ten times a second, and wiped at the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace reposbom::metadata {

class ProgressBar {
 public:
  // `draw` takes what is to be shown, control characters included.
  explicit ProgressBar(std::function<void(std::string_view)> draw) : draw_(std::move(draw)) {}
  ~ProgressBar() { wipe(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::string_view stage, std::size_t done, std::size_t total);
  void wipe();

 private:
  std::function<void(std::string_view)> draw_;
  std::string stage_ = {};
  std::chrono::steady_clock::time_point drawn_ = {};
  bool is_shown_ = false;
};

// "writing    [####################--------------------]  2346/4692".
std::string progress_line(std::string_view stage, std::size_t done, std::size_t total);

}  // namespace reposbom::metadata
