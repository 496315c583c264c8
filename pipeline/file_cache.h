// SPDX-License-Identifier: Apache-2.0
//
// What RPM files said when they were last read, by the digest that repodata has of
// them: a header is read, and a file hashed, once in its life. Kept in a file of the
// tree that is no part of what is published; without it, files are read again.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "metadata/header_proof.h"
#include "metadata/package.h"

namespace reposbom::pipeline {

inline constexpr std::string_view kFileCache = ".files";  // Below the tree.

struct FileFacts {
  bool header_read = false;
  metadata::HeaderFacts header = {};
  std::string module = {};
  std::string sha512 = {};           // Empty where the file was not hashed.
  metadata::HeaderProof proof = {};  // Of its header; who has other keys must prove it again.

  bool operator==(const FileFacts&) const = default;
};

using FileCache = std::map<std::string, FileFacts, std::less<>>;  // By pkgid.

// Sorted, one file a line.
std::string write_file_cache(const FileCache& cache);

// Empty if the text is anything but what write_file_cache() wrote.
FileCache parse_file_cache(std::string_view text);

// Of a tree; empty if it has none.
FileCache read_file_cache(const std::filesystem::path& tree);

}  // namespace reposbom::pipeline
