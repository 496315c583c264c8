// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_batch.h"

#include <utility>

#include "pipeline/tree.h"

namespace reposbom::pipeline {

SetBatch::SetBatch(std::filesystem::path tree, Storage& storage)
    : tree_(std::move(tree)), storage_(storage) {}

void SetBatch::add(const std::string& digest, std::uint64_t bytes) {
  digests_.push_back(digest);
  bytes_ += bytes;
  if (digests_.size() < kSetsPerBatch && bytes_ < kBytesPerBatch) return;
  storage_.sync(tree_);
  for (const std::string& finished : digests_)
    move_set(tree_, finished, storage_);
  digests_.clear();
  bytes_ = 0;
}

void move_set(const std::filesystem::path& tree, const std::string& digest, Storage& storage) {
  const std::filesystem::path place = tree / store_path(digest);
  storage.create_directories(place.parent_path());
  storage.rename(tree / staged_set_path(digest), place);
}

bool replace_set(const std::filesystem::path& tree, const std::string& digest, Storage& storage) {
  storage.sync(tree);
  return storage.exchange(tree / staged_set_path(digest), tree / store_path(digest));
}

}  // namespace reposbom::pipeline
