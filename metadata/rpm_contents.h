// SPDX-License-Identifier: Apache-2.0
//
// The files in a package, with the digests of their content: the list of the header,
// and the payload, which proves it.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "metadata/local_file.h"
#include "metadata/package.h"

namespace reposbom::metadata {

// The regular files that a package installs, in the order of its header. The payload is read whole,
// for it alone tells SHA-1 digests. Throws Error if the RPM is damaged, or if its payload does not
// hold the content of each file that its header has the digest of, or if its header is not the one
// of that SHA-256 (empty = any).
std::vector<PackagedFile> read_packaged_files(
    const LocalFile& rpm, std::string_view sha256_header = {});
std::vector<PackagedFile> read_packaged_files(const std::filesystem::path& rpm);

}  // namespace reposbom::metadata
