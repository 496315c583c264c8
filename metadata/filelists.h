// SPDX-License-Identifier: Apache-2.0
//
// filelists.xml -> the few paths of it that some requirement names. primary.xml
// lists only the files that requirements name most often; the rest, millions of
// paths, pass by without being kept.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/catalog.h"

namespace reposbom::metadata {

class Hasher;

// A file or folder of the package with this checksum.
struct OwnedFile {
  std::string pkgid = {};  // Lower-case hexadecimal.
  std::string path = {};

  bool operator==(const OwnedFile&) const = default;
};

// The paths that packages of the catalog require and none lists in primary.xml or provides by name,
// sorted and unique. If there are none, no filelists.xml needs to be read.
std::vector<std::string> unlisted_files(const Catalog& catalog);

// Reads the file as it is stored, compressed or not, and takes the entries whose path is `wanted`,
// in the order of the file; `subject` names it in errors. Throws Error if it is damaged or no XML.
// `content`, if given, takes the uncompressed bytes.
void read_filelists(
    std::string_view file_bytes,
    const std::string& subject,
    const std::function<bool(std::string_view path)>& wanted,
    const std::function<void(OwnedFile&&)>& take,
    Hasher* content = nullptr);

}  // namespace reposbom::metadata
