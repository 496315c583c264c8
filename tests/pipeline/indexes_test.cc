// SPDX-License-Identifier: Apache-2.0
#include "pipeline/indexes.h"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;

namespace {

// The set of a build with packages that are called like it.
SetSummary set_of(
    const std::string& source,
    const std::string& version,
    const std::string& uuid = "u1",
    const std::vector<std::string>& archs = {"x86_64"}) {
  SetSummary set;
  set.build = source + "-" + version + "-1";
  set.source_name = source;
  set.digest = "digest of " + set.build + uuid;
  for (const std::string& arch : archs) {
    set.packages.push_back(
        {.nevra = set.build + "." + arch,
         .arch = arch,
         .pkgid = "file of " + set.build + "." + arch,
         .stem = set.build + "." + arch,
         .build = set.build,
         .source_name = source,
         .set = set.digest,
         .uuid = uuid,
         .time = 1'700'000'000});
  }
  return set;
}

constexpr std::int64_t kTime = 1'710'000'000;

Index index_of(
    const std::vector<SetSummary>& sets,
    const Index& previous = {},
    const Undescribed& undescribed = {}) {
  return {
      .run = "run",
      .suffixes = {".spdx.json", ".cdx.json"},
      .packages = make_entries(sets, previous, kTime, undescribed)};
}

// "NEVRA state" of each entry.
std::vector<std::string> told(const Index& index) {
  std::vector<std::string> lines;
  for (const IndexEntry& entry : index.packages)
    lines.push_back(entry.nevra + " " + std::string(to_string(entry.state)));
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("make_entries lists packages by build and name, in whatever order the sets are") {
  const SetSummary bash = set_of("bash", "5", "u", {"i686", "x86_64"});
  const SetSummary zlib = set_of("zlib", "1");
  const Lines expected = {
      "bash-5-1.i686 current", "bash-5-1.x86_64 current", "zlib-1-1.x86_64 current"};
  CHECK(told(index_of({bash, zlib})) == expected);
  CHECK(told(index_of({zlib, bash})) == expected);
}

TEST_CASE("make_entries leaves out sets that could not be made") {
  CHECK(told(index_of({set_of("bash", "5"), SetSummary{}})) == Lines{"bash-5-1.x86_64 current"});
}

TEST_CASE("a package whose source package is there in another version is superseded") {
  const Index before = index_of({set_of("bash", "5")});
  CHECK(
      told(index_of({set_of("bash", "6")}, before)) ==
      Lines{"bash-5-1.x86_64 superseded", "bash-6-1.x86_64 current"});
}

TEST_CASE("a package whose source package is gone is withdrawn, and stays so") {
  const Index first = index_of({set_of("bash", "5"), set_of("zlib", "1")});
  const Index second = index_of({set_of("zlib", "1")}, first);
  CHECK(told(second) == Lines{"bash-5-1.x86_64 withdrawn", "zlib-1-1.x86_64 current"});
  const Index third = index_of({set_of("bash", "6"), set_of("zlib", "1")}, second);
  CHECK(
      told(third) ==
      Lines{"bash-5-1.x86_64 withdrawn", "bash-6-1.x86_64 current", "zlib-1-1.x86_64 current"});
}

TEST_CASE("a package that comes back is current again, once") {
  const Index first = index_of({set_of("bash", "5")});
  const Index second = index_of({set_of("bash", "6")}, first);
  CHECK(
      told(index_of({set_of("bash", "5")}, second)) ==
      Lines{"bash-5-1.x86_64 current", "bash-6-1.x86_64 superseded"});
}

TEST_CASE("another file of the same NEVRA supersedes the first") {
  const Index before = index_of({set_of("bash", "5")});
  SetSummary rebuilt = set_of("bash", "5", "u2");
  rebuilt.packages[0].pkgid = "another file";
  CHECK(
      told(index_of({rebuilt}, before)) ==
      Lines{"bash-5-1.x86_64 superseded", "bash-5-1.x86_64 current"});
}

TEST_CASE("an entry names the document that its own replaces, for as long as that is true") {
  const Index first = index_of({set_of("bash", "5", "u1")});
  CHECK(first.packages[0].replaces.empty());
  const Index second = index_of({set_of("bash", "5", "u2")}, first);
  REQUIRE(second.packages.size() == 1);
  CHECK(second.packages[0].uuid == "u2");
  CHECK(second.packages[0].replaces == "u1");
  const Index third = index_of({set_of("bash", "5", "u2")}, second);
  CHECK(write_index(third) == write_index(second));
}

TEST_CASE("changes.csv names every current document, newest first") {
  SetSummary bash = set_of("bash", "5");
  SetSummary zlib = set_of("zlib", "1");
  zlib.packages[0].time = 1'700'000'001;
  const Index before = index_of({set_of("bash", "4")});
  CHECK(
      write_changes(index_of({bash, zlib}, before)) ==
      "\"sets/z/zlib/zlib-1-1/zlib-1-1.x86_64.cdx.json\",\"2023-11-14T22:13:21Z\"\n"
      "\"sets/z/zlib/zlib-1-1/zlib-1-1.x86_64.spdx.json\",\"2023-11-14T22:13:21Z\"\n"
      "\"sets/b/bash/bash-5-1/bash-5-1.x86_64.cdx.json\",\"2023-11-14T22:13:20Z\"\n"
      "\"sets/b/bash/bash-5-1/bash-5-1.x86_64.spdx.json\",\"2023-11-14T22:13:20Z\"\n");
}

TEST_CASE("changes.csv doubles the quotes of a name") {
  Index index = index_of({set_of("a\"b", "1")});
  index.suffixes = {".spdx.json"};
  CHECK(
      write_changes(index) ==
      "\"sets/a/a\"\"b/a\"\"b-1-1/a\"\"b-1-1.x86_64.spdx.json\",\"2023-11-14T22:13:20Z\"\n");
}

TEST_CASE("a package that is not current says since when, for as long as that is so") {
  const Index first = index_of({set_of("bash", "5")});
  CHECK(first.packages[0].left == 0);
  Index second = index_of({set_of("bash", "6")}, first);
  CHECK(second.packages[0].left == kTime);
  CHECK(second.packages[1].left == 0);
  second.packages[0].left = 1;
  CHECK(index_of({set_of("bash", "6")}, second).packages[0].left == 1);
  CHECK(index_of({set_of("bash", "5")}, second).packages[0].left == 0);
}

TEST_CASE("a package that could not be described keeps its last set and stays current") {
  const SetSummary bash = set_of("bash", "5");
  const Index first = index_of({bash, set_of("zlib", "1")});
  const Index second =
      index_of({SetSummary{}, set_of("zlib", "1")}, first, {{"bash-5-1"}, {"bash"}});
  CHECK(told(second) == Lines{"bash-5-1.x86_64 current", "zlib-1-1.x86_64 current"});
  CHECK(second.packages[0].set == bash.digest);
  const Index third = index_of({set_of("zlib", "1")}, first, {{"bash-5-1.x86_64"}, {}});
  CHECK(told(third) == Lines{"bash-5-1.x86_64 current", "zlib-1-1.x86_64 current"});
}

TEST_CASE("a package whose newer build could not be described is superseded all the same") {
  const Index first = index_of({set_of("bash", "5")});
  const Index second = index_of({SetSummary{}}, first, {{"bash-6-1"}, {"bash"}});
  CHECK(told(second) == Lines{"bash-5-1.x86_64 superseded"});
}

TEST_CASE("a refused package of a build that has a new set is not current") {
  const Index first = index_of({set_of("bash", "5", "u1", {"i686", "x86_64"})});
  const Index second = index_of({set_of("bash", "5", "u2")}, first, {{"bash-5-1.i686"}, {}});
  CHECK(told(second) == Lines{"bash-5-1.i686 superseded", "bash-5-1.x86_64 current"});
}
