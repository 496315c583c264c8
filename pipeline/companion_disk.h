// SPDX-License-Identifier: Apache-2.0
//
// The companion disk: an ISO image with the sets of a media's packages and of every
// other retained build of the same source packages, and what is needed to find and
// verify them without a network. The same tree, media and keys give the same bytes
// (but for ECDSA signatures). What is on it, pipeline/disk/README.txt says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "generators/document.h"
#include "pipeline/media.h"
#include "pipeline/signers.h"

namespace reposbom::pipeline {

struct DiskRequest {
  std::filesystem::path tree = {};     // Its current run is what is put on the disk.
  std::filesystem::path output = {};   // The ISO image; replaced if it is there.
  std::string volume_id = {};          // A-Z, 0-9 and _, 32 at most; chosen by the media if empty.
  std::filesystem::path client = {};   // Repository of sbomget; the disk has none if empty.
  std::string url = {};                // Where customers find the tree as well; none if empty.
  generators::Creation creation = {};  // Of the document of the media.
};

struct DiskSummary {
  std::string volume_id = {};
  std::string run = {};
  std::size_t packages = 0;  // Of the media, that have their documents on the disk.
  std::size_t sets = 0;
  std::size_t updates = 0;                // Of the sets, those without a package of the media.
  std::size_t documents = 0;              // Files, that of the media in each format included.
  std::uint64_t bytes = 0;                // Of the image.
  std::size_t repeated = 0;               // Files whose content is that of another one, which
  std::uint64_t saved = 0;                // therefore stands in the image once; bytes saved.
  std::vector<std::string> client = {};   // RPMs of the client; sorted.
  std::vector<std::string> missing = {};  // NEVRAs of the media, with the reason; sorted.
  std::vector<std::string> stored = {};   // What the sets are called in the store; sorted.
  std::vector<std::string> notes = {};
};

// Writes the disk and signs it with each of the signers. Every file is compared with its SHA256SUMS
// on the way. Throws Error: Cause::Usage if the tree has no run, if none of the media's packages is
// in it, if the volume id cannot be one or the client is no repository; Cause::Untrusted if the
// tree was changed since it was published; Cause::Output if the image cannot be written.
DiskSummary write_disk(const DiskRequest& request, const Media& media, const Signers& signers);

}  // namespace reposbom::pipeline
