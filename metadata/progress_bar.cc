// SPDX-License-Identifier: Apache-2.0
#include "metadata/progress_bar.h"

#include <algorithm>

namespace reposbom::metadata {
namespace {

constexpr std::size_t kWidth = 40;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::string_view kWipe = "\r\x1b[K";

}  // namespace

std::string progress_line(std::string_view stage, std::size_t done, std::size_t total) {
  std::string line(stage);
  line.resize(std::max<std::size_t>(line.size(), 11), ' ');
  if (total <= 1) return line + "…";
  const std::size_t full = std::min(done, total) * kWidth / total;
  line += '[' + std::string(full, '#') + std::string(kWidth - full, '-') + "]  ";
  return line + std::to_string(done) + "/" + std::to_string(total);
}

void ProgressBar::show(std::string_view stage, std::size_t done, std::size_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (is_shown_ && stage == stage_ && now - drawn_ < kPause) return;
  stage_ = stage;
  drawn_ = now;
  is_shown_ = true;
  draw_(std::string(kWipe) + progress_line(stage, done, total));
}

void ProgressBar::wipe() {
  if (is_shown_) draw_(kWipe);
  is_shown_ = false;
}

}  // namespace reposbom::metadata
