// SPDX-License-Identifier: Apache-2.0
//
// Finished sets on their way from the staging folder into the store, some at a
// time: synced together, then moved. So whatever is in the store is whole and on the
// medium at any time, and a run that is killed has lost little. A set in the store
// that no run refers to yet is harmless: the next run takes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/storage.h"

namespace reposbom::pipeline {

// So many sets, or bytes of documents, are moved together: less than a second's work is lost.
inline constexpr std::size_t kSetsPerBatch = 256;
inline constexpr std::uint64_t kBytesPerBatch = std::uint64_t{64} << 20U;

class SetBatch {
 public:
  SetBatch(std::filesystem::path tree, Storage& storage);

  // A set that stage_set() has written. Moves the batch if it is full. What is left in the end,
  // publish() moves.
  void add(const std::string& digest, std::uint64_t bytes);

 private:
  std::filesystem::path tree_;
  Storage& storage_;
  std::vector<std::string> digests_ = {};
  std::uint64_t bytes_ = 0;
};

// Moves a staged set into the store. Requires: it is on the medium.
void move_set(const std::filesystem::path& tree, const std::string& digest, Storage& storage);

// Puts a staged set in the place of the damaged one in the store, in one step. Returns whether the
// file system can do that.
bool replace_set(const std::filesystem::path& tree, const std::string& digest, Storage& storage);

}  // namespace reposbom::pipeline
