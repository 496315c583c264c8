// SPDX-License-Identifier: Apache-2.0
#include "companion/merge_command.h"

#include <cstdlib>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::read_bytes;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;
namespace fs = std::filesystem;

namespace {

MergeRequest request_of(const TemporaryFolder& folder) {
  fs::create_directories(folder / "sbom/sets");
  write_bytes(folder / "list", "bash-5.1.8-9.el9.x86_64 bash-5.1.8-9.el9.src.rpm\n");
  return {
      .installed = {.list_file = folder / "list"},
      .folder = folder / "sbom",
      .version = "1",
      .source_date_epoch = {}};
}

}  // namespace

TEST_CASE("merge_to writes the same document to a file as to standard output") {
  const TemporaryFolder folder;
  std::string printed;
  const MergeSummary summary = merge_to(
      request_of(folder),
      {.format = "cyclonedx-json", .print = [&](std::string_view text) { printed += text; }});
  CHECK(summary.packages == 1);
  CHECK(summary.others.size() == 1);
  CHECK(printed.find("\"bomFormat\": \"CycloneDX\"") != std::string::npos);
  write_bytes(folder / "machine.json", "an older one");
  merge_to(request_of(folder), {.format = "cyclonedx-json", .file = folder / "machine.json"});
  CHECK(read_bytes(folder / "machine.json") == printed);
}

TEST_CASE("merge_to says what is wrong, and leaves what is there") {
  const TemporaryFolder folder;
  const auto merge_into = [&](const std::string& format, const fs::path& file) {
    return thrown_by([&] { merge_to(request_of(folder), {.format = format, .file = file}); });
  };
  CHECK(merge_into("spdx", folder / "x").says("'spdx' is no format"));
  CHECK(merge_into("spdx-json", "/dev/null").says("/dev/null: is no file"));
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(merge_into("spdx-json", folder / "none/x").cause == Cause::Output);
  setenv("SOURCE_DATE_EPOCH", "tomorrow", 1);
  CHECK(merge_into("spdx-json", folder / "x").says("SOURCE_DATE_EPOCH: is to be seconds"));
  unsetenv("SOURCE_DATE_EPOCH");
  CHECK_FALSE(fs::exists(folder / "x"));
}
