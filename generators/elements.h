// SPDX-License-Identifier: Apache-2.0
//
// One record of the catalog -> one element of a document, with its ids. The same
// record has the same ids in every document.
#pragma once

#include <string>
#include <string_view>

#include "generators/document.h"
#include "metadata/bundled.h"
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

// Whether a file's name says that it is of that version: "x-1.0.tgz" is of 1.0, "x-1.0.5.tgz" not.
bool holds_version(std::string_view file_name, std::string_view version);

// A source archive or a patch of a source package.
Element source_file_element(
    const metadata::SourcePackage& source, const metadata::SourceFile& file);

// A component that its packager declared to be inside `package`.
Element bundled_element(const metadata::Package& package, const metadata::Bundled& bundled);

// The operating system; `version` is "9" beside a package and "9.4" as a release.
Element operating_system_element(const Creation& creation, const std::string& version);

// "SPDXRef-" and a name of letters, digits, "." and "-" only, as SPDX 2.3 clause 3.2 wants.
std::string spdx_id(std::string_view name);

}  // namespace reposbom::generators
