// SPDX-License-Identifier: Apache-2.0
#include "pipeline/publisher.h"

#include <algorithm>
#include <set>
#include <utility>

#include "metadata/digest.h"
#include "pipeline/parallel.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

constexpr std::string_view kCurrent = "current";

// The links to the sets, and their lines in the run's SHA256SUMS.
std::vector<Sum> link_sets(
    const std::vector<RunSet>& sets, const std::filesystem::path& run, Storage& storage) {
  std::vector<Sum> sums;
  std::set<std::filesystem::path> folders;
  for (const RunSet& set : sets) {
    const std::filesystem::path link = set_path(set.source_name, set.build);
    if (folders.insert(link.parent_path()).second) {
      storage.create_directories(run / link.parent_path());
    }
    storage.create_symlink(set_link_target(set.digest), run / link);
    sums.push_back({set.sums_sha256, (link / kSums).string()});
  }
  return sums;
}

Sum write_file(const RunFile& file, const std::filesystem::path& run, Storage& storage) {
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  const auto output = storage.create(run / file.name);
  file.write([&](std::string_view bytes) {
    hasher.update(bytes);
    output->write(bytes);
  });
  output->close();
  return {hasher.hex(), file.name};
}

std::vector<Sum> write_files(
    const std::vector<RunFile>& files, const std::filesystem::path& run, Storage& storage) {
  for (const RunFile& file : files) {
    storage.create_directories((run / file.name).parent_path());
  }
  std::vector<Sum> sums(files.size());
  parallel_for(files.size(), [&](std::size_t i) { sums[i] = write_file(files[i], run, storage); });
  return sums;
}

void write_sums_file(
    std::vector<Sum> sums,
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& run,
    Storage& storage) {
  std::sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.name < b.name; });
  const std::string text = write_sums(sums);
  storage.write(run / kSums, text);
  for (const auto& signer : recipe.signers) {
    const std::string name = std::string(kSums) + std::string(signer->suffix());
    storage.write(run / name, signer->sign(text, contents.time));
  }
}

// The same name in the tree is replaced in one step, so that a reader never sees half a file.
void replace_file(
    const std::filesystem::path& file,
    std::string_view bytes,
    const std::filesystem::path& staging,
    Storage& storage) {
  const std::filesystem::path beside = staging / file.filename();
  storage.write(beside, bytes);
  storage.rename(beside, file);
}

// Public keys stay in the tree when the key is changed: earlier sets still need them.
void publish_keys(
    const SetRecipe& recipe,
    const std::filesystem::path& tree,
    const std::filesystem::path& staging,
    Storage& storage) {
  if (recipe.signers.empty()) return;
  storage.create_directories(tree / "keys");
  std::string text =
      "Keys that sign the sets and runs of this tree. Compare the fingerprints with\n"
      "those that the publisher tells elsewhere before trusting them.\n\n";
  for (const auto& signer : recipe.signers) {
    text += signer->description() + "\n";
    for (const PublicKeyFile& key : signer->public_keys()) {
      replace_file(tree / "keys" / key.name, key.bytes, staging, storage);
      text += "  " + key.name + "  " + key.fingerprint + "\n";
    }
  }
  replace_file(tree / "keys" / "README", text, staging, storage);
}

}  // namespace

std::string run_name(const std::filesystem::path& tree, std::int64_t time) {
  std::string name;
  for (const char c : generators::utc_time(time)) {
    if (c != '-' && c != ':') name += c;
  }
  const auto is_taken = [&](const std::string& candidate) {
    return std::filesystem::exists(std::filesystem::symlink_status(tree / "runs" / candidate));
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
  return tree / run;
}

void publish(
    const RunContents& contents,
    const SetRecipe& recipe,
    const std::filesystem::path& tree,
    Storage& storage) {
  const std::filesystem::path staging = tree / ".staging";
  const std::filesystem::path run = staging / "run";
  storage.create_directories(run);
  std::vector<Sum> sums = link_sets(contents.sets, run, storage);
  std::vector<Sum> of_files = write_files(contents.files, run, storage);
  std::move(of_files.begin(), of_files.end(), std::back_inserter(sums));
  write_sums_file(std::move(sums), contents, recipe, run, storage);
  publish_keys(recipe, tree, staging, storage);

  // Nothing may be named before all of it is on the medium.
  storage.sync(tree);
  storage.create_directories(tree / "runs");
  storage.rename(run, tree / "runs" / contents.name);
  storage.create_symlink(std::filesystem::path("runs") / contents.name, staging / kCurrent);
  storage.rename(staging / kCurrent, tree / kCurrent);
  storage.sync(tree);
  storage.remove_all(staging);
}

}  // namespace reposbom::pipeline
