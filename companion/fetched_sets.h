// SPDX-License-Identifier: Apache-2.0
//
// What was fetched of builds: the sets below a folder, as `fetch` leaves them there, for
// what they say of installed packages. Whether a set is to be trusted was asked when it
// was fetched; here, that its set.json is still what its SHA256SUMS says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/inventory.h"
#include "generators/set_records.h"
#include "metadata/catalog.h"
#include "metadata/package.h"

namespace reposbom::companion {

// Whether headers of one NEVRA may be of the same package: no digest that both tell differs.
// Signing a package anew changes none of these.
bool may_be_same(const metadata::HeaderFacts& installed, const generators::Element& published);

class FetchedSets {
 public:
  // Throws Error (Cause::Usage) if there are no sets below `folder`.
  explicit FetchedSets(std::filesystem::path folder);

  // What the set of this build says of its packages, and why not of the others. Throws Error
  // (Cause::Untrusted) if the set is not as SHA256SUMS says.
  std::vector<generators::PublishedFacts> facts(const metadata::Build& build);

  // The links that those facts are indexes into, and the newest time of a set that was read.
  const std::vector<generators::DocumentLink>& links() const { return links_; }
  std::int64_t newest() const { return newest_; }

 private:
  std::filesystem::path folder_;
  std::vector<generators::DocumentLink> links_ = {};
  std::int64_t newest_ = 0;
};

}  // namespace reposbom::companion
