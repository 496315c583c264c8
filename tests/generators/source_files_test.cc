// SPDX-License-Identifier: Apache-2.0
#include "generators/source_files.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace reposbom::generators;
using reposbom::metadata::SourceFile;
using reposbom::metadata::SourcePackage;

namespace {

std::string patched(std::vector<SourceFile> files) {
  SourcePackage source;
  source.package.name = "Oval";
  source.package.evr.version = "1.0";
  source.files = std::move(files);
  const SourceFile* archive = patched_archive(source);
  return archive == nullptr ? "" : archive->name;
}

}  // namespace

TEST_CASE("holds_version looks for a whole version") {
  CHECK(holds_version("x-1.0.tar.gz", "1.0"));
  CHECK(holds_version("x-v1.0-stripped.tgz", "1.0"));
  CHECK(holds_version("1.0", "1.0"));
  CHECK(holds_version("x-11.0-1.0.tgz", "1.0"));
  CHECK_FALSE(holds_version("x-1.0.5.tar.gz", "1.0"));
  CHECK_FALSE(holds_version("x-11.0.tar.gz", "1.0"));
  CHECK_FALSE(holds_version("x-2.1.0.tar.gz", "1.0"));
  CHECK_FALSE(holds_version("x-1.01.tar.gz", "1.0"));
  CHECK_FALSE(holds_version("x.tar.gz", "1.0"));
}

TEST_CASE("is_archive goes by the name, compressed or not, but not for signatures") {
  for (const char* name : {"x.tar", "x.tar.gz", "x.tar.zst", "x.tgz", "x.zip", "x.crate", "x.gem"})
    CHECK(is_archive(name));
  for (const char* name : {"x.tar.gz.asc", "x.gz", "x.patch", "x", "tar"})
    CHECK_FALSE(is_archive(name));
}

TEST_CASE("patched_archive is the first that the spec file numbers") {
  CHECK(patched({{.name = "b.zip", .number = 2}, {.name = "a.zip", .number = 1}}) == "a.zip");
  CHECK(patched({{.name = "b.txt", .number = 0}, {.name = "a.zip", .number = 1}}) == "a.zip");
}

TEST_CASE("patched_archive without a spec file is named most like the source package") {
  CHECK(patched({{.name = "other-1.0.tar.gz"}, {.name = "oval-1.0.tar.gz"}}) == "oval-1.0.tar.gz");
  CHECK(patched({{.name = "only.tar.gz"}, {.name = "x.patch", .is_patch = true}}) == "only.tar.gz");
}

TEST_CASE("patched_archive is none of two that are alike") {
  CHECK(patched({{.name = "a.tar.gz"}, {.name = "b.tar.gz"}}) == "");
  CHECK(patched({{.name = "readme"}}) == "");
}

TEST_CASE("distinct_files has a file that is listed twice once, as a source and as a patch") {
  SourcePackage source;
  source.files = {{.name = "x"}, {.name = "x"}, {.name = "x", .is_patch = true}};
  CHECK(distinct_files(source).size() == 2);
}
