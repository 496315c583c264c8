// SPDX-License-Identifier: Apache-2.0
//
// Catalog -> documents: which elements and relations a document has and what
// each of them says; README.md has the table of fields. Pure functions; the
// documents refer to licences of the catalog, which must outlive them. Documents refer to each
// other in one direction only, from package to build and from release to build, so that identities
// can be computed in order. Those of many builds: describe_release.h.
#pragma once

#include <vector>

#include "generators/document.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// The root is the source package; beside it its packages, sources and patches.
Document describe_build(
    const metadata::Catalog& catalog, const metadata::Build& build, const Creation& creation);

// The root is the package; `build_document` is the identified document of its build. `files` are
// those that it installs; null if they are not to be listed, or not at hand.
Document describe_package(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const metadata::Package& package,
    const Creation& creation,
    const DocumentLink& build_document,
    const std::vector<metadata::PackagedFile>* files = nullptr);

// Gives a described document its identity: a version 5 UUID of its content, which becomes the tail
// of the SPDX namespace and the CycloneDX serial number.
void identify(Document& document, const Creation& creation);

// How other documents refer to an identified one whose SPDX JSON form has that SHA-1.
DocumentLink link_to(const Document& document, const Creation& creation, const std::string& sha1);

}  // namespace reposbom::generators
