// SPDX-License-Identifier: Apache-2.0
//
// Records as bytes, for digests that tell whether anything changed: two records
// give the same bytes only if they are equal in what their documents can show.
// What is new in a record must be added here, or documents will not be made anew.
#pragma once

#include <string>

#include "metadata/catalog.h"

namespace reposbom::metadata {

// What other documents say of a package that theirs depends on. It does not change when an
// advisory about the package comes out.
std::string identity_facts(const Catalog& catalog, const Build& build, const Package& package);

// Everything that goes into the documents of a build, by what a change of it is told as.
struct BuildFacts {
  std::string source = {};        // The source package, its header and spec file.
  std::string packages = {};      // Its packages, and what they provide.
  std::string advisories = {};    // About its packages.
  std::string dependencies = {};  // What its packages need, and who has that.
  std::string licenses = {};      // What the licence table makes of the License tags.
  std::string repositories = {};  // Where all of it stands.
};
BuildFacts build_facts(const Catalog& catalog, const Build& build);

// The same as one text.
std::string facts(const Catalog& catalog, const Build& build);

// Appends a text with its length, so that neighbours cannot be confused.
void append_fact(std::string& bytes, std::string_view text);
void append_fact(std::string& bytes, std::int64_t number);

}  // namespace reposbom::metadata
