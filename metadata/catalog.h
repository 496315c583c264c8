// SPDX-License-Identifier: Apache-2.0
//
// The one value that metadata hands to the generators: everything that was read,
// joined by build and sorted. Made once by join(), then never changed and shared
// by reference between threads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/license.h"
#include "metadata/modules.h"
#include "metadata/package.h"
#include "metadata/updateinfo.h"

namespace reposbom::metadata {

// What the documents say of a repository.
struct Repository {
  std::string id = {};
  std::string published = {};          // Base URL of its packages; empty if unknown.
  std::string sources_published = {};  // Base URL of its source packages; empty if unknown.
  std::string revision = {};           // As in repomd.xml.
  std::int64_t time = 0;               // Newest timestamp of repomd.xml.
};

// Something that was read but does not fit: a line of the report, never the end of a run.
struct Remark {
  std::string subject = {};
  std::string message = {};

  auto operator<=>(const Remark&) const = default;
};

// Everything that was read of one repository.
struct RepositoryContents {
  Repository repository = {};
  std::vector<Package> packages = {};  // origins[0].href is set.
  std::vector<SourcePackage> sources = {};
  std::vector<ModuleStream> modules = {};
  std::vector<Advisory> advisories = {};
  std::vector<Remark> remarks = {};
};

// One source package and every package made from it.
struct Build {
  SourcePackage source = {};
  std::vector<Package> packages = {};  // By name, EVR, architecture, checksum.
};

struct Catalog {
  std::vector<Repository> repositories = {};
  std::vector<Advisory> advisories = {};                      // By id.
  std::vector<Build> builds = {};                             // By source name, then EVR.
  std::map<std::string, License, std::less<>> licenses = {};  // Every License tag, converted.
  std::vector<Remark> remarks = {};                           // Sorted.
  std::size_t records = 0;  // Package records read, duplicates included.

  std::size_t package_count() const;
  const Package& at(PackageRef ref) const { return builds[ref.build].packages[ref.package]; }
  const License& license(const Package& package) const;
};

// Joins repositories in their given order: packages with the same NEVRA and checksum are one
// package with several origins; packages are grouped by source package; module labels and
// advisories are attached. Dependencies are not resolved yet; see providers.h.
Catalog join(std::vector<RepositoryContents> repositories);

// Lets go of what no document says, once dependencies are resolved and the facts of all builds have
// been taken (facts.h): half of the memory of a package. Of what it requires the first stays,
// because documents say whether there is any; of what it provides the bundled parts.
void forget_resolved(Catalog& catalog);

// A catalog of one source package whose packages are not known.
Catalog catalog_of(SourcePackage source, Repository repository);

// "name-epoch:version-release.arch" with the epoch always written, as modules.yaml names artifacts.
std::string artifact_name(const Package& package);

// "name-version-release" of the source package: the name of the build and of its set.
std::string build_name(const Build& build);

// The newest time among the facts of a package (its build, its file, its advisories) or of a whole
// build, in seconds since 1970.
std::int64_t newest_time(const Catalog& catalog, const Package& package);
std::int64_t newest_time(const Catalog& catalog, const Build& build);

}  // namespace reposbom::metadata
