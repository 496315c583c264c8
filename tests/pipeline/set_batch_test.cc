// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_batch.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "pipeline/stages.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

namespace {

// Counts what a batch costs.
class Counter : public FailingStorage {
 public:
  void sync(const fs::path& path) override {
    ++syncs;
    FailingStorage::sync(path);
  }
  std::size_t syncs = 0;
};

std::string digest_of(std::size_t number) {
  return reposbom::metadata::sha256(std::to_string(number));
}

std::string stage(const fs::path& tree, std::size_t number, Storage& storage) {
  RenderedSet set{.files = {{.name = "SHA256SUMS", .bytes = "sums\n"}}};
  set.summary.digest = digest_of(number);
  stage_set(set, tree, storage);
  return set.summary.digest;
}

}  // namespace

TEST_CASE("a full batch is synced once, and then all of it is in the store") {
  const TemporaryFolder tree;
  Counter storage;
  SetBatch batch(tree.path(), storage);
  for (std::size_t i = 0; i != kSetsPerBatch; ++i) {
    CHECK(storage.syncs == 0);
    CHECK(!is_stored(tree.path(), digest_of(0)));
    batch.add(stage(tree.path(), i, storage), 1);
  }
  CHECK(storage.syncs == 1);
  for (std::size_t i = 0; i != kSetsPerBatch; ++i)
    REQUIRE(is_stored(tree.path(), digest_of(i)));
  batch.add(stage(tree.path(), kSetsPerBatch, storage), 1);
  CHECK(storage.syncs == 1);
  CHECK(!is_stored(tree.path(), digest_of(kSetsPerBatch)));
}

TEST_CASE("a batch of few large sets is full too") {
  const TemporaryFolder tree;
  Counter storage;
  SetBatch batch(tree.path(), storage);
  batch.add(stage(tree.path(), 1, storage), kBytesPerBatch - 1);
  CHECK(storage.syncs == 0);
  batch.add(stage(tree.path(), 2, storage), 1);
  CHECK(storage.syncs == 1);
  CHECK(is_stored(tree.path(), digest_of(1)));
}

TEST_CASE("replace_set puts a set in the place of another, which is then in the staging folder") {
  const TemporaryFolder tree;
  FailingStorage storage;
  const std::string digest = digest_of(1);
  write_bytes(tree.path() / store_path(digest) / "SHA256SUMS", "damaged\n");
  stage(tree.path(), 1, storage);
  CHECK(replace_set(tree.path(), digest, storage));
  CHECK(read_bytes(tree.path() / store_path(digest) / "SHA256SUMS") == "sums\n");
  CHECK(read_bytes(tree.path() / staged_set_path(digest) / "SHA256SUMS") == "damaged\n");
}
