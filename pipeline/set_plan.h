// SPDX-License-Identifier: Apache-2.0
//
// Which sets a run needs, which of them are there already, and why the others must
// be made. Nothing is written here.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "pipeline/recipe.h"
#include "pipeline/set_inputs.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

struct PlannedSet {
  SetInputs inputs = {};
  std::string digest = {};  // Its name; empty if the run does not want the build.
  bool is_stored = false;

  bool is_wanted() const { return !digest.empty(); }
};

// The published set of each build, by the name of the build.
using PublishedSets = std::map<std::string, std::string>;
PublishedSets published_sets(const Index& index);

// Beside the builds of the catalog. A set is named by its inputs, unless it was made again with
// other bytes (redone_digest): then the published one of the same inputs is meant. `only` is a
// glob over names and NEVRAs of source packages; all if empty.
std::vector<PlannedSet> plan_sets(
    const std::filesystem::path& tree,
    const metadata::Catalog& catalog,
    const SetRecipe& recipe,
    const std::string& only,
    const PublishedSets& published);

// The name of a set that replaces `digest`, whose inputs are the same and whose bytes are not:
// runs that are kept refer to the old one, so it must stay.
std::string redone_digest(const std::string& digest);

// Why a set must be made, for people: "new build", "advisories; package added: NEVRA".
std::string reason_for(
    const std::filesystem::path& tree,
    const metadata::Build& build,
    const SetInputs& inputs,
    const PublishedSets& published);

}  // namespace reposbom::pipeline
