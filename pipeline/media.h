// SPDX-License-Identifier: Apache-2.0
//
// Which packages an installation media holds, be it an ISO image, which is read in
// place, or a directory laid out like one. What it says of itself is believed as
// far as its own checksums go; whether its packages are those of a tree, their
// digests tell (companion_disk.h).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace reposbom::pipeline {

struct MediaPackage {
  std::string nevra = {};
  std::string pkgid = {};       // Digest of the file, by whatever algorithm the repository uses.
  std::string source_rpm = {};  // File name.
  std::string path = {};        // Below the media.
};

struct Media {
  std::string label = {};  // Volume id; empty of a directory.

  // The first lines of .discinfo, empty if there is none: when the media was made (seconds since
  // 1970, as written), its release and its architecture.
  std::string timestamp = {};
  std::string release = {};
  std::string arch = {};

  std::vector<std::string> repositories = {};  // "BaseOS"; "." if the media is one itself. Sorted.
  std::vector<MediaPackage> packages = {};     // Binary ones, by NEVRA, each file once.
  std::vector<std::string> refused = {};       // "NEVRA: reason" of records that cannot be used.
};

// Reads every repository on the media. Throws Error: Cause::Usage if there is none, as on boot
// media, or if the path cannot be read; Cause::Untrusted if a repository is damaged.
Media read_media(const std::filesystem::path& path);

}  // namespace reposbom::pipeline
