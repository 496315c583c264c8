// SPDX-License-Identifier: Apache-2.0
#include "metadata/remarks.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/samples.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;

namespace {

using Remarks = std::vector<Remark>;

std::vector<std::string> ids(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i != count; ++i)
    ids.push_back("ALSA-" + std::to_string(100 + i));
  return ids;
}

Package package_of(const std::string& nevra_text) {
  const auto parsed = parse_nevra(nevra_text);
  REQUIRE(parsed);
  return sample_package(parsed->name, parsed->evr, parsed->arch, "x-1-1.src.rpm");
}

Remarks remarks_on_modules(
    const std::vector<ModuleStream>& modules, const std::vector<std::string>& held) {
  RepositoryContents contents;
  contents.repository.id = "apps";
  contents.modules = modules;
  for (const std::string& nevra_text : held)
    contents.packages.push_back(package_of(nevra_text));
  Remarks remarks;
  remark_on_modules(contents, remarks);
  return remarks;
}

}  // namespace

TEST_CASE("first_of names three and counts the rest") {
  CHECK(first_of({}) == "");
  CHECK(first_of({"a"}) == "a");
  CHECK(first_of({"a", "b", "c"}) == "a, b, c");
  CHECK(first_of({"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
}

TEST_CASE("ten advisories about nothing are a line each, eleven are one line that counts them") {
  Remarks remarks;
  remark_on_advisories(ids(10), remarks);
  REQUIRE(remarks.size() == 10);
  CHECK(remarks[9] == Remark{"ALSA-109", "the advisory names no package of these repositories"});
  remarks.clear();
  remark_on_advisories(ids(11), remarks);
  const Remark expected{
      "updateinfo.xml",
      "11 advisories name no package of these repositories: ALSA-100, ALSA-101, ALSA-102 and 8 "
      "more"};
  CHECK(remarks == Remarks{expected});
}

TEST_CASE("a module stream that names absent packages is a remark") {
  const Remarks remarks = remarks_on_modules(
      {{.name = "m",
        .stream = "1",
        .version = "2",
        .context = "c",
        .artifacts = {"x-0:1-1.x86_64", "y-1:1-1.noarch", "z-0:1-1.x86_64"}},
       {.name = "whole", .stream = "1", .artifacts = {"x-0:1-1.x86_64"}}},
      {"x-1-1.x86_64", "y-1-1.noarch"});
  const Remark expected{
      "m:1:2:c",
      "2 of 3 packages that modules.yaml of apps names are not in this repository: "
      "y-1:1-1.noarch, z-0:1-1.x86_64"};
  CHECK(remarks == Remarks{expected});
}

TEST_CASE("source and debug packages of a module stand in other repositories") {
  CHECK(remarks_on_modules(
            {{.name = "m",
              .stream = "1",
              .artifacts =
                  {"x-0:1-1.src",
                   "x-0:1-1.nosrc",
                   "x-debuginfo-0:1-1.x86_64",
                   "x-debugsource-0:1-1.x86_64",
                   "x-0:1-1.x86_64"}}},
            {"x-1-1.x86_64"})
            .empty());
}

TEST_CASE("an artifact that is no NEVRA names no package") {
  const Remarks remarks =
      remarks_on_modules({{.name = "m", .stream = "1", .artifacts = {"nonsense"}}}, {});
  REQUIRE(remarks.size() == 1);
  CHECK(remarks[0].message.ends_with(": nonsense"));
}

TEST_CASE("malformed bundled() provides are a remark each, the others are none") {
  Build build;
  build.packages = {package_of("x-2:1-1.x86_64")};
  build.packages[0].provides = {
      {"bundled(zlib)", Comparison::Equal, "1.2.11"},
      {"bundled(zlib)"},
      {"bundled()", Comparison::Equal, "1"},
      {"bundled(npm(left-pad)", Comparison::Equal, "1.0"},
      {"x", Comparison::Equal, "2:1-1"}};
  Remarks remarks;
  remark_on_bundled({build}, remarks);
  REQUIRE(remarks.size() == 2);
  CHECK(remarks[0].subject == "x-2:1-1.x86_64");
  CHECK(remarks[0].message.find("'bundled() = 1'") != std::string::npos);
  CHECK(remarks[1].message.find("'bundled(npm(left-pad) = 1.0'") != std::string::npos);
}
