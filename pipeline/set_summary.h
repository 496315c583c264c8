// SPDX-License-Identifier: Apache-2.0
//
// What a run needs to know of a set, whether it has just been made or is in the
// store: set.json keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "generators/describe.h"
#include "generators/json_reader.h"
#include "pipeline/recipe.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

struct SetSummary {
  std::string digest = {};
  std::string build = {};
  std::string source_name = {};
  std::int64_t time = 0;
  generators::DocumentLink document = {};  // The build document.
  std::vector<IndexEntry> packages = {};
  std::size_t documents = 0;     // Files, in all formats.
  std::size_t signatures = 0;    // Files.
  std::uint64_t bytes = 0;       // Of the documents.
  std::string sums_sha256 = {};  // Of its SHA256SUMS; not in set.json, which SHA256SUMS lists.
};

// The text of set.json. The elements are those of the packages in the build document, in their
// order.
std::string write_set_json(
    const SetSummary& summary,
    const std::vector<const generators::Element*>& elements,
    const SetRecipe& recipe);

// Reads set.json of a set in the store. Throws Error (Cause::Untrusted) if it is damaged.
SetSummary read_set(const std::filesystem::path& tree, const std::string& digest);

// The link to a build document, as set.json keeps it.
generators::DocumentLink read_link(const generators::JsonObject& json);

}  // namespace reposbom::pipeline
