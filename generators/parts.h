// SPDX-License-Identifier: Apache-2.0
//
// What a source package is made of, and what a package holds -> elements: sources,
// patches, bundled components, files. Each is a part of one package, and has the same ids in
// every document of it.
#pragma once

#include "generators/document.h"
#include "metadata/bundled.h"
#include "metadata/package.h"

namespace reposbom::generators {

// A source archive or a patch of a source package.
Element source_file_element(
    const metadata::SourcePackage& source, const metadata::SourceFile& file);

// A component that its packager declared to be inside `package`.
Element bundled_element(const metadata::Package& package, const metadata::Bundled& bundled);

// A file that `package` installs.
Element packaged_file_element(const metadata::Package& package, const metadata::PackagedFile& file);

}  // namespace reposbom::generators
