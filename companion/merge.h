// SPDX-License-Identifier: Apache-2.0
//
// One SBOM of a whole machine, from its RPM database (or a list of its packages) and from
// what was fetched of them. The same packages and sets give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "companion/installed.h"
#include "generators/emitter.h"
#include "generators/formats.h"

namespace reposbom::companion {

struct MergeRequest {
  InstalledPlace installed = {};
  std::filesystem::path folder = {};  // What was fetched.
  generators::Format format = generators::Format::SpdxJson;
  std::string document_name = {};                      // Empty: "almalinux-9.4-machine".
  std::string version = {};                            // Of the program.
  std::optional<std::int64_t> source_date_epoch = {};  // Instead of the newest time of the facts.
};

struct MergeSummary {
  std::string document_name = {};
  std::size_t packages = 0;
  std::size_t published = 0;              // Those of which the document says what was published.
  std::vector<std::string> others = {};   // "NEVRA: reason" of the rest, sorted.
  std::vector<std::string> refused = {};  // "NEVRA: reason" of what is not in the document, sorted.
};

// Hands the document to `sink`, once all that it is made from has been read. Throws Error as
// read_installed() and FetchedSets do.
MergeSummary merge(const MergeRequest& request, const generators::Sink& sink);

}  // namespace reposbom::companion
