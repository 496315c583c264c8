// SPDX-License-Identifier: Apache-2.0
//
// One run at a time for each tree. The kernel holds the lock and drops it with the
// process, however that ends; what the file says is for people who wait.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace reposbom::pipeline {

class TreeLock {
 public:
  // `doing` is told to those who find the lock taken: "build". Waits for it as long as told, or
  // until a signal. Throws Error: Cause::TryAgain if another process still holds the lock of this
  // tree then, Cause::Output if its file cannot be made.
  explicit TreeLock(
      const std::filesystem::path& tree,
      const std::string& doing = {},
      std::chrono::seconds wait = std::chrono::seconds(0));
  ~TreeLock();
  TreeLock(const TreeLock&) = delete;
  TreeLock& operator=(const TreeLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace reposbom::pipeline
