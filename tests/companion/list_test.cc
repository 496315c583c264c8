// SPDX-License-Identifier: Apache-2.0
#include "companion/list.h"

#include <doctest/doctest.h>

#include "companion/wanted.h"
#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::write_bytes;
namespace metadata = reposbom::metadata;

namespace {

metadata::Package installed(const std::string& nevra, const std::string& source) {
  metadata::Package package = *metadata::parse_nevra(nevra);
  package.source_rpm = source;
  return package;
}

}  // namespace

TEST_CASE("wanted_packages follows the source package, and never out of the folder") {
  const WantedPackages wanted = wanted_packages(
      {installed("bind-utils-32:9.16.23-18.el9.x86_64", "bind-9.16.23-18.el9.src.rpm"),
       installed("bind-libs-32:9.16.23-18.el9.x86_64", "bind-9.16.23-18.el9.src.rpm"),
       installed("gpl-1-1.noarch", ""),
       installed("bad-1-1.noarch", "..-1-1.src.rpm"),
       installed("worse-1-1.noarch", "a/b-1-1.src.rpm")});
  REQUIRE(wanted.sets.size() == 1);
  const auto& [path, packages] = *wanted.sets.begin();
  CHECK(path == "sets/b/bind/bind-9.16.23-18.el9");
  REQUIRE(packages.size() == 2);
  CHECK(packages[0].nevra == "bind-utils-32:9.16.23-18.el9.x86_64");
  CHECK(packages[0].stem == "bind-utils-9.16.23-18.el9.x86_64");
  CHECK(
      wanted.without_source ==
      std::vector<std::string>{"gpl-1-1.noarch", "bad-1-1.noarch", "worse-1-1.noarch"});
}

TEST_CASE("list_packages tells what is there of each package, or why nothing is") {
  const TemporaryFolder folder;
  const std::string set = "sets/b/bash/bash-5.1.8-9.el9/";
  for (const char* name :
       {"bash-5.1.8-9.el9.x86_64.spdx.json",
        "bash-5.1.8-9.el9.x86_64.cdx.xml.gz",
        "bash-doc-5.1.8-9.el9.x86_64.spdx.json",
        "set.json",
        "SHA256SUMS"})
    write_bytes(folder / set / name, "x");
  write_bytes(
      folder / "missing", "local-1:1-1.noarch: no source has a set of its source package\n");
  const std::vector<ListedPackage> list = list_packages(
      {installed("bash-5.1.8-9.el9.x86_64", "bash-5.1.8-9.el9.src.rpm"),
       installed("gzip-1.12-1.el9.x86_64", "gzip-1.12-1.el9.src.rpm"),
       installed("local-1:1-1.noarch", "local-1-1.src.rpm")},
      Collection(folder.path()));
  REQUIRE(list.size() == 3);
  CHECK(
      list[0].documents ==
      std::vector<std::string>{
          set + "bash-5.1.8-9.el9.x86_64.cdx.xml.gz", set + "bash-5.1.8-9.el9.x86_64.spdx.json"});
  CHECK(list[1].documents.empty());
  CHECK(list[1].reason == "not fetched yet");
  CHECK(list[2].nevra == "local-1:1-1.noarch");
  CHECK(list[2].reason == "no source has a set of its source package");
}
