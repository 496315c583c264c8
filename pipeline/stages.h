// SPDX-License-Identifier: Apache-2.0
//
// The stages that a build goes through, as plain functions of their arguments:
// what its set is called, what is in it, how it is written. Nothing here waits for
// another build, so any number may run at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/describe.h"
#include "generators/formats.h"
#include "generators/json_reader.h"
#include "metadata/catalog.h"
#include "pipeline/settings.h"
#include "pipeline/signer.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// The files in a package; nothing if its RPM is not at hand. Throws Error if that is damaged.
using ListFiles =
    std::function<std::optional<std::vector<metadata::PackagedFile>>(const metadata::Package&)>;

// What is the same for every set of a run.
struct SetRecipe {
  generators::Creation creation = {};
  std::vector<generators::Format> formats = {};
  ListFiles list_files = {};  // Null if documents do not list files.
  std::vector<std::unique_ptr<Signer>> signers = {};

  // Of all of it, public keys included.
  std::string digest() const;
};

// The signers that the settings ask for, each tried out. Throws Error.
std::vector<std::unique_ptr<Signer>> make_signers(const Signing& signing);

// The creation and the signers that the settings ask for. Throws Error.
SetRecipe make_recipe(
    const Settings& settings,
    const metadata::Distribution& distribution,
    std::optional<std::int64_t> source_date_epoch = {});

// What a run needs to know of a set, and set.json keeps.
struct SetSummary {
  std::string digest = {};
  std::string build = {};
  std::string source_name = {};
  std::int64_t time = 0;
  generators::DocumentLink document = {};  // The build document.
  std::vector<IndexEntry> packages = {};
  std::size_t documents = 0;     // Files, in all formats.
  std::size_t signatures = 0;    // Files.
  std::uint64_t bytes = 0;       // Of the documents.
  std::string sums_sha256 = {};  // Of its SHA256SUMS; not in set.json, which SHA256SUMS lists.
};

struct NamedBytes {
  std::string name = {};
  std::string bytes = {};
};

struct RenderedSet {
  SetSummary summary = {};
  std::vector<NamedBytes> files = {};  // All that the set's folder holds.
};

// The name of the set of a build: the digest of everything that goes into it.
std::string set_digest(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const std::string& recipe_digest);

// Describes, renders, hashes and signs. Throws Error (Cause::Untrusted) if a name cannot be that of
// a file.
RenderedSet render_set(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const SetRecipe& recipe,
    const std::string& digest);

// Writes the set to staged_set_path(), from where publish() moves it to the store: whatever is in
// the store is whole, and on the medium.
void stage_set(const RenderedSet& set, const std::filesystem::path& tree, Storage& storage);

// The name of the first file of the set that `folder` does not hold as it is; empty if there is
// none.
std::string first_difference(const RenderedSet& set, const std::filesystem::path& folder);

// Reads set.json of a set in the store. Throws Error (Cause::Untrusted) if it is damaged.
SetSummary read_set(const std::filesystem::path& tree, const std::string& digest);

// The link to a build document, as set.json keeps it.
generators::DocumentLink read_link(const generators::JsonObject& json);

// "NVRA", what the documents of a package are called before the suffix of their format.
std::string document_stem(const metadata::Package& package);

}  // namespace reposbom::pipeline
