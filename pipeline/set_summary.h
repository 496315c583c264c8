// SPDX-License-Identifier: Apache-2.0
//
// What a run needs to know of a set, whether it has just been made or is in the
// store: set.json keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "generators/describe.h"
#include "metadata/catalog.h"
#include "pipeline/set_inputs.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

struct SetSummary {
  std::string digest = {};
  SetInputs inputs = {};
  std::string build = {};
  std::string source_name = {};
  std::int64_t time = 0;
  generators::DocumentLink document = {};  // The build document.
  std::vector<IndexEntry> packages = {};
  std::size_t documents = 0;     // Files, in all formats.
  std::size_t signatures = 0;    // Files.
  std::uint64_t bytes = 0;       // Of the documents.
  std::string sums_sha256 = {};  // Of its SHA256SUMS; not in set.json, which SHA256SUMS lists.
  bool is_staged = false;        // It has just been made, and waits to be moved into the store.
};

// What set.json tells of a package beside its entry of the index, for the differences between runs.
struct PackageFacts {
  std::string nevra = {};
  std::string pkgid = {};
  std::string license = {};                  // The expression.
  std::vector<std::string> bundled = {};     // Package URLs; sorted, unique.
  std::vector<std::string> advisories = {};  // Ids, sorted.
};
PackageFacts package_facts(const metadata::Catalog& catalog, const metadata::Package& package);

// The text of set.json. `facts` stand beside the packages of the summary, and so do the elements of
// these in the build document, which may be left out.
std::string write_set_json(
    const SetSummary& summary,
    const std::vector<PackageFacts>& facts,
    const std::vector<const generators::Element*>& elements = {});

// Reads a set.json for what it tells of its packages. Throws Error (Cause::Untrusted).
std::vector<PackageFacts> read_package_facts(const std::filesystem::path& set);

// Reads set.json of a set in the store. Throws Error (Cause::Untrusted) if it is damaged.
SetSummary read_set(const std::filesystem::path& tree, const std::string& digest);

}  // namespace reposbom::pipeline
