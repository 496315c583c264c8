// SPDX-License-Identifier: Apache-2.0
//
// Which documents the installed packages have, by where they stand: RPM knows of each
// package what source package it was made from, and from that follows the path.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "metadata/package.h"

namespace reposbom::companion {

struct WantedPackage {
  std::string nevra = {};
  std::string stem = {};  // Of its documents in the set: name-version-release.arch.
};

struct WantedPackages {
  // By path of the set: "sets/b/bash/bash-5.1.8-9.el9".
  std::map<std::string, std::vector<WantedPackage>> sets = {};

  // NEVRAs of packages that do not say what they were made from, or have names that no tree holds.
  std::vector<std::string> without_source = {};
};

WantedPackages wanted_packages(const std::vector<metadata::Package>& installed);

}  // namespace reposbom::companion
