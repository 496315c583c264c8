// SPDX-License-Identifier: Apache-2.0
//
// One run at a time for each tree. The kernel holds the lock and drops it with the
// process, however that ends.
#pragma once

#include <filesystem>

namespace reposbom::pipeline {

class TreeLock {
 public:
  // Throws Error: Cause::TryAgain if another process holds the lock of this tree, Cause::Output if
  // its file cannot be made.
  explicit TreeLock(const std::filesystem::path& tree);
  ~TreeLock();
  TreeLock(const TreeLock&) = delete;
  TreeLock& operator=(const TreeLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace reposbom::pipeline
