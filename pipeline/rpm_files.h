// SPDX-License-Identifier: Apache-2.0
//
// Completes the packages of a repository with what only their RPM files
// tell: digests and signature of the header, module label, SHA-512.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/place.h"
#include "pipeline/file_cache.h"
#include "pipeline/report.h"
#include "pipeline/stages.h"

namespace reposbom::pipeline {

struct FileWishes {
  bool headers = false;
  bool sha512 = false;
  const metadata::Keyring* keys = nullptr;  // If any, headers must be proved.
};

struct FileReading {
  FileCache used = {};     // What is known now of the files that are there.
  std::size_t absent = 0;  // Packages whose file is not there.
  HeaderCounts headers = {};
  std::vector<Failure> failures = {};
};

// `packages` have their path in `place` as their only origin. What `known` tells of a file that is
// there with the right size is not read again; on a server it is taken to be there. A package whose
// file is damaged, not the one that repodata tells of, or signed by nobody who is trusted, stays as
// it was and is a failure. Reads with several threads. Throws Error (Cause::Untrusted) if a header
// is forged: that is no matter of one package.
FileReading read_rpm_files(
    const metadata::Place& place,
    const std::vector<metadata::Package*>& packages,
    const FileWishes& wishes,
    const FileCache& known);

// How a header counts. Of a refused one a failure is made; Throws Error of a forged one, as above.
std::optional<Failure> count_proof(
    const metadata::HeaderProof& proof, const std::string& file, HeaderCounts& counts);
void check_forged(const metadata::HeaderProof& proof, const std::string& file);

// Calls `read` for so many files of a place, several at once, until an interrupt.
void for_each_file(
    const metadata::Place& place, std::size_t count, const std::function<void(std::size_t)>& read);

// Lists the files of a package of the catalog from its RPM in the first of its repositories that
// has it; `places` are those of the repositories, in their order, and outlive the lister.
ListFiles lister_of(std::vector<const metadata::Place*> places);

}  // namespace reposbom::pipeline
