// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_arguments.h"

#include <chrono>
#include <string>
#include <variant>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

Arguments build_with(const std::string& option, const std::string& value = "") {
  return {.command = "build", .options = {{option, {value}}}, .operands = {"/srv/os"}};
}

std::chrono::seconds wait_of(const std::string& text) {
  return std::get<BuildCommand>(make_build(build_with("wait", text))).wait;
}

}  // namespace

TEST_CASE("--wait takes seconds, minutes, hours and days") {
  CHECK(wait_of("0s") == std::chrono::seconds(0));
  CHECK(wait_of("30s") == std::chrono::seconds(30));
  CHECK(wait_of("10m") == std::chrono::minutes(10));
  CHECK(wait_of("2h") == std::chrono::hours(2));
  CHECK(wait_of("1d") == std::chrono::hours(24));
  for (const std::string wrong : {"", "10", "m", "-1m", "1.5h", "10 m", "1w", "99999999999s"}) {
    CAPTURE(wrong);
    CHECK(thrown_by([&] { wait_of(wrong); }).says("a duration such as 30s, 10m or 2h"));
  }
}

TEST_CASE("--check goes with nothing that makes sets again") {
  Arguments arguments = build_with("check");
  CHECK(std::get<BuildCommand>(make_build(arguments)).check);
  arguments.options["force"] = {""};
  CHECK(thrown_by([&] { make_build(arguments); }).cause == Cause::Usage);
  arguments = build_with("check");
  arguments.options["redo-made-by"] = {"0.1"};
  CHECK(thrown_by([&] { make_build(arguments); }).cause == Cause::Usage);
}

TEST_CASE("rollback and prune want to know the tree") {
  CHECK(
      thrown_by([] { make_rollback({.command = "rollback"}); }).says("reposbom rollback: no tree"));
  CHECK(thrown_by([] { make_prune({.command = "prune"}); }).says("reposbom prune: no tree"));
  const Arguments arguments{.command = "prune", .options = {{"output", {"sbom"}}}};
  CHECK(std::get<PruneCommand>(make_prune(arguments)).output == "sbom");
}
