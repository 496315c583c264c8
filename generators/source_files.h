// SPDX-License-Identifier: Apache-2.0
//
// The sources and patches that a source package's header lists: which of them are
// archives, and which archive the patches are for.
#pragma once

#include <string_view>
#include <vector>

#include "metadata/package.h"

namespace reposbom::generators {

// Whether a file's name is that of an archive, and not of its detached signature, "x.tar.gz.asc".
bool is_archive(std::string_view name);

// Whether a file's name says that it is of that version: "x-1.0.tgz" is of 1.0, "x-1.0.5.tgz" not.
bool holds_version(std::string_view file_name, std::string_view version);

// The archive that patches are for: the first, or if the spec file is not known the only one, or
// the one that is named most like the source package. Null if two are alike, or there is none.
const metadata::SourceFile* patched_archive(const metadata::SourcePackage& source);

// Each once: a spec file can list a file twice.
std::vector<const metadata::SourceFile*> distinct_files(const metadata::SourcePackage& source);

}  // namespace reposbom::generators
