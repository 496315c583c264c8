// SPDX-License-Identifier: Apache-2.0
//
// Which packages the requirements of a package are met by. libsolv says which
// packages satisfy a requirement; which one of them stands in the documents is
// chosen here, always the same from the same repositories.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/filelists.h"

namespace reposbom::metadata {

// How many requirements all packages have, each counted once for a package, and what became of
// them. One that the package meets itself is resolved.
struct Resolution {
  std::size_t requirements = 0;
  std::size_t resolved = 0;
  std::size_t conditional = 0;  // "(a if b)": needed or not, depending on what else is installed.
  std::size_t unresolved = 0;

  bool operator==(const Resolution&) const = default;
};

// Fills `depends_on` and `unresolved` of every package of the catalog, and what the BuildRequires
// of its source packages come to, which the Resolution does not count; `files` are what
// filelists.xml adds to the files of the packages, see unlisted_files(). Of the packages that
// satisfy a requirement one is chosen, by the first of these that tells two apart:
//  1. the package's own architecture, then noarch, then those installed beside it, best first;
//  2. a package of the same module stream, then one of no module, then one of another;
//  3. the package that the requirement names, rather than one that provides the name;
//  4. a package of the same build;
//  5. built no later than the package, and not replaced by then by a newer version of itself;
//     then the replaced; then what was built later;
//  6. a package of the same source name; then the first name of the alphabet;
//  7. the newest version, but the oldest of those that were built later.
// Of rich requirements, "(a and b)" needs both, "(a or b)" the first that can be met, and
// "(a if b)" and "(a unless b)" nothing, unless the package itself meets b, or nothing does.
Resolution resolve_dependencies(Catalog& catalog, const std::vector<OwnedFile>& files = {});

// As rpm prints it: "name" or "name >= evr".
std::string to_string(const Dependency& dependency);

}  // namespace reposbom::metadata
