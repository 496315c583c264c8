// SPDX-License-Identifier: Apache-2.0
//
// What is the same for every set of a run, made of the settings and of what the
// repositories say of their distribution; and the digest that tells whether a run
// would publish anything new.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generators/document.h"
#include "generators/formats.h"
#include "metadata/distribution.h"
#include "metadata/package.h"
#include "pipeline/compressed.h"
#include "pipeline/settings.h"
#include "pipeline/signers.h"

namespace reposbom::pipeline {

// The files in a package; nothing if its RPM is not at hand. Throws Error if that is damaged.
using ListFiles =
    std::function<std::optional<std::vector<metadata::PackagedFile>>(const metadata::Package&)>;

// What is the same for every set of a run.
struct SetRecipe {
  generators::Creation creation = {};
  std::vector<generators::Format> formats = {};
  ListFiles list_files = {};  // Null if documents do not list files.
  Compression compress = Compression::None;
  bool sha256_files = false;  // A DOCUMENT.sha256 beside each document.
  Signers signers = {};

  // Of all of it, public keys included, but for the program and its version.
  std::string digest() const;
};

// The creation and the signers that the settings ask for. Throws Error.
SetRecipe make_recipe(
    const Settings& settings,
    const metadata::Distribution& distribution,
    std::optional<std::int64_t> source_date_epoch = {});

// What a run is asked for beside its settings.
struct RunScope {
  std::string only = {};                               // As in RunOptions.
  std::optional<std::int64_t> source_date_epoch = {};  // As in RunOptions.
};

// Digest of everything that decides what a run publishes: where it is that of the current run,
// there is nothing to do. `repositories` is the digest of every repomd.xml.
std::string run_inputs(
    const std::string& repositories,
    const Settings& settings,
    const SetRecipe& recipe,
    const RunScope& scope);

}  // namespace reposbom::pipeline
