// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_contents.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

TEST_CASE("linked_sets has one set for each build: its own, else that of the index") {
  const TemporaryFolder tree;
  const std::string stored(64, 'b');
  write_bytes(tree.path() / store_path(stored) / "SHA256SUMS", "sums\n");
  SetSummary made;
  made.digest = std::string(64, 'a');
  made.source_name = "bash";
  made.build = "bash-6-1";
  made.sums_sha256 = "sums of bash 6";
  const std::vector<IndexEntry> entries = {
      {.build = "bash-6-1", .source_name = "bash", .set = made.digest},
      {.build = "bash-6-1", .source_name = "bash", .set = "an earlier one of the same build"},
      {.build = "bash-5-1", .source_name = "bash", .set = stored},
      {.build = "bash-5-1", .source_name = "bash", .set = stored}};
  const std::vector<RunSet> linked = linked_sets(tree.path(), {SetSummary{}, made}, entries);
  REQUIRE(linked.size() == 2);
  CHECK(linked[0].digest == made.digest);
  CHECK(linked[0].sums_sha256 == "sums of bash 6");
  CHECK(linked[0].is_staged);
  CHECK(linked[1].build == "bash-5-1");
  CHECK(linked[1].sums_sha256 == reposbom::metadata::sha256("sums\n"));
  CHECK(!linked[1].is_staged);
}

TEST_CASE("text_file gives its bytes to whoever writes it") {
  std::string written;
  const RunFile file = text_file("name", "bytes");
  file.write([&](std::string_view bytes) { written += bytes; });
  CHECK(file.name == "name");
  CHECK(written == "bytes");
}
