// SPDX-License-Identifier: Apache-2.0
//
// What a run tells of its packages: index.json joined with that of the run before,
// and changes.csv.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "pipeline/stages.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// What a run could not describe although the repositories have it: builds by name, packages by
// NEVRA, and the source packages of those builds.
struct Undescribed {
  std::set<std::string> names = {};
  std::set<std::string> sources = {};
};

// One entry for each package of the sets; a set without a digest is none. What `previous` listed
// and is gone stays. What could not be described keeps its last set and is current, unless its
// build has a new set; the rest is superseded if another build of the same source package is in the
// repositories, else withdrawn, and says since when: `time`, that of the run. Sorted.
std::vector<IndexEntry> make_entries(
    const std::vector<SetSummary>& sets,
    const Index& previous,
    std::int64_t time,
    const Undescribed& undescribed = {});

// changes.csv: "path","time" of each current document, newest first; what SBOM importers poll.
std::string write_changes(const Index& index);

}  // namespace reposbom::pipeline
