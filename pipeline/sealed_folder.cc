// SPDX-License-Identifier: Apache-2.0

#include "pipeline/sealed_folder.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "generators/json_reader.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/text.h"
#include "pipeline/parallel.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSets = "sets/";
constexpr int kSetDepth = 3;  // "sets/L/NAME/BUILD": of the last part, from 0.

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

[[noreturn]] void fail_unreadable(const fs::path& path, const std::error_code& error) {
  fail(path.string(), "cannot be read: " + error.message());
}

// A file of a directory that is to be hashed.
struct Task {
  std::string name = {};
  fs::path path = {};
};

// The files of a directory, and the folders of sets below it, which are not entered. In order of
// names, so that of several faults always the same one is reported.
struct Listing {
  std::vector<Task> files = {};
  std::vector<Task> sets = {};
  std::vector<std::string> strangers = {};
};

// Whether an entry stands where sets do, be it a folder, as on a disk, or a link to one in the
// store, as in a run.
bool is_set(const fs::directory_entry& entry, const std::string& name, int depth) {
  std::error_code ignored;
  return depth == kSetDepth && name.starts_with(kSets) && entry.is_directory(ignored);
}

// A run links to sets of its store. Another link might lead to anything, such as "/": nothing
// behind it is read.
void check_set_link(const fs::path& set) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(set, error))) return;
  const fs::path target = fs::read_symlink(set, error);
  const fs::path folder = set.parent_path() / target;
  const bool is_inside = target == set_link_target(target.filename().string()) &&
                         metadata::is_safe_file_name(target.filename().string()) &&
                         !fs::is_symlink(fs::symlink_status(folder, error)) &&
                         !fs::is_symlink(fs::symlink_status(folder.parent_path(), error));
  if (!is_inside)
    fail(set.string(), "leads to " + target.string() + ", which is no set of this tree");
}

// Links are followed nowhere but at sets, so what is listed stands below `directory`.
Listing list(const fs::path& directory) {
  Listing listing;
  std::error_code error;
  const std::size_t prefix = (directory / "").string().size();
  fs::recursive_directory_iterator at(directory / "", error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const fs::file_type type = at->symlink_status(ignored).type();
    std::string name = at->path().string().substr(prefix);
    if (is_set(*at, name, at.depth())) {
      at.disable_recursion_pending();
      check_set_link(at->path());
      listing.sets.push_back({std::move(name), at->path()});
    } else if (type == fs::file_type::regular) {
      listing.files.push_back({std::move(name), at->path()});
    } else if (type != fs::file_type::directory) {
      listing.strangers.push_back(std::move(name));
    }
  }
  if (error) fail_unreadable(directory, error);
  std::ranges::sort(listing.files, {}, &Task::name);
  std::ranges::sort(listing.sets, {}, &Task::name);
  return listing;
}

std::string read_text(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) fail_unreadable(file, error);
  if (size > kLargestSealedText) fail(file.string(), "is larger than any such file can be");
  return read_file(file);
}

void hash(const Task& task, std::string& digest, std::string* text) {
  if (text == nullptr) {
    digest = metadata::digest_file(metadata::ChecksumType::Sha256, task.path).hex;
    return;
  }
  *text = read_text(task.path);
  digest = metadata::sha256(*text);
}

// The places for a file's digest and text are made here, one thread at a time, to be filled by
// several.
struct Job {
  Task task = {};
  std::string* digest = nullptr;
  std::string* text = nullptr;
};

void add_jobs(Listing& listing, SealedFolder& folder, std::vector<Job>& jobs) {
  for (Task& task : listing.files) {
    std::string* const digest = &folder.digests[task.name];
    std::string* const text = is_sealed_text(task.name) ? &folder.texts[task.name] : nullptr;
    jobs.push_back({std::move(task), digest, text});
  }
  for (std::string& stranger : listing.strangers)
    folder.digests[std::move(stranger)];
}

void hash_all(const std::vector<Job>& jobs) {
  parallel_for(
      jobs.size(), [&](std::size_t i) { hash(jobs[i].task, *jobs[i].digest, jobs[i].text); });
}

// Sets by where they really are, so that those of several runs are read once.
class SetNumbers {
 public:
  std::size_t of(const fs::path& set) {
    std::error_code error;
    const fs::path place = fs::canonical(set, error);
    if (error) fail_unreadable(set, error);
    const auto [at, is_new] = numbers_.try_emplace(place, paths_.size());
    if (is_new) paths_.push_back(set);
    return at->second;
  }

  // Of each set, the first that was seen.
  const std::vector<fs::path>& paths() const { return paths_; }

 private:
  std::map<fs::path, std::size_t> numbers_ = {};
  std::vector<fs::path> paths_ = {};
};

// The path of the set that a file of a root belongs to, empty if to none.
std::string set_of(const std::string& path) {
  if (!path.starts_with(kSets)) return {};
  std::size_t end = kSets.size() - 1;
  for (int i = 0; i != kSetDepth && end != std::string::npos; ++i)
    end = path.find('/', end + 1);
  return end != std::string::npos ? path.substr(0, end) : std::string();
}

void check_sum(
    const SealedFolder& folder, const std::vector<SealedFolder>& sets, const metadata::Sum& sum) {
  const std::string subject = folder.subject + "/" + sum.name;
  const std::string* const digest = find_digest(folder, sets, sum.name);
  if (digest == nullptr) fail(subject, "is missing: SHA256SUMS lists it");
  if (digest->empty()) fail(subject, "is not a file");
  if (*digest != sum.sha256) {
    fail(subject, "was changed: its SHA-256 is " + *digest + ", SHA256SUMS says " + sum.sha256);
  }
}

bool is_seal(std::string_view name) {
  return name == metadata::kSums || metadata::is_signature_name(name);
}

// What nobody listed was not there when the folder was sealed.
void refuse_extra_files(const SealedFolder& folder, const std::set<std::string>& listed) {
  for (const auto& [name, digest] : folder.digests) {
    if (listed.contains(name) || is_seal(name)) continue;
    fail(folder.subject + "/" + name, "does not belong here: SHA256SUMS does not list it");
  }
  for (const auto& [path, set] : folder.sets) {
    if (listed.contains(path + "/" + std::string(metadata::kSums))) continue;
    fail(folder.subject + "/" + path, "does not belong here: SHA256SUMS lists no set of that name");
  }
}

}  // namespace

void check_signature_count(const SealedFolder& set) {
  const std::string* const json = set.text(kSetIndex);
  if (json == nullptr) return;
  const auto present = static_cast<std::int64_t>(set.signatures().size());
  generators::read_json(
      *json, set.subject + "/" + std::string(kSetIndex), [&](const generators::JsonObject& object) {
        const std::int64_t made = object.number("signatures");
        if (made <= present) return;
        throw Error(
            Cause::Untrusted,
            set.subject,
            "has " + std::to_string(present) + " of its " + std::to_string(made) +
                " signatures: a SHA256SUMS.asc or SHA256SUMS.p7s is missing");
      });
}

bool is_sealed_text(std::string_view name) {
  return is_seal(name) || name == kSetIndex;
}

bool is_document(std::string_view name) {
  return !is_sealed_text(name) && !name.ends_with(kSha256Suffix);
}

const std::string* SealedFolder::text(std::string_view name) const {
  const auto found = texts.find(std::string(name));
  return found != texts.end() ? &found->second : nullptr;
}

std::vector<std::string> SealedFolder::signatures(std::string_view suffix) const {
  std::vector<std::string> names;
  for (const auto& [name, text] : texts) {
    if (metadata::is_signature_name(name, suffix)) names.push_back(name);
  }
  return names;
}

const std::string* find_digest(
    const SealedFolder& root, const std::vector<SealedFolder>& sets, const std::string& path) {
  const std::string set_path = set_of(path);
  const auto set = root.sets.find(set_path);
  const bool is_in_set = set != root.sets.end();
  const SealedFolder& folder = is_in_set ? sets.at(set->second) : root;
  const auto found = folder.digests.find(is_in_set ? path.substr(set_path.size() + 1) : path);
  return found != folder.digests.end() ? &found->second : nullptr;
}

std::size_t check_files(const SealedFolder& folder, const std::vector<SealedFolder>& sets) {
  const std::string* const text = folder.text(metadata::kSums);
  if (text == nullptr) fail(folder.subject, "there is no SHA256SUMS in it");
  const std::vector<metadata::Sum> sums =
      metadata::parse_sums(*text, folder.subject + "/" + std::string(metadata::kSums));
  std::set<std::string> listed;
  for (const metadata::Sum& sum : sums) {
    if (!listed.insert(sum.name).second) {
      fail(folder.subject + "/" + sum.name, "is listed twice in SHA256SUMS");
    }
    check_sum(folder, sets, sum);
  }
  refuse_extra_files(folder, listed);
  return sums.size();
}

SealedFolders read_folders(const std::vector<fs::path>& roots) {
  SealedFolders folders;
  folders.roots.resize(roots.size());
  SetNumbers sets;
  std::vector<Job> jobs;
  for (std::size_t i = 0; i != roots.size(); ++i) {
    SealedFolder& folder = folders.roots[i];
    folder.subject = roots[i].string();
    Listing listing = list(roots[i]);
    for (Task& set : listing.sets)
      folder.sets.emplace(std::move(set.name), sets.of(set.path));
    add_jobs(listing, folder, jobs);
  }
  hash_all(jobs);
  folders.sets = read_sets(sets.paths());
  return folders;
}

std::vector<SealedFolder> read_sets(const std::vector<fs::path>& sets) {
  std::vector<SealedFolder> folders(sets.size());
  parallel_for(sets.size(), [&](std::size_t i) {
    folders[i].subject = sets[i].string();
    std::vector<Job> jobs;
    Listing listing = list(sets[i]);
    for (Task& inner : listing.sets)  // A set has none; what is in it must not stay unseen.
      listing.strangers.push_back(std::move(inner.name));
    add_jobs(listing, folders[i], jobs);
    hash_all(jobs);
  });
  return folders;
}

}  // namespace reposbom::pipeline
