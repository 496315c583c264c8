// SPDX-License-Identifier: Apache-2.0
//
// What a collection has of each installed package.
#pragma once

#include <string>
#include <vector>

#include "companion/collection.h"
#include "metadata/package.h"

namespace reposbom::companion {

struct ListedPackage {
  std::string nevra = {};
  std::vector<std::string> documents = {};  // Paths below the collection; sorted.
  std::string reason = {};                  // Why there are none.
};

// In the order of `installed`. Nothing is verified.
std::vector<ListedPackage> list_packages(
    const std::vector<metadata::Package>& installed, const Collection& collection);

// What may be done with the documents, for people.
std::string redistribution_notice();

}  // namespace reposbom::companion
