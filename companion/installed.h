// SPDX-License-Identifier: Apache-2.0
//
// The packages that are installed on a machine: this one, one whose file system is
// mounted below a root, or one that a list tells of.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "metadata/package.h"

namespace reposbom::companion {

struct InstalledPlace {
  std::filesystem::path root = "/";
  std::filesystem::path dbpath = {};     // Below the root; empty: where RPM databases stand.
  std::filesystem::path list_file = {};  // If there is one, nothing else is read.
};

struct InstalledPackages {
  std::vector<metadata::Package> packages = {};  // By NEVRA.
  bool has_headers = false;  // False of a list: nothing but NEVRA and source RPM is known.
  std::size_t keys = 0;      // Public keys of rpm, which are no packages.
  std::vector<std::string> refused = {};  // "NEVRA: reason" of what cannot be used.
  std::string origin = {};                // Folder of the database or file of the list.
};

// Throws Error as read_rpm_database() and parse_package_list() do.
InstalledPackages read_installed(const InstalledPlace& place);

}  // namespace reposbom::companion
