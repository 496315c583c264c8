// SPDX-License-Identifier: Apache-2.0
//
// What a run publishes beside its sets, as plain functions of these: the release
// documents, the index, the links. Nothing here is written; publisher.h does that.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "generators/document.h"
#include "metadata/catalog.h"
#include "pipeline/publisher.h"
#include "pipeline/recipe.h"
#include "pipeline/set_summary.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

inline constexpr std::string_view kChanges = "changes.csv";

// `sets` stand beside the builds of the catalog; one without a digest is none.
generators::Document release_document(
    const metadata::Catalog& catalog,
    const SetRecipe& recipe,
    const std::vector<SetSummary>& sets,
    std::int64_t time);

// The release document in every format. It and the recipe must outlive what is returned.
std::vector<RunFile> release_files(const generators::Document& release, const SetRecipe& recipe);

// A file of the run whose bytes are known.
RunFile text_file(std::string_view name, std::string text);

Index make_index(const std::string& run, const SetRecipe& recipe, std::vector<IndexEntry> entries);

// The sets of the run itself, and those of other builds that its index names: one for each build.
std::vector<RunSet> linked_sets(
    const std::filesystem::path& tree,
    const std::vector<SetSummary>& sets,
    const std::vector<IndexEntry>& entries);

}  // namespace reposbom::pipeline
