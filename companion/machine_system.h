// SPDX-License-Identifier: Apache-2.0
//
// Which operating system a machine runs.
#pragma once

#include "companion/installed.h"
#include "generators/inventory.h"
#include "metadata/catalog.h"
#include "metadata/distribution.h"

namespace reposbom::companion {

// What os-release below the root says, unless a list tells of another machine than this one. Else
// what the package says that provides "system-release", then what the package URLs of published
// packages do; "linux" where all are silent.
metadata::Distribution machine_distribution(
    const InstalledPlace& place,
    const metadata::Catalog& catalog,
    const generators::Inventory& inventory);

}  // namespace reposbom::companion
