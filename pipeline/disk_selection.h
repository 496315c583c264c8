// SPDX-License-Identifier: Apache-2.0
//
// What of a tree goes on the companion disk of a media. A set is taken for the name
// of its source package, so that the disk holds earlier and later builds as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "metadata/signatures.h"
#include "pipeline/media.h"
#include "pipeline/sealed_folder.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

struct DiskSet {
  std::string path = {};  // On the disk and in the run: "sets/b/bash/bash-5.1.8-9.el9".
  SealedFolder folder = {};
};

// What the tree has of a package of the media.
struct DiskMatch {
  std::optional<std::size_t> set = {};  // Index into DiskSelection::sets.
  std::string stem = {};                // Of its documents in that set.
  std::string reason = {};              // Why there is none.
};

struct DiskSelection {
  std::int64_t time = 0;                  // Of the run.
  std::vector<DiskSet> sets = {};         // By path; every file is what its SHA256SUMS says.
  Index index = {};                       // Of the run, with the packages of these sets.
  std::vector<DiskMatch> matches = {};    // Beside Media::packages.
  std::size_t packages = 0;               // Of the media, that have documents in these sets.
  std::size_t updates = 0;                // Sets without a package of the media.
  std::vector<std::string> missing = {};  // "NEVRA: reason", of the other packages of the media.
};

// Selects from the current run of `tree`. A package of the media is that of the tree if its NEVRA
// is, and its digest where both tell one of the same kind. Signatures by `keys` must be good, but
// need not be there. Throws Error as write_disk() does.
DiskSelection select_sets(
    const std::filesystem::path& tree, const Media& media, const metadata::TrustedKeys& keys);

}  // namespace reposbom::pipeline
