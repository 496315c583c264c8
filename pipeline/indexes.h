// SPDX-License-Identifier: Apache-2.0
//
// What a run tells of its packages: index.json joined with that of the run before,
// changes.csv and diff.json.
#pragma once

#include <string>
#include <vector>

#include "pipeline/stages.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// One entry for each package of the sets; a set without a digest is none. What `previous` listed
// and is gone stays: superseded if another build of the same source package is among the sets, else
// withdrawn. Sorted.
std::vector<IndexEntry> make_entries(const std::vector<SetSummary>& sets, const Index& previous);

// changes.csv: "path","time" of each current document, newest first; what SBOM importers poll.
std::string write_changes(const Index& index);

// diff.json: the packages that were added, changed or removed since the run before.
std::string write_diff(const Index& before, const Index& after);

}  // namespace reposbom::pipeline
