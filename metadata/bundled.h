// SPDX-License-Identifier: Apache-2.0
//
// Provides such as "bundled(golang(github.com/x/y)) = 1.2": what a package
// carries inside that was made elsewhere. The name is mapped to the package URL
// of its ecosystem where the packaging guidelines say what it means; anything
// else is pkg:generic under the name as written.
#pragma once

#include <optional>
#include <string>

#include "metadata/package.h"

namespace reposbom::metadata {

struct Bundled {
  std::string name = {};       // As its ecosystem says it: "@babel/core", "github.com/x/y", "g:a".
  std::string version = {};    // As upstream writes it, without an epoch; empty if none is stated.
  std::string purl = {};       // Two provides of a package can have the same: crates have features.
  std::string ecosystem = {};  // The type of the purl.
  bool well_formed = false;    // False if brackets do not match, the name is empty, or the version
                               // is stated as a range.

  bool operator==(const Bundled&) const = default;
};

// Nothing if the provide is neither "bundled(...)" nor "bundled-...".
std::optional<Bundled> parse_bundled(const Dependency& provide);

}  // namespace reposbom::metadata
