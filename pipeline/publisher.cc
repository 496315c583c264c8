// SPDX-License-Identifier: Apache-2.0
#include "pipeline/publisher.h"

#include <algorithm>
#include <set>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/interrupt.h"
#include "pipeline/parallel.h"
#include "pipeline/report.h"
#include "pipeline/set_batch.h"
#include "pipeline/trace.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

constexpr std::string_view kKeys = "keys";

// The links to the sets, and their lines in the run's SHA256SUMS.
std::vector<metadata::Sum> link_sets(
    const std::vector<RunSet>& sets, const std::filesystem::path& run, Storage& storage) {
  const Span span("link sets");
  std::vector<metadata::Sum> sums;
  std::set<std::filesystem::path> folders;
  for (const RunSet& set : sets) {
    const std::filesystem::path link = metadata::set_path(set.source_name, set.build);
    if (folders.insert(link.parent_path()).second) {
      storage.create_directories(run / link.parent_path());
    }
    storage.create_symlink(set_link_target(set.digest), run / link);
    sums.push_back({set.sums_sha256, (link / metadata::kSums).string()});
  }
  return sums;
}

metadata::Sum write_file(const RunFile& file, const std::filesystem::path& run, Storage& storage) {
  const Span span("write run", file.name);
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  const auto output = storage.create(run / file.name);
  file.write([&](std::string_view bytes) {
    check_interrupt();  // A release document takes a second.
    hasher.update(bytes);
    output->write(bytes);
  });
  output->close();
  return {hasher.hex(), file.name};
}

std::vector<metadata::Sum> write_files(
    const std::vector<RunFile>& files, const std::filesystem::path& run, Storage& storage) {
  for (const RunFile& file : files) {
    storage.create_directories((run / file.name).parent_path());
  }
  std::vector<metadata::Sum> sums(files.size());
  parallel_for(files.size(), [&](std::size_t i) { sums[i] = write_file(files[i], run, storage); });
  return sums;
}

void write_sums_file(
    std::vector<metadata::Sum> sums,
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& run,
    Storage& storage) {
  std::sort(sums.begin(), sums.end(), [](const metadata::Sum& a, const metadata::Sum& b) {
    return a.name < b.name;
  });
  const std::string text = metadata::write_sums(sums);
  storage.write(run / metadata::kSums, text);
  const std::vector<std::string> names = signature_names(recipe.signers);
  for (std::size_t i = 0; i != names.size(); ++i)
    storage.write(run / names[i], recipe.signers[i]->sign(text, contents.time));
}

void write_run(
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& run,
    Storage& storage) {
  storage.create_directories(run);
  std::vector<metadata::Sum> sums;
  std::vector<metadata::Sum> of_files;
  in_parallel(
      {[&] { of_files = write_files(contents.files, run, storage); },
       [&] { sums = link_sets(contents.sets, run, storage); }});
  std::move(of_files.begin(), of_files.end(), std::back_inserter(sums));
  write_sums_file(std::move(sums), contents, recipe, run, storage);
}

// What must be in keys/ and is not. Public keys stay there when the key is changed: earlier sets
// still need them.
std::vector<NamedBytes> new_key_files(
    const SetRecipe& recipe, const std::filesystem::path& folder) {
  if (recipe.signers.empty()) return {};
  std::vector<NamedBytes> files;
  for (PublicKeyFile& key : public_key_files(recipe.signers))
    files.push_back({std::move(key.name), std::move(key.bytes)});
  std::string text =
      "Keys that sign the sets and runs of this tree. Compare the fingerprints with\n"
      "those that the publisher tells elsewhere before trusting them.\n\n";
  files.push_back({"README", keys_readme(std::move(text), recipe.signers)});
  std::erase_if(
      files, [&](const NamedBytes& file) { return holds(folder / file.name, file.bytes); });
  return files;
}

void write_keys(
    const std::vector<NamedBytes>& files, const std::filesystem::path& staged, Storage& storage) {
  if (files.empty()) return;
  storage.create_directories(staged);
  for (const NamedBytes& file : files)
    storage.write(staged / file.name, file.bytes);
}

// Each is replaced in one step, so that a reader never sees half a key.
void move_keys(
    const std::vector<NamedBytes>& files,
    const std::filesystem::path& staged,
    const std::filesystem::path& folder,
    Storage& storage) {
  if (files.empty()) return;
  storage.create_directories(folder);
  for (const NamedBytes& file : files)
    storage.rename(staged / file.name, folder / file.name);
}

void move_sets(
    const std::vector<RunSet>& sets, const std::filesystem::path& tree, Storage& storage) {
  for (const RunSet& set : sets) {
    if (set.is_staged) move_set(tree, set.digest, storage);
  }
}

}  // namespace

std::string run_name(const std::filesystem::path& tree, std::int64_t time) {
  std::string name;
  for (const char c : generators::utc_time(time)) {
    if (c != '-' && c != ':') name += c;
  }
  const auto is_taken = [&](const std::string& candidate) {
    return std::filesystem::exists(std::filesystem::symlink_status(tree / kRuns / candidate));
  };
  if (!is_taken(name)) return name;
  std::size_t number = 2;
  while (is_taken(name + "-" + std::to_string(number)))
    ++number;
  return name + "-" + std::to_string(number);
}

std::optional<std::filesystem::path> current_run(const std::filesystem::path& tree) {
  std::error_code error;
  const std::filesystem::path run = std::filesystem::read_symlink(tree / kCurrent, error);
  if (error) return std::nullopt;
  if (!is_run_link_target(run)) {
    throw Error(
        Cause::Untrusted,
        (tree / kCurrent).string(),
        "leads to " + run.string() + ", which is no run of this tree");
  }
  return tree / run;
}

Index index_of_run(const std::filesystem::path& run) {
  const std::filesystem::path file = run / kIndex;
  return parse_index(read_file(file), file.string());
}

std::string current_inputs(const std::filesystem::path& tree) {
  const auto run = current_run(tree);
  if (!run || !std::filesystem::exists(*run / kReport)) return {};
  const std::filesystem::path file = *run / kReport;
  return read_report_inputs(read_file(file), file.string());
}

Index current_index(const std::filesystem::path& tree) {
  const auto run = current_run(tree);
  if (!run || !std::filesystem::exists(*run / kIndex)) return {};
  return index_of_run(*run);
}

bool is_as_written(const RunFile& file, const std::filesystem::path& run) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(run / file.name, ignored)) return false;
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  file.write([&](std::string_view bytes) { hasher.update(bytes); });
  return metadata::digest_file(metadata::ChecksumType::Sha256, run / file.name).hex == hasher.hex();
}

void discard_unfinished(const std::filesystem::path& tree, Storage& storage) {
  const std::filesystem::path staging = tree / kStaging;
  std::error_code error;
  const std::filesystem::path run = std::filesystem::read_symlink(staging / kCurrent, error);
  // A link that still waits to become `current` names a run that nobody has seen.
  if (!error && is_run_link_target(run) && current_run(tree) != tree / run) {
    storage.remove_all(tree / run);
  }
  storage.remove_all(staging);
}

Cleanup::Cleanup(const std::filesystem::path& tree, Storage& storage)
    : tree_(tree), storage_(storage) {
  discard_unfinished(tree_, storage_);
}

Cleanup::~Cleanup() {
  try {
    discard_unfinished(tree_, storage_);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): see above.
  }
}

std::string publish(
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& tree,
    Storage& storage) {
  const Span span("publish");
  const std::filesystem::path staging = tree / kStaging;
  const std::filesystem::path run = staging / "run";
  const std::filesystem::path name = std::filesystem::path(kRuns) / contents.name;
  write_run(contents, recipe, run, storage);
  const std::vector<NamedBytes> keys = new_key_files(recipe, tree / kKeys);
  write_keys(keys, staging / kKeys, storage);
  storage.create_symlink(name, staging / kCurrent);

  check_interrupt();
  // Nothing gets its name before all of it is on the medium, and no run before its sets. The link
  // in the staging folder tells discard_unfinished() of a run that was named but never current.
  storage.sync(tree);
  move_sets(contents.sets, tree, storage);
  move_keys(keys, staging / kKeys, tree / kKeys, storage);
  storage.create_directories(tree / kRuns);
  storage.rename(run, tree / name);
  storage.sync(tree);
  storage.rename(staging / kCurrent, tree / kCurrent);

  // It is published: from here on, a failure is no failure of the run.
  try {
    storage.sync(tree);
    storage.remove_all(staging);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace reposbom::pipeline
