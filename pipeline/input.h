// SPDX-License-Identifier: Apache-2.0
//
// The repositories of a run -> Catalog: opened and verified first, which is cheap
// and tells whether anything changed, then read by several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/distribution.h"
#include "metadata/repository.h"
#include "pipeline/file_cache.h"
#include "pipeline/report.h"
#include "pipeline/settings.h"

namespace reposbom::pipeline {

struct OpenedInput {
  struct Entry {
    metadata::OpenRepository packages = {};
    std::optional<metadata::OpenRepository> sources = {};
    // Whose signatures are wanted; null if nobody's.
    std::unique_ptr<const metadata::Keyring> package_keys = {};
    std::unique_ptr<const metadata::Keyring> source_keys = {};
  };
  std::vector<Entry> entries = {};  // As the repositories of the settings.
  metadata::Distribution distribution = {};

  std::int64_t time() const;   // The newest repomd timestamp.
  std::string digest() const;  // Of every repomd.xml and of the keys.
  std::vector<const metadata::Place*> package_places() const;  // Of the binary repositories.
};

// Reads and verifies every repomd.xml. Throws Error.
OpenedInput open_input(const Settings& settings);

// Reads everything else. What cannot be used is told in `report`: refused records and damaged
// RPM files as failures. `files` is what was known of RPM files, and becomes what is known now.
// Throws Error (Cause::TryAgain) if a repository changed meanwhile.
metadata::Catalog read_input(
    const Settings& settings, const OpenedInput& opened, FileCache& files, Report& report);

}  // namespace reposbom::pipeline
