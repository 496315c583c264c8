// SPDX-License-Identifier: Apache-2.0
//
// The stages that a build goes through, as plain functions of their arguments:
// what its set is called, what is in it, how it is written. Nothing here waits for
// another build, so any number may run at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generators/describe.h"
#include "metadata/catalog.h"
#include "pipeline/recipe.h"
#include "pipeline/set_summary.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

struct NamedBytes {
  std::string name = {};
  std::string bytes = {};
  const Signer* varies_by = nullptr;  // Of a signature: who makes another one each time.
};

struct RenderedSet {
  SetSummary summary = {};
  std::vector<NamedBytes> files = {};  // All that the set's folder holds.
};

// What a set is called, and what goes into it.
struct SetName {
  std::string digest = {};
  SetInputs inputs = {};
};

// Describes, renders, hashes and signs. Throws Error (Cause::Untrusted) if a name cannot be that of
// a file.
RenderedSet render_set(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const SetRecipe& recipe,
    const SetName& name);

// Writes the set to staged_set_path(), from where it is moved into the store: see set_batch.h.
void stage_set(const RenderedSet& set, const std::filesystem::path& tree, Storage& storage);

// The name of the first file of the set that `folder` does not hold as it is; empty if there is
// none. Of a signature that varies, what the folder holds must be good.
std::string first_difference(const RenderedSet& set, const std::filesystem::path& folder);

// "NVRA", what the documents of a package are called before document_suffix().
std::string document_stem(const metadata::Package& package);

}  // namespace reposbom::pipeline
