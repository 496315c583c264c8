// SPDX-License-Identifier: Apache-2.0

#include "pipeline/verify.h"

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "metadata/error.h"
#include "metadata/signatures.h"
#include "pipeline/parallel.h"
#include "pipeline/sealed_folder.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKeys = "keys";
constexpr std::string_view kReleases = "releases/";

// A set on a disk is this far below the folder that has keys/.
constexpr int kFarthestKeys = 4;

// Sets that one verifier goes through: many, because making it is not free; few enough for many
// threads.
constexpr std::size_t kSetsAtOnce = 64;

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_tree(const fs::path& folder) {
  return is_folder(folder / kRuns);
}

// Readers follow `current`, so it must lead to one of the runs.
void check_current(const fs::path& tree) {
  const fs::path link = tree / kCurrent;
  std::error_code error;
  const fs::path run = fs::read_symlink(link, error);
  if (error) fail(link.string(), "is not a link to a run: " + error.message());
  if (!is_run_link_target(run) || !is_folder(tree / run)) {
    fail(link.string(), "leads to " + run.string() + ", which is no run of this tree");
  }
}

std::vector<fs::path> runs_of(const fs::path& tree) {
  check_current(tree);
  std::vector<fs::path> runs;
  std::error_code error;
  fs::directory_iterator at(tree / kRuns, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (at->path().filename().string().starts_with('.')) continue;
    if (at->is_symlink()) fail(at->path().string(), "is a link, and a run is a folder");
    runs.push_back(at->path());
  }
  if (error) fail((tree / kRuns).string(), "cannot be read: " + error.message());
  std::ranges::sort(runs);
  return runs;
}

// What stands at `target`, told apart by what is in it.
struct Target {
  bool is_tree = false;
  SealedFolders folders = {};
  fs::path keys = {};  // The folder keys/ of the tree or disk; empty if there is none.
  bool is_image = false;
};

// The nearest keys/ above, if what it stands in is a tree or a disk.
fs::path keys_above(const fs::path& target) {
  std::error_code error;
  fs::path folder = fs::canonical(target, error);
  for (int i = 0; !error && i <= kFarthestKeys; ++i) {
    const bool is_ours = is_tree(folder) || is_there(folder / metadata::kSums);
    if (is_ours && is_folder(folder / kKeys)) return folder / kKeys;
    folder = folder.parent_path();
  }
  return {};
}

// A folder that lacks its SHA256SUMS may have been robbed of it; anything else was named in error.
void check_is_sealed(const fs::path& folder) {
  if (is_there(folder / metadata::kSums)) return;
  if (is_there(folder / kSetIndex) || is_there(folder / kIndex) || is_folder(folder / "sets")) {
    fail(folder.string(), "there is no SHA256SUMS in it");
  }
  throw Error(
      Cause::Usage,
      folder.string(),
      "is neither a tree, a run, a set nor a companion disk: there is no SHA256SUMS in it");
}

Target read_target(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) {
    throw Error(Cause::Usage, path.string(), "cannot be read: " + error.message());
  }
  Target target{.keys = keys_above(path)};
  if (!fs::is_directory(status)) {
    target.is_image = true;
    target.folders = read_image(path);
    return target;
  }
  target.is_tree = is_tree(path);
  if (!target.is_tree) check_is_sealed(path);
  target.folders = read_folders(target.is_tree ? runs_of(path) : std::vector{path});
  return target;
}

// What is verified of one folder, or of several together.
struct Tally {
  std::size_t files = 0;
  std::size_t documents = 0;
  std::size_t unsigned_folders = 0;
  metadata::Signatures signatures = {};

  void add(const Tally& other) {
    files += other.files;
    documents += other.documents;
    unsigned_folders += other.unsigned_folders;
    signatures.good += other.signatures.good;
    signatures.signers.insert(other.signatures.signers.begin(), other.signatures.signers.end());
  }
};

std::size_t count_documents(const SealedFolder& folder) {
  const bool is_set = folder.text(kSetIndex) != nullptr;
  return static_cast<std::size_t>(std::ranges::count_if(folder.digests, [&](const auto& file) {
    const std::string& name = file.first;
    return is_set ? is_document(name) : name.starts_with(kReleases);
  }));
}

class Verifier {
 public:
  Verifier(const Target& target, const VerifyOptions& options)
      : target_(target), is_pinned_(!options.keys.empty() || !options.certificates.empty()) {
    if (is_pinned_) {
      keys_ = metadata::read_keys(options.keys, options.certificates);
    } else if (target.is_image) {
      keys_ = metadata::find_keys(
          target.folders.roots.front().subject, target.folders.roots.front().texts);
    } else if (!target.keys.empty()) {
      keys_ = metadata::find_keys(target.keys);
    }
  }

  Verification run() {
    const metadata::SignatureVerifier verifier(keys_);
    for (const SealedFolder& root : target_.folders.roots) {
      Tally tally = check_one(root, verifier);
      refuse_unsigned_run(root, tally);
      roots_.add(tally);
    }
    check_sets();
    return result();
  }

 private:
  Tally check_one(const SealedFolder& folder, const metadata::SignatureVerifier& verifier) const {
    Tally tally;
    tally.signatures = verifier.verify(folder.subject, folder.texts);
    tally.files = check_files(folder, target_.folders.sets);
    tally.documents = count_documents(folder);
    tally.unsigned_folders = tally.signatures.good == 0 ? 1 : 0;
    check_signature_count(folder);
    if (is_pinned_ && tally.signatures.good == 0) {
      fail(
          folder.subject + "/" + std::string(metadata::kSums),
          "is not signed by a given key: there is no " +
              metadata::signature_name(
                  keys_.openpgp.empty() ? metadata::kCmsSuffix : metadata::kOpenPgpSuffix, 1) +
              " beside it");
    }
    return tally;
  }

  // Sets older than the first key are not signed. A run whose every set is signed was so itself.
  void refuse_unsigned_run(const SealedFolder& root, const Tally& tally) const {
    if (!target_.is_tree || tally.signatures.good != 0 || root.sets.empty()) return;
    const auto is_signed = [&](const auto& set) {
      return !target_.folders.sets[set.second].signatures().empty();
    };
    if (!root.signatures().empty() || !std::ranges::all_of(root.sets, is_signed)) return;
    fail(root.subject, "has no SHA256SUMS.asc or SHA256SUMS.p7s, though each of its sets has one");
  }

  void check_sets() {
    const std::vector<SealedFolder>& sets = target_.folders.sets;
    std::vector<Tally> tallies((sets.size() + kSetsAtOnce - 1) / kSetsAtOnce);
    parallel_for(tallies.size(), [&](std::size_t i) {
      const metadata::SignatureVerifier verifier(keys_);
      const std::size_t end = std::min(sets.size(), (i + 1) * kSetsAtOnce);
      for (std::size_t set = i * kSetsAtOnce; set != end; ++set)
        tallies[i].add(check_one(sets[set], verifier));
    });
    for (const Tally& tally : tallies)
      sets_.add(tally);
  }

  Verification result() const {
    Tally all = roots_;
    all.add(sets_);
    const SealedFolders& folders = target_.folders;
    const bool is_set = folders.roots.size() == 1 && folders.roots[0].text(kSetIndex) != nullptr;
    const auto& signers = all.signatures.signers;
    return {
        .runs = target_.is_tree ? folders.roots.size() : 0,
        .sets = folders.sets.size() + (is_set ? 1 : 0),
        .documents = all.documents,
        .files = all.files,
        .signatures = all.signatures.good,
        .is_signed = !folders.roots.empty() && roots_.unsigned_folders == 0,
        .signed_by = {signers.begin(), signers.end()},
        .notes = notes(all)};
  }

  std::vector<std::string> notes(const Tally& all) const {
    if (is_pinned_) return {};
    if (all.signatures.good == 0) {
      return {
          keys_.empty() ? "not signed, or without a key to check it: only digests were compared"
                        : "not signed: only digests were compared"};
    }
    std::vector<std::string> notes = {
        "the keys that came with it were used, which anybody who changes it could exchange as "
        "well: compare the fingerprint with one from elsewhere, or name the key with --key or "
        "--certificate"};
    if (roots_.unsigned_folders != 0) {
      notes.push_back(
          std::to_string(roots_.unsigned_folders) + " of " +
          std::to_string(target_.folders.roots.size()) + " SHA256SUMS at the top are not signed");
    }
    if (sets_.unsigned_folders != 0) {
      notes.push_back(std::to_string(sets_.unsigned_folders) + " sets are not signed themselves");
    }
    return notes;
  }

  const Target& target_;
  const bool is_pinned_;
  metadata::TrustedKeys keys_ = {};
  Tally roots_ = {};
  Tally sets_ = {};
};

}  // namespace

Verification verify(const fs::path& target, const VerifyOptions& options) {
  return Verifier(read_target(target), options).run();
}

}  // namespace reposbom::pipeline
