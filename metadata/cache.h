// SPDX-License-Identifier: Apache-2.0
//
// A folder of what was downloaded, so that it is downloaded once: each entry is
// named by the checksum of the file that it is, or is a part of. An entry stands
// there whole or not at all, and a damaged one is as good as none. Several runs
// may share a cache. What cannot be written is left out: a cache saves time and
// is never needed.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "metadata/package.h"

namespace reposbom::metadata {

// What is kept of a file: the whole of a part of repodata; of an RPM its front up to the payload
// (from a server that has proved who it is, from any, or of a file whose digest was right), or the
// spec file in it.
enum class Kept { Part, Front, UnprovenFront, ProvenFront, Spec };

class Cache {
 public:
  // Throws Error (Cause::Usage) if the folder cannot be made, or if other users could put something
  // into it.
  explicit Cache(std::filesystem::path folder);

  // Whether that would go well.
  static bool can_use(const std::filesystem::path& folder);

  // By the checksum of the whole file. An entry that is read counts as used now.
  std::optional<std::string> read(Kept kind, const Checksum& file) const;
  void write(Kept kind, const Checksum& file, std::string_view bytes) const;

  // Removes what was not used for so long.
  void prune(std::chrono::hours age) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path entry(Kept kind, const Checksum& file) const;

  std::filesystem::path folder_;
};

}  // namespace reposbom::metadata
