// SPDX-License-Identifier: Apache-2.0
//
// What changed between two runs: packages, and of those that both have, licences,
// bundled parts and advisories. Told by the indexes, and by set.json of the sets that
// are not the same; so it costs what changed, not what is published.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/tree.h"

namespace reposbom::pipeline {

// A package as it was and as it is, by NEVRA. `from` and `to` are the same if it is the same
// version.
struct PackageStep {
  std::string from = {};
  std::string to = {};
};
struct LicenseChange {
  std::string package = {};
  std::string from = {};
  std::string to = {};
};
struct PartsChange {
  std::string package = {};
  std::vector<std::string> added = {};
  std::vector<std::string> removed = {};
};

// All lists are sorted by the NEVRA of the later run.
struct RunDiff {
  std::string from = {};
  std::string to = {};
  std::vector<std::string> added = {};    // Of which no version was there.
  std::vector<PackageStep> updated = {};  // From the newest that was there.
  std::vector<std::string> removed = {};  // And not updated.
  std::vector<std::string> changed = {};  // The same file with another document.
  std::vector<LicenseChange> licenses = {};
  std::vector<PartsChange> bundled = {};  // Package URLs.
  std::vector<PartsChange> advisories = {};

  bool empty() const {
    return added.empty() && updated.empty() && removed.empty() && changed.empty();
  }
};

// A run and the tree that has its sets: in the store, or staged to get there.
struct ComparedRun {
  std::filesystem::path tree = {};
  const Index& index;
};

// Throws Error if a set.json cannot be read.
RunDiff compare_runs(const ComparedRun& before, const ComparedRun& after);

std::string write_diff_json(const RunDiff& diff);
// For a mail; a line says so if nothing changed.
std::string write_diff_text(const RunDiff& diff);

}  // namespace reposbom::pipeline
