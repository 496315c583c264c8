// SPDX-License-Identifier: Apache-2.0
//
// Where things stand in the published tree (README, "The tree"), and the two
// indexes that readers of it use: set.json of a set, index.json of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/sums.h"

namespace reposbom::pipeline {

inline constexpr std::string_view kIndex = "index.json";
inline constexpr std::string_view kSetIndex = "set.json";
inline constexpr std::string_view kReport = "report.json";
inline constexpr std::string_view kDiff = "diff.json";
inline constexpr std::string_view kCurrent = "current";
inline constexpr std::string_view kRuns = "runs";
inline constexpr std::string_view kStore = "store";
inline constexpr std::string_view kDisks = "disks";
inline constexpr std::string_view kSha256Suffix = ".sha256";  // Beside a document of a set.

// Below the tree: where a run is made before it is published, and where its sets wait.
inline constexpr std::string_view kStaging = ".staging";
std::filesystem::path staged_set_path(std::string_view digest);

// "store/XX/DIGEST", below the tree.
std::filesystem::path store_path(std::string_view digest);

// Whether the store has that set. What is in the store is whole.
bool is_stored(const std::filesystem::path& tree, std::string_view digest);

// What a link at metadata::set_path() of a run must point to.
std::filesystem::path set_link_target(std::string_view digest);

// Whether `target` is what the link `current` may hold: "runs/NAME", nothing above or below.
bool is_run_link_target(const std::filesystem::path& target);

enum class State { Current, Superseded, Withdrawn };
std::string_view to_string(State state);

// One package in index.json.
struct IndexEntry {
  std::string nevra = {};
  std::string arch = {};
  std::string pkgid = {};
  std::string stem = {};   // Its documents are <set>/<stem><suffix>.
  std::string build = {};  // Name of the build: name-version-release of the source package.
  std::string source_name = {};
  std::string set = {};       // Digest: store_path() of it.
  std::string uuid = {};      // Of its documents.
  std::string replaces = {};  // uuid of the document of the same package that it supersedes.
  State state = State::Current;
  std::int64_t time = 0;  // Of its documents.
  std::int64_t left = 0;  // Time of the first run in which it was not current any more; else 0.
};

// index.json of a run. Entries stand by build, then by stem.
struct Index {
  std::string run = {};
  std::string distribution = {};  // "almalinux-9.4".
  // Of the documents that the run has made, ".spdx.json.gz"; sets of earlier runs may have others.
  std::vector<std::string> suffixes = {};
  std::vector<IndexEntry> packages = {};
};
std::string write_index(const Index& index);
// Throws Error (Cause::Untrusted) if it is not such a file.
Index parse_index(std::string_view json, const std::string& subject);

}  // namespace reposbom::pipeline
