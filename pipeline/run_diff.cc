// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_diff.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "metadata/package.h"
#include "pipeline/set_summary.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

// The same file keeps its identity when its documents change.
std::string identity(const IndexEntry& entry) {
  return entry.nevra + " " + entry.pkgid;
}

using ByIdentity = std::map<std::string, const IndexEntry*>;

ByIdentity current_of(const Index& index) {
  ByIdentity entries;
  for (const IndexEntry& entry : index.packages) {
    if (entry.state == State::Current) entries.emplace(identity(entry), &entry);
  }
  return entries;
}

// "name.arch", and the version, of a package.
struct Versioned {
  std::string name = {};
  metadata::Evr evr = {};
};
Versioned versioned(const IndexEntry& entry) {
  auto package = metadata::parse_nevra(entry.nevra);
  if (!package) return {entry.nevra, {}};
  return {package->name + "." + package->arch, std::move(package->evr)};
}

// The newest entry of each name and architecture.
class Newest {
 public:
  explicit Newest(const ByIdentity& entries) {
    for (const auto& [name, entry] : entries) {
      Versioned version = versioned(*entry);
      auto& [evr, newest] = newest_[version.name];
      if (newest != nullptr && metadata::compare(evr, version.evr) >= 0) continue;
      evr = std::move(version.evr);
      newest = entry;
    }
  }

  const IndexEntry* find(const IndexEntry& entry) const {
    const auto found = newest_.find(versioned(entry).name);
    return found == newest_.end() ? nullptr : found->second.second;
  }

 private:
  std::map<std::string, std::pair<metadata::Evr, const IndexEntry*>> newest_ = {};
};

// An entry of the earlier run and one of the later that is made of it.
using Pair = std::pair<const IndexEntry*, const IndexEntry*>;

// Reads set.json one set at a time; entries of a set stand together in an index.
class FactsReader {
 public:
  explicit FactsReader(fs::path tree) : tree_(std::move(tree)) {}

  const PackageFacts& of(const IndexEntry& entry) {
    if (entry.set != set_) {
      facts_.clear();
      set_ = entry.set;
      const fs::path stored = tree_ / store_path(set_);
      const bool is_there = is_stored(tree_, set_);
      for (PackageFacts& facts :
           read_package_facts(is_there ? stored : tree_ / staged_set_path(set_))) {
        std::string name = facts.nevra + " " + facts.pkgid;
        facts_.emplace(std::move(name), std::move(facts));
      }
    }
    return facts_[identity(entry)];
  }

 private:
  fs::path tree_;
  std::string set_ = {};
  std::map<std::string, PackageFacts> facts_ = {};
};

std::vector<std::string> without(
    const std::vector<std::string>& all, const std::vector<std::string>& those) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), those.begin(), those.end(), std::back_inserter(rest));
  return rest;
}

void add_parts(
    std::vector<PartsChange>& changes,
    const std::string& package,
    const std::vector<std::string>& before,
    const std::vector<std::string>& after) {
  PartsChange change{package, without(after, before), without(before, after)};
  if (!change.added.empty() || !change.removed.empty()) changes.push_back(std::move(change));
}

void compare_facts(
    std::vector<Pair>& pairs, const fs::path& before, const fs::path& after, RunDiff& diff) {
  // In the order of the sets, so that each is read once.
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(a.second->set, a.first->set, a.second->nevra) <
           std::tie(b.second->set, b.first->set, b.second->nevra);
  });
  FactsReader old_facts(before);
  FactsReader new_facts(after);
  for (const auto& [old_entry, new_entry] : pairs) {
    const PackageFacts& was = old_facts.of(*old_entry);
    const PackageFacts& is = new_facts.of(*new_entry);
    // A set.json of an earlier program does not tell.
    if (was.license.empty() || is.license.empty()) continue;
    if (was.license != is.license) {
      diff.licenses.push_back({new_entry->nevra, was.license, is.license});
    }
    add_parts(diff.bundled, new_entry->nevra, was.bundled, is.bundled);
    add_parts(diff.advisories, new_entry->nevra, was.advisories, is.advisories);
  }
  const auto by_package = [](const auto& a, const auto& b) { return a.package < b.package; };
  std::sort(diff.licenses.begin(), diff.licenses.end(), by_package);
  std::sort(diff.bundled.begin(), diff.bundled.end(), by_package);
  std::sort(diff.advisories.begin(), diff.advisories.end(), by_package);
}

// Sorts the packages of the later run into added, updated and changed; returns the pairs to look
// into.
std::vector<Pair> pair_up(const ByIdentity& old, const ByIdentity& now, RunDiff& diff) {
  std::vector<Pair> pairs;
  const Newest newest(old);
  for (const auto& [name, entry] : now) {
    const auto same = old.find(name);
    const IndexEntry* before = same != old.end() ? same->second : newest.find(*entry);
    if (before == nullptr) {
      diff.added.push_back(entry->nevra);
    } else if (same == old.end()) {
      diff.updated.push_back({before->nevra, entry->nevra});
      pairs.emplace_back(before, entry);
    } else if (before->uuid != entry->uuid) {
      diff.changed.push_back(entry->nevra);
      pairs.emplace_back(before, entry);
    }
  }
  return pairs;
}

}  // namespace

RunDiff compare_runs(const ComparedRun& before, const ComparedRun& after) {
  RunDiff diff{.from = before.index.run, .to = after.index.run};
  const ByIdentity old = current_of(before.index);
  const ByIdentity now = current_of(after.index);
  std::vector<Pair> pairs = pair_up(old, now, diff);
  std::set<std::string> replaced;
  for (const PackageStep& step : diff.updated)
    replaced.insert(step.from);
  for (const auto& [name, entry] : old) {
    if (!now.contains(name) && !replaced.contains(entry->nevra)) {
      diff.removed.push_back(entry->nevra);
    }
  }
  compare_facts(pairs, before.tree, after.tree, diff);
  return diff;
}

}  // namespace reposbom::pipeline
