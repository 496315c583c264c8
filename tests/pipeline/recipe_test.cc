// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recipe.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "pipeline/settings.h"

using namespace reposbom::pipeline;

TEST_CASE("make_recipe names the distribution as supplier if none is configured") {
  Settings settings = settings_for({"/srv/mirror/os"});
  CHECK(make_recipe(settings, {.name = "AlmaLinux"}).creation.supplier.name == "AlmaLinux");
  settings.supplier.name = "Example Inc.";
  CHECK(make_recipe(settings, {.name = "AlmaLinux"}).creation.supplier.name == "Example Inc.");
}

TEST_CASE("run_inputs changes with everything that decides what a run publishes") {
  const Settings settings = settings_for({"/srv/mirror/os"});
  const SetRecipe recipe = make_recipe(settings, {.id = "almalinux", .version = "9.4"});
  std::set<std::string> seen = {run_inputs("repomd", settings, recipe, {})};
  CHECK(seen.contains(run_inputs("repomd", settings, recipe, {})));
  const auto is_new = [&](const std::string& inputs) { return seen.insert(inputs).second; };
  CHECK(is_new(run_inputs("another", settings, recipe, {})));
  CHECK(is_new(run_inputs("repomd", settings, recipe, {.only = "bash"})));
  CHECK(is_new(run_inputs("repomd", settings, recipe, {.source_date_epoch = 1})));
  Settings changed = settings;
  changed.repositories[0].published = "https://example.com/os/";
  CHECK(is_new(run_inputs("repomd", changed, recipe, {})));
  changed.repositories[0].specs = true;
  CHECK(is_new(run_inputs("repomd", changed, recipe, {})));
  CHECK(is_new(run_inputs("repomd", settings, make_recipe(settings, {.id = "rocky"}), {})));
  Settings compressed = settings;
  compressed.compress = Compression::Zstd;
  const SetRecipe zstd = make_recipe(compressed, {.id = "almalinux", .version = "9.4"});
  CHECK(is_new(run_inputs("repomd", compressed, zstd, {})));
  SetRecipe newer = make_recipe(settings, {.id = "almalinux", .version = "9.4"});
  newer.creation.version += ".1";
  CHECK(is_new(run_inputs("repomd", settings, newer, {})));
  // The documents of sets name no minor version, but the release document does.
  const SetRecipe later = make_recipe(settings, {.id = "almalinux", .version = "9.5"});
  CHECK(later.digest() == recipe.digest());
  CHECK(is_new(run_inputs("repomd", settings, later, {})));
}
