// SPDX-License-Identifier: Apache-2.0
//
// Fetches the SBOMs of the installed packages into a collection, from several sources
// in their order. Nothing gets its name before it is verified; what is there already, and
// is what the source has, is not fetched again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "companion/collection.h"
#include "companion/source.h"
#include "companion/trust.h"
#include "metadata/package.h"

namespace reposbom::companion {

struct FetchOptions {
  std::vector<std::string> suffixes = {};  // Of the formats that are wanted.
  bool allow_older = false;                // A source may go back to an older run.

  // Called now and then with the number of files that have come, of how many.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

// Something that went wrong with a source or a file, and did not end everything.
struct Trouble {
  enum class Kind { Unreachable, Refused, Untrusted, Incomplete };
  Kind kind = Kind::Unreachable;
  std::string subject = {};
  std::string message = {};
};

struct FetchReport {
  std::size_t packages = 0;
  std::size_t documents = 0;              // Of these packages, that are there now.
  std::size_t files = 0;                  // That were fetched, set.json and SHA256SUMS included.
  std::uint64_t bytes = 0;                // Of these.
  std::vector<std::string> unknown = {};  // "NEVRA: reason", of what no source has documents of.
  std::vector<Trouble> troubles = {};
};

// `make_source` gives the source of a name; it is asked for only when something is still wanted.
// Throws Error: Output, Interrupted, TryAgain if the folder is in use.
FetchReport fetch(
    const std::vector<metadata::Package>& installed,
    const std::vector<std::string>& sources,
    const std::function<std::unique_ptr<Source>(const std::string&)>& make_source,
    const Trust& trust,
    Collection& collection,
    const FetchOptions& options);

}  // namespace reposbom::companion
