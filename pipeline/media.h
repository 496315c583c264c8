// SPDX-License-Identifier: Apache-2.0
//
// Which packages an installation media holds, be it an ISO image, which is read in
// place, or a directory laid out like one. What it says of itself is believed as
// far as its own checksums go; whether its packages are those of a tree, their
// digests tell (companion_disk.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/filelists.h"

namespace reposbom::pipeline {

struct MediaPackage {
  std::string nevra = {};
  std::string pkgid = {};         // Digest of the file, by whatever algorithm the repository uses.
  std::string source_rpm = {};    // File name.
  std::string path = {};          // Below the media.
  metadata::PackageRef ref = {};  // In Media::catalog.
};

struct Media {
  std::string label = {};  // Volume id; empty of a directory.

  // The first lines of .discinfo, empty if there is none: when the media was made (seconds since
  // 1970, as written), its release and its architecture.
  std::string timestamp = {};
  std::string release = {};
  std::string arch = {};

  std::string file_name = {};  // Of an image, with its digest.
  std::optional<metadata::Checksum> checksum = {};

  // Of the first repository that has such a tag in its repomd.xml, empty if none has.
  std::string distro_cpe = {};
  std::string distro_name = {};
  std::int64_t time = 0;  // The newest repomd timestamp.

  std::vector<std::string> repositories = {};  // "BaseOS"; "." if the media is one itself. Sorted.
  metadata::Catalog catalog = {};           // Of binary packages; dependencies resolved among them.
  std::vector<MediaPackage> packages = {};  // Those of the catalog, by NEVRA.
  std::vector<std::string> refused = {};    // "NEVRA: reason" of records that cannot be used.
};

// Reads every repository on the media. Throws Error: Cause::Usage if there is none, as on boot
// media, or if the path cannot be read; Cause::Untrusted if a repository is damaged.
Media read_media(const std::filesystem::path& path);

// Fills the catalog and the packages of `media` from what its repositories hold, in their order.
// `read_files` tells which of the paths that packages require, and primary.xml does not list, are
// whose.
using ReadFiles =
    std::function<std::vector<metadata::OwnedFile>(const std::vector<std::string>& wanted)>;
void fill_catalog(
    Media& media,
    std::vector<metadata::RepositoryContents> repositories,
    const ReadFiles& read_files);

}  // namespace reposbom::pipeline
