// SPDX-License-Identifier: Apache-2.0
//
// The RPM database of a machine -> its installed packages. Reads only: no database is
// made, and none is needed to be writable. Not for several threads at once, because
// librpm is told the place by a macro of the process.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "metadata/package.h"

namespace reposbom::metadata {

struct RpmDatabasePlace {
  std::filesystem::path root = "/";
  // Below the root. Empty: where this machine's rpm keeps it (%_dbpath), else where any would,
  // /usr/lib/sysimage/rpm or /var/lib/rpm.
  std::filesystem::path dbpath = {};
};

struct RpmDatabase {
  std::filesystem::path folder = {};
  // By NEVRA, then digest of the header. With every file, without what only the file of a package
  // tells: its checksum, size and origin.
  std::vector<Package> packages = {};
  std::size_t keys = 0;                   // Public keys, which are kept like packages.
  std::vector<std::string> refused = {};  // "NEVRA: reason" of what cannot be used; sorted.
};

// Throws Error: Cause::Usage if there is no database, or if it holds no package; Cause::Untrusted
// if some of it cannot be read.
RpmDatabase read_rpm_database(const RpmDatabasePlace& place);

// What stands at `path` below `root`. A link there that leads out of the root would lead to
// something else than on that machine: it is absent, as is what does not exist.
std::filesystem::path path_below(
    const std::filesystem::path& root, const std::filesystem::path& path);

}  // namespace reposbom::metadata
