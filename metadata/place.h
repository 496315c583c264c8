// SPDX-License-Identifier: Apache-2.0
//
// Where the files of a repository are: a directory, or a server (remote.h). Who
// reads a repository does not ask which. May be used by several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "metadata/local_file.h"
#include "metadata/package.h"
#include "metadata/remote.h"

namespace reposbom::metadata {

class Place {
 public:
  Place() = default;
  // Not explicit: a directory is a place.
  Place(std::filesystem::path directory) : directory_(std::move(directory)) {}  // NOLINT
  explicit Place(RemotePlace remote) : remote_(std::make_unique<Remote>(std::move(remote))) {}

  // Of the place itself, or of a file in it, for messages.
  std::string name_of(const std::string& href = {}) const;

  // Whether files are waited for, so that several should be on their way at once.
  bool is_remote() const { return remote_ != nullptr; }

  // False where anybody on the way could send other bytes: a server without TLS.
  bool is_proven() const { return !remote_ || remote_->is_proven(); }

  // Whether a file is not there, where nobody has to be asked for that: never of a server.
  bool is_known_absent(const std::string& href) const;

  // The file, verified as far as anything is known of it; nothing if it is not there. Throws Error
  // (Cause::Untrusted) if it is not as wanted; see remote.h for others.
  std::optional<std::string> read(const Wanted& wanted) const;

  // The file of a package: as it stands in the directory, or from a server only its front, up to
  // the payload; nothing if it is not there. Nothing vouches for it yet: once its reader has found
  // it good, keep() spares the next download.
  std::optional<LocalFile> rpm_front(const Package& package) const;
  void keep_front(const Package& package, const LocalFile& front) const;

  // The whole file. Its digest is verified if it is from a server; large ones take a while.
  std::optional<LocalFile> whole_rpm(const Package& package) const;

  // Where what was found in the payload may be kept; null if nowhere.
  const Cache* cache() const { return remote_ ? remote_->cache() : nullptr; }

 private:
  Kept kept_front() const { return is_proven() ? Kept::Front : Kept::UnprovenFront; }
  std::string read_remote_front(const Package& package) const;

  std::filesystem::path directory_ = {};
  std::unique_ptr<Remote> remote_ = {};
};

}  // namespace reposbom::metadata
