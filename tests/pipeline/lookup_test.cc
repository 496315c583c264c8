// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lookup.h"

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

namespace {

Lookup look_into(const TinyRun& run) {
  return read_for_lookup("show", {}, {run.repository.path().string()});
}

}  // namespace

TEST_CASE("read_for_lookup needs repositories, and says so in the name of the command") {
  try {
    read_for_lookup("explain", {}, {});
    FAIL("nothing was thrown");
  } catch (const reposbom::Error& error) {
    CHECK(error.cause() == reposbom::Cause::Usage);
    CHECK(error.subject() == "reposbom explain");
  }
}

TEST_CASE("find_package takes a NEVRA with its epoch and without") {
  TinyRun run;
  run.repository.write({{.name = "bind", .epoch = 32}});
  const Lookup lookup = look_into(run);
  const Found found = find_package(lookup.catalog, "bind-32:1.0-1.el9.x86_64");
  REQUIRE(found.package != nullptr);
  CHECK(found.package->name == "bind");
  CHECK(find_package(lookup.catalog, "bind-1.0-1.el9.x86_64").package == found.package);
}

TEST_CASE("find_package finds a source package, for which there is no binary one") {
  TinyRun run;
  run.repository.write({{.name = "hello"}});
  const Lookup lookup = look_into(run);
  const Found found = find_package(lookup.catalog, "hello-1.0-1.el9.src");
  CHECK(found.package == nullptr);
  REQUIRE(found.build != nullptr);
  CHECK(found.build->source.package.name == "hello");
}

TEST_CASE("creation_of needs no signing key") {
  Settings settings;
  settings.signing.openpgp = {{.key = "absent.asc"}};
  settings.creator.name = "Example Inc.";
  CHECK(creation_of(settings, {}).creator.name == "Example Inc.");
}
