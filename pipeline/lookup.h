// SPDX-License-Identifier: Apache-2.0
//
// The repositories of a question about one package, read whole, and the package in
// them: what `show` and `explain` begin with.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "generators/document.h"
#include "metadata/catalog.h"
#include "pipeline/input.h"
#include "pipeline/settings.h"
#include "pipeline/stages.h"

namespace reposbom::pipeline {

struct Lookup {
  Settings settings = {};
  OpenedInput opened = {};
  metadata::Catalog catalog = {};
  generators::Creation creation = {};
  ListFiles list_files = {};  // Null if the settings do not ask for files.
};

// Reads the repositories of the configuration, of the command line, or the latter over the former.
// Throws Error (Cause::Usage) if there are none.
Lookup read_for_lookup(
    const std::string& command,
    const std::optional<std::filesystem::path>& config,
    const std::vector<std::string>& repositories);

// What the settings say of documents, without any key.
generators::Creation creation_of(Settings settings, const metadata::Distribution& distribution);

// A package of the catalog, or a source package, for which `package` is null.
struct Found {
  const metadata::Build* build = nullptr;
  const metadata::Package* package = nullptr;
};

// By NEVRA, the epoch optional. Throws Error (Cause::Usage) if there is no such package.
Found find_package(const metadata::Catalog& catalog, const std::string& subject);

}  // namespace reposbom::pipeline
