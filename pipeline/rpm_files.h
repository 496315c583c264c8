// SPDX-License-Identifier: Apache-2.0
//
// Completes the packages of a repository on disk with what only their RPM files
// tell: digests and signature of the header, module label, SHA-512.
#pragma once

#include <filesystem>
#include <vector>

#include "metadata/catalog.h"
#include "pipeline/file_cache.h"
#include "pipeline/report.h"
#include "pipeline/stages.h"

namespace reposbom::pipeline {

struct FileWishes {
  bool headers = false;
  bool sha512 = false;
};

struct FileReading {
  FileCache used = {};     // What is known now of the files that are there.
  std::size_t absent = 0;  // Packages whose file is not there.
  std::vector<Failure> failures = {};
};

// `packages` have their path below `root` as their only origin. What `known` tells of a file that
// is there with the right size is not read again. A package whose file is damaged, or not the one
// that repodata tells of, stays as it was and is a failure. Reads with several threads.
FileReading read_rpm_files(
    const std::filesystem::path& root,
    const std::vector<metadata::Package*>& packages,
    const FileWishes& wishes,
    const FileCache& known);

// Lists the files of a package of the catalog from its RPM below the first of its repositories that
// has it; `roots` are those of the repositories, in their order.
ListFiles lister_of(std::vector<std::filesystem::path> roots);

}  // namespace reposbom::pipeline
