// SPDX-License-Identifier: Apache-2.0
//
// The output folder of sbomget: the sets that were fetched, each with the documents of the
// installed packages alone, and the runs that vouch for them. A set that another takes the place
// of is exchanged whole; every other file gets its name when it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/local_file.h"

namespace reposbom::companion {

inline constexpr std::string_view kStateFile = "state";
inline constexpr std::string_view kMissingFile = "missing";  // NEVRAs that no source had.

// No set.json and no document is larger.
inline constexpr std::uint64_t kLargestFile = std::uint64_t{64} << 20U;

// A name in the folder, or where what is to take its place is collected.
enum class Side { Final, Staged };

class Collection {
 public:
  explicit Collection(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path(Side side, const std::string& name) const;

  bool is_there() const;

  // Makes the folder and keeps others from writing to it while this is there. Throws Error:
  // TryAgain if another does, Output.
  void lock();

  // Nothing if it is absent or cannot be read.
  std::optional<std::string> read(Side side, const std::string& name) const;
  bool has(Side side, const std::string& name, const std::string& sha256) const;

  // All throw Error (Cause::Output).
  void write(Side side, const std::string& name, std::string_view bytes) const;
  void stage_copy(const std::string& name) const;  // Of what stands in the folder.
  void drop_set(const std::string& set) const;     // Nothing is staged of it any more.
  void finish_set(const std::string& set) const;   // It takes the place of the one that is there.
  void remove(const std::string& name) const;
  void finish() const;  // All of it is on the disk; sets that are not whole wait for the next time.

  // "sets/L/NAME/BUILD" of each set, sorted; empty if there is none.
  std::vector<std::string> sets() const;
  // The names of the folders in runs/.
  std::vector<std::string> runs() const;

 private:
  std::filesystem::path folder_;
  metadata::OpenFile lock_ = {};
};

}  // namespace reposbom::companion
