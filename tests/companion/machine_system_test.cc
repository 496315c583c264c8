// SPDX-License-Identifier: Apache-2.0
#include "companion/machine_system.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::generators::ElementRecord;
using reposbom::generators::Inventory;
using reposbom::metadata::Catalog;
using reposbom::metadata::Distribution;
using reposbom::metadata::Package;

namespace {

std::string told(const Distribution& distribution) {
  return distribution.id + "|" + distribution.version + "|" + distribution.purl.name_space + "|" +
         distribution.purl.distro;
}

Catalog catalog_of(Package package) {
  package.origins = {{}};
  std::vector<reposbom::metadata::RepositoryContents> repositories(1);
  repositories[0].packages.push_back(std::move(package));
  return reposbom::metadata::join(std::move(repositories));
}

// "epel-release" is no release of the system.
Catalog with_release() {
  Package package{.name = "almalinux-release", .evr = {0, "9.4", "1.el9"}, .arch = "x86_64"};
  package.provides = {{.name = "system-release"}};
  return catalog_of(package);
}

Inventory with_published() {
  ElementRecord record;
  record.element.purl = "pkg:rpm/oracle/bash@5.1.8-9.el9?arch=x86_64&distro=ol-9";
  Inventory inventory;
  inventory.packages[{0, 0}] = {.record = record};
  return inventory;
}

}  // namespace

TEST_CASE("machine_distribution is that of os-release, wherever it stands below the root") {
  const TemporaryFolder root;
  write_bytes(root / "usr/lib/os-release", "ID=rocky\nVERSION_ID=9.3\n");
  const auto told_of = [&](const InstalledPlace& place) {
    return told(machine_distribution(place, with_release(), with_published()));
  };
  CHECK(told_of({.root = root.path()}) == "rocky|9.3|rocky|rocky-9");
  write_bytes(root / "etc/os-release", "ID=rhel\nVERSION_ID=9.4\n");
  CHECK(told_of({.root = root.path()}) == "rhel|9.4|redhat|rhel-9");
  // A list is of another machine, unless there is a root as well.
  CHECK(told_of({.list_file = "list"}) == "almalinux|9.4|almalinux|almalinux-9");
  CHECK(told_of({.root = root.path(), .list_file = "list"}) == "rhel|9.4|redhat|rhel-9");
}

TEST_CASE("machine_distribution is told by packages where there is no os-release") {
  const TemporaryFolder root;
  const InstalledPlace place{.root = root.path()};
  const Catalog epel =
      catalog_of({.name = "epel-release", .evr = {0, "9", "7.el9"}, .arch = "noarch"});
  CHECK(
      told(machine_distribution(place, with_release(), with_published())) ==
      "almalinux|9.4|almalinux|almalinux-9");
  CHECK(told(machine_distribution(place, epel, with_published())) == "ol|9|oracle|ol-9");
  CHECK(told(machine_distribution(place, epel, {})) == "linux||linux|linux");
}
