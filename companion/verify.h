// SPDX-License-Identifier: Apache-2.0
//
// Verifies a collection by the configured keys, without any source: runs that are kept
// vouch for its sets, as does the signature of a set itself.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "companion/collection.h"
#include "companion/trust.h"

namespace reposbom::companion {

struct CollectionVerification {
  std::size_t sets = 0;
  std::size_t documents = 0;
  std::vector<std::string> faults = {};  // "FILE: what is wrong"; none if all is well.
};

CollectionVerification verify_collection(const Collection& collection, const Trust& trust);

}  // namespace reposbom::companion
