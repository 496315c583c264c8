// SPDX-License-Identifier: Apache-2.0

#include "pipeline/disk_selection.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/package.h"
#include "pipeline/compressed.h"
#include "pipeline/parallel.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSetsAtOnce = 64;  // For one verifier, which takes time to make.

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

// The run that `current` leads to. Its folder is named by this, and not as "current", so that a
// swap meanwhile does no harm.
fs::path current_folder(const fs::path& tree) {
  std::error_code error;
  const fs::path run = fs::read_symlink(tree / "current", error);
  if (!error && fs::is_directory(tree / run, error)) return tree / run;
  throw Error(
      Cause::Usage,
      tree.string(),
      "has no published run to put on a disk: run `reposbom build` first");
}

// "20261123T032000Z", perhaps with "-2" behind it.
std::int64_t parse_run_time(const fs::path& run) {
  std::tm parts = {};
  const std::string name = run.filename().string();
  const char* const end = ::strptime(name.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  if (end == nullptr || (*end != '\0' && *end != '-')) {
    fail(run.string(), "is not named by its time, as every run is");
  }
  return ::timegm(&parts);
}

// What a run says of itself, signature and index verified.
struct Run {
  fs::path folder = {};
  std::map<std::string, std::string> sums = {};  // Digest by name.
  Index index = {};
};

SealedFolder read_seal(const fs::path& run) {
  SealedFolder folder{.subject = run.string()};
  std::vector<std::string> names = {std::string(metadata::kSums)};
  for (const std::string_view suffix : {metadata::kOpenPgpSuffix, metadata::kCmsSuffix}) {
    for (std::size_t number = 1; number <= metadata::kMostSigners; ++number)
      names.push_back(metadata::signature_name(suffix, number));
  }
  for (const std::string& name : names) {
    std::error_code ignored;
    if (fs::exists(run / name, ignored)) folder.texts.emplace(name, read_file(run / name));
  }
  if (folder.text(metadata::kSums) == nullptr) fail(run.string(), "there is no SHA256SUMS in it");
  return folder;
}

Run read_run(const fs::path& tree, const metadata::TrustedKeys& keys) {
  Run run{.folder = current_folder(tree)};
  const SealedFolder seal = read_seal(run.folder);
  metadata::SignatureVerifier(keys).verify(seal.subject, seal.texts);
  const std::string subject = (run.folder / metadata::kSums).string();
  for (metadata::Sum& sum : metadata::parse_sums(*seal.text(metadata::kSums), subject))
    run.sums.emplace(std::move(sum.name), std::move(sum.sha256));
  const std::string file = (run.folder / kIndex).string();
  const std::string text = read_file(file);
  const auto sum = run.sums.find(std::string(kIndex));
  if (sum == run.sums.end() || sum->second != metadata::sha256(text)) {
    fail(file, "was changed: it is not what SHA256SUMS says");
  }
  run.index = parse_index(text, file);
  return run;
}

// Entries of a NEVRA; several, if it was built again.
using ByNevra = std::multimap<std::string, const IndexEntry*>;

ByNevra by_nevra(const Index& index) {
  ByNevra entries;
  for (const IndexEntry& entry : index.packages)
    entries.emplace(entry.nevra, &entry);
  return entries;
}

// Source packages whose builds the disk must hold: those that the media's packages name, and those
// that the tree knows them by.
std::set<std::string> wanted_sources(const Media& media, const ByNevra& entries) {
  std::set<std::string> sources;
  for (const MediaPackage& package : media.packages) {
    const auto source = metadata::parse_source_rpm(package.source_rpm);
    if (source) sources.insert(source->name);
    const auto [begin, end] = entries.equal_range(package.nevra);
    for (auto at = begin; at != end; ++at)
      sources.insert(at->second->source_name);
  }
  return sources;
}

std::vector<std::string> wanted_paths(const Index& index, const std::set<std::string>& sources) {
  std::set<std::string> paths;
  for (const IndexEntry& entry : index.packages) {
    if (!sources.contains(entry.source_name)) continue;
    paths.insert(metadata::set_path(entry.source_name, entry.build).string());
  }
  return {paths.begin(), paths.end()};
}

void check_set(const Run& run, const DiskSet& set, const metadata::SignatureVerifier& verifier) {
  verifier.verify(set.folder.subject, set.folder.texts);
  check_files(set.folder);
  check_signature_count(set.folder);
  const std::string name = set.path + "/" + std::string(metadata::kSums);
  const auto sum = run.sums.find(name);
  if (sum == run.sums.end()) fail(set.folder.subject, "SHA256SUMS of the run lists no such set");
  if (sum->second != metadata::sha256(*set.folder.text(metadata::kSums))) {
    fail(set.folder.subject, "is not the set that SHA256SUMS of the run lists");
  }
}

std::vector<DiskSet> read_checked_sets(
    const Run& run, const std::vector<std::string>& paths, const metadata::TrustedKeys& keys) {
  std::vector<fs::path> folders;
  folders.reserve(paths.size());
  for (const std::string& path : paths)
    folders.push_back(run.folder / path);
  std::vector<SealedFolder> read = read_sets(folders);
  std::vector<DiskSet> sets;
  sets.reserve(paths.size());
  for (std::size_t i = 0; i != paths.size(); ++i)
    sets.push_back({paths[i], std::move(read[i])});
  parallel_for((sets.size() + kSetsAtOnce - 1) / kSetsAtOnce, [&](std::size_t block) {
    const metadata::SignatureVerifier verifier(keys);
    const std::size_t end = std::min(sets.size(), (block + 1) * kSetsAtOnce);
    for (std::size_t i = block * kSetsAtOnce; i != end; ++i)
      check_set(run, sets[i], verifier);
  });
  return sets;
}

// Of the entries of a build, those whose documents are in its set: a package that a build has lost
// since stays in the index of the tree, but not in the set that stands for the build today. Sets of
// earlier runs may have documents with other suffixes than the index tells.
std::vector<IndexEntry> entries_of(const Index& index, const std::vector<DiskSet>& sets) {
  const std::vector<std::string> suffixes = document_suffixes();
  std::map<std::string, const SealedFolder*> folders;
  for (const DiskSet& set : sets)
    folders.emplace(set.path, &set.folder);
  std::vector<IndexEntry> entries;
  for (const IndexEntry& entry : index.packages) {
    const auto folder = folders.find(metadata::set_path(entry.source_name, entry.build).string());
    if (folder == folders.end()) continue;
    const auto& digests = folder->second->digests;
    const bool is_there = std::ranges::any_of(
        suffixes, [&](const std::string& suffix) { return digests.contains(entry.stem + suffix); });
    if (is_there) entries.push_back(entry);
  }
  return entries;
}

bool may_be_same_file(const std::string& left, const std::string& right) {
  return left.empty() || right.empty() || left.size() != right.size() || left == right;
}

// Finds each package of the media among the entries and counts what it finds.
void match(const Media& media, DiskSelection& selection) {
  const ByNevra entries = by_nevra(selection.index);
  std::map<std::string, std::size_t> places;
  for (const DiskSet& set : selection.sets)
    places.emplace(set.path, places.size());
  std::set<std::size_t> sets_of_media;
  for (const MediaPackage& package : media.packages) {
    const auto [begin, end] = entries.equal_range(package.nevra);
    const auto found = std::find_if(begin, end, [&](const auto& entry) {
      return may_be_same_file(entry.second->pkgid, package.pkgid);
    });
    if (found != end) {
      ++selection.packages;
      const IndexEntry& entry = *found->second;
      const std::size_t set =
          places.at(metadata::set_path(entry.source_name, entry.build).string());
      sets_of_media.insert(set);
      selection.matches.push_back({set, entry.stem, {}});
    } else {
      const char* const reason = begin != end ? "the tree describes another file of this name"
                                              : "the tree does not describe it";
      selection.missing.push_back(package.nevra + ": " + reason);
      selection.matches.push_back({{}, {}, reason});
    }
  }
  for (const std::string& refused : media.refused)
    selection.missing.push_back(refused);
  std::ranges::sort(selection.missing);
  selection.updates = selection.sets.size() - sets_of_media.size();
}

}  // namespace

DiskSelection select_sets(
    const fs::path& tree, const Media& media, const metadata::TrustedKeys& keys) {
  Run run = read_run(tree, keys);
  DiskSelection selection{.time = parse_run_time(run.folder)};
  const std::set<std::string> sources = wanted_sources(media, by_nevra(run.index));
  selection.sets = read_checked_sets(run, wanted_paths(run.index, sources), keys);
  selection.index = {
      .run = run.folder.filename().string(),
      .distribution = run.index.distribution,
      .suffixes = run.index.suffixes,
      .packages = entries_of(run.index, selection.sets)};
  match(media, selection);
  if (selection.packages == 0) {
    throw Error(
        Cause::Usage,
        tree.string(),
        "describes none of the " + std::to_string(media.packages.size()) +
            " packages on the media: is it the media of another distribution or release?");
  }
  return selection;
}

}  // namespace reposbom::pipeline
