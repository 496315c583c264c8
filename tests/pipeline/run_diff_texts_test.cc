// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "generators/json_reader.h"
#include "pipeline/run_diff.h"

using namespace reposbom::pipeline;
using reposbom::generators::JsonObject;

namespace {

const RunDiff kSample{
    .from = "first",
    .to = "second",
    .added = {"new-1-1.noarch"},
    .updated = {{"bash-5-1.x86_64", "bash-6-1.x86_64"}},
    .removed = {"gone-1-1.noarch"},
    .changed = {"same-1-1.noarch"},
    .licenses = {{"bash-6-1.x86_64", "MIT", "BSD-2-Clause"}},
    .bundled = {{"bash-6-1.x86_64", {"pkg:npm/x@2"}, {"pkg:npm/x@1"}}},
    .advisories = {{"same-1-1.noarch", {"ALSA-2024:1"}, {}}}};

}  // namespace

TEST_CASE("write_diff_text is fit for a mail") {
  CHECK(
      write_diff_text(kSample) ==
      "From first to second: 1 added, 1 updated, 1 removed, 1 described anew\n"
      "\nAdded (1)\n  new-1-1.noarch\n"
      "\nUpdated (1)\n  bash-5-1.x86_64 -> bash-6-1.x86_64\n"
      "\nRemoved (1)\n  gone-1-1.noarch\n"
      "\nDescribed anew (1)\n  same-1-1.noarch\n"
      "\nLicences (1)\n  bash-6-1.x86_64: MIT -> BSD-2-Clause\n"
      "\nBundled parts (1)\n  bash-6-1.x86_64: +pkg:npm/x@2 -pkg:npm/x@1\n"
      "\nAdvisories (1)\n  same-1-1.noarch: +ALSA-2024:1\n");
  CHECK(
      write_diff_text({.from = "first", .to = "second"}) ==
      "From first to second: nothing changed\n");
}

TEST_CASE("write_diff_json holds every list, be it empty") {
  std::size_t seen = 0;
  const auto take = [&](const JsonObject& diff) {
    CHECK(diff.text("from") == "first");
    CHECK(diff.texts("added").size() == 1);
    diff.each("updated", [&](const JsonObject& step) {
      CHECK(step.text("to") == "bash-6-1.x86_64");
      ++seen;
    });
    diff.each("bundled", [&](const JsonObject& change) {
      CHECK(change.texts("removed") == std::vector<std::string>{"pkg:npm/x@1"});
      ++seen;
    });
    diff.each("advisories", [&](const JsonObject& change) {
      CHECK(change.texts("added") == std::vector<std::string>{"ALSA-2024:1"});
      ++seen;
    });
  };
  reposbom::generators::read_json(write_diff_json(kSample), "diff.json", take);
  CHECK(seen == 3);
  CHECK(write_diff_json({}).find("\"licenses\": []") != std::string::npos);
}
