// SPDX-License-Identifier: Apache-2.0
#include "companion/installed.h"

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/rpm_machine.h"

using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::Cause;

TEST_CASE("fixtures: read_installed knows the same packages from a database and from a list") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine(
      {fixture_rpm("AppStream", "depweave-0.4-11.el9.x86_64"),
       fixture_rpm("BaseOS", "perlet-libs-5.32.1-481.el9.i686")});
  const InstalledPackages here = read_installed({.root = machine.root()});
  CHECK(here.has_headers);
  CHECK(here.origin == fs::canonical(machine.database()));

  std::string text;
  for (const std::string& line : machine.query("%{NEVRA} %{SOURCERPM}"))
    text += line + "\n";
  const TemporaryFolder folder;
  write_bytes(folder / "list", text);
  // Beside a list, no database is wanted.
  const InstalledPackages listed =
      read_installed({.root = folder / "none", .list_file = folder / "list"});
  CHECK_FALSE(listed.has_headers);
  CHECK(listed.origin == folder / "list");
  REQUIRE(here.packages.size() == 2);
  REQUIRE(listed.packages.size() == 2);
  for (std::size_t i = 0; i != 2; ++i) {
    CHECK(
        reposbom::metadata::nevra(here.packages[i]) ==
        reposbom::metadata::nevra(listed.packages[i]));
    CHECK(here.packages[i].source_rpm == listed.packages[i].source_rpm);
  }
}

TEST_CASE("read_installed names a list that cannot be read") {
  const auto thrown = thrown_by([] { read_installed({.list_file = "/nonexistent/list"}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.message.starts_with("/nonexistent/list: cannot be read"));
}
