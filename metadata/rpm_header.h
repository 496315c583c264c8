// SPDX-License-Identifier: Apache-2.0
//
// The header of an .rpm or .src.rpm -> what it says of itself. librpm's reader
// lives here. It reads no configuration, opens no database and may be called
// from many threads at once. The header's own digests are verified; whether its
// signature is good is asked in header_proof.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "metadata/local_file.h"
#include "metadata/package.h"

namespace reposbom::metadata {

struct RpmHeader {
  Package package = {};  // Without checksum, file time and origin; a source's Requires stand below.
  std::vector<SourceFile> files = {};           // Sources, then patches; of a source package.
  std::vector<Dependency> build_requires = {};  // Of a source package; without rpmlib(…).
  std::vector<std::pair<std::int64_t, std::string>> changelog = {};  // Time and text; newest first.
  bool is_source = false;
  std::uint64_t header_end = 0;  // Where in the file the payload begins.

  // OpenPGP packets over the header alone: of an RSA key, and of a DSA, ECDSA or EdDSA key.
  std::vector<std::string> signatures = {};
};

// Needs only the bytes up to the payload: the file may end there. Throws Error if it is no RPM, if
// a digest is wrong, or if its NEVRA cannot be used (see refusal() in primary.h).
RpmHeader read_rpm_header(const std::filesystem::path& rpm);
RpmHeader read_rpm_header(const LocalFile& rpm);

// The files with a content that a package installs, in the order of its header, and how many bytes
// its payload holds at most. Their SHA-1 is not known from the header: see rpm_contents.h. Throws
// Error if a path is not absolute, or leads up.
struct RpmFileList {
  std::vector<PackagedFile> files = {};
  std::uint64_t payload_size = 0;
  std::string sha256_header = {};  // As in HeaderFacts.
};
RpmFileList read_rpm_file_list(const LocalFile& rpm);

}  // namespace reposbom::metadata
