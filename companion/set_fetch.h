// SPDX-License-Identifier: Apache-2.0
//
// The sets that one source vouches for, on their way into the collection: first the
// SHA256SUMS of each, which tells what is in it, then what is wanted of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "companion/collection.h"
#include "companion/source.h"
#include "companion/trust.h"
#include "companion/wanted.h"

namespace reposbom::companion {

struct SetRequest {
  std::string path = {};
  std::string sums_sha256 = {};  // Which its SHA256SUMS must have.
  std::vector<WantedPackage> packages = {};
  bool is_kept = false;  // It is in the collection, and the source is asked for nothing of it.
};

struct SetOutcome {
  std::vector<WantedPackage> absent = {};  // Packages of which the set has no documents.
  std::size_t documents = 0;               // Of the others, that are there now.
  bool is_whole = false;                   // All that it has of them is there.
};

struct SetFetchResult {
  std::vector<SetOutcome> outcomes = {};  // Beside the requests.
  std::size_t files = 0;                  // That were fetched, and their bytes.
  std::uint64_t bytes = 0;
  std::vector<std::string> untrusted = {};   // "FILE: what is wrong", of what was refused.
  std::vector<std::string> incomplete = {};  // The same of what did not come.
  std::exception_ptr lost = {};              // The Error that ended it early, if one did.
};

// `signatures` are the names of the signatures that are taken along with each SHA256SUMS. If the
// source is lost on the way, what had come is put in place all the same.
SetFetchResult fetch_sets(
    Source& source,
    const std::vector<SetRequest>& requests,
    const std::vector<std::string>& signatures,
    const std::vector<std::string>& suffixes,
    const Collection& collection,
    const std::function<void(std::size_t done, std::size_t total)>& progress);

}  // namespace reposbom::companion
