// SPDX-License-Identifier: Apache-2.0
//
// One record of the catalog -> one element of a document, with its ids. The same
// record has the same ids in every document.
#pragma once

#include <string>

#include "generators/document.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// How much an element says: all of it in its own document, what identifies it elsewhere.
enum class Detail { Identity, Member, Full };

Element package_element(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const metadata::Package& package,
    const Creation& creation,
    Detail detail);

Element source_package_element(
    const metadata::Catalog& catalog,
    const metadata::SourcePackage& source,
    const Creation& creation,
    Detail detail);

// The operating system that packages are part of; `version` is "9" beside a package.
Element operating_system_element(const Creation& creation, const std::string& version);

// The same as what a document is about, of the version that is released: "9.4".
Element product_element(const Creation& creation);

}  // namespace reposbom::generators
