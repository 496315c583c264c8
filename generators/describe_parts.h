// SPDX-License-Identifier: Apache-2.0
//
// What the makers of documents (describe.h, describe_release.h, inventory.h) have in common.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "generators/document.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// The index of the element.
std::size_t add(Document& document, Element element);

void relate(Document& document, std::size_t from, RelationshipType type, std::size_t to);

// Defines every LicenseRef in use once (SPDX 2.3 clause 10).
void collect_license_refs(Document& document);

using Repositories = std::set<std::size_t>;

// "Made … from RPM repository metadata of REPOSITORY and REPOSITORY.": where the facts come from.
// Revisions are left out: most documents outlive them.
std::string made_from(const metadata::Catalog& catalog, const Repositories& repositories);

// The elements of packages.
using Places = std::map<metadata::PackageRef, std::size_t>;

// Everything that these packages need of each other, what they need that is not there, and how
// complete that is. The root holds them all, and nothing else if `has_all`.
void add_graph(
    Document& document, const metadata::Catalog& catalog, const Places& places, bool has_all);

// The same where nothing is known of what these packages need.
void add_unknown_graph(Document& document, const Places& places, bool has_all);

// What a reader must know of the dependencies of a graph, and of what else is not in it.
std::string graph_comment(const Document& document);

// "1 package", "2 packages".
std::string counted(std::size_t count, const std::string& noun);

}  // namespace reposbom::generators
