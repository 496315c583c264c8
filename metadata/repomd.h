// SPDX-License-Identifier: Apache-2.0
//
// repomd.xml: which files describe a repository, and their checksums. What it
// says decides whether a byte of those files may be parsed; whether it may itself
// be believed, its signature says (keyring.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/package.h"

namespace reposbom::metadata {

struct RepomdPart {
  std::string type = {};                       // "primary", "updateinfo" ...
  Checksum checksum = {};                      // Of the file as it is stored.
  std::optional<Checksum> open_checksum = {};  // Of its content, if it is compressed.
  std::string href = {};                       // Below the repository; never leaves it.
  std::int64_t timestamp = 0;                  // Seconds since 1970; 0 if unknown.
  std::uint64_t size = 0;                      // Bytes; 0 if unknown.
  std::uint64_t open_size = 0;                 // Bytes; 0 if unknown.
};

struct Repomd {
  std::string revision = {};
  std::string distro_cpe = {};
  std::string distro_name = {};
  std::vector<RepomdPart> parts = {};  // In the order of the file.

  // The first part of that type, null if there is none.
  const RepomdPart* find(std::string_view type) const;

  // Of all parts; the revision if none has one and it is a time; else 0.
  std::int64_t newest_timestamp() const;
};

// Throws Error with the line if it is malformed, if a part has no checksum, or if its path would
// leave the repository.
Repomd parse_repomd(std::string_view xml, const std::string& subject);

// A checksum as repodata writes it: ("sha256", 64 digits). Nothing if the type is unknown or the
// digits are not as many as it has.
std::optional<Checksum> parse_checksum(std::string_view type, std::string_view hex);

}  // namespace reposbom::metadata
