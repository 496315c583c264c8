// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>

#include "generators/json.h"
#include "generators/json_reader.h"
#include "metadata/error.h"
#include "pipeline/publisher.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

// The sets whose packages are not current, newest departure first within a source package.
struct Departed {
  std::string source_name = {};
  std::int64_t left = 0;
  std::int64_t time = 0;
  std::string set = {};
};

std::vector<Departed> departed_sets(const std::vector<IndexEntry>& entries) {
  std::map<std::string, Departed> sets;
  for (const IndexEntry& entry : entries) {
    if (entry.state == State::Current) continue;
    Departed& set = sets.try_emplace(entry.set, Departed{.set = entry.set}).first->second;
    set.source_name = entry.source_name;
    set.left = std::max(set.left, entry.left);
    set.time = std::max(set.time, entry.time);
  }
  std::vector<Departed> sorted;
  sorted.reserve(sets.size());
  for (auto& [digest, set] : sets)
    sorted.push_back(std::move(set));
  std::sort(sorted.begin(), sorted.end(), [](const Departed& a, const Departed& b) {
    return std::tie(a.source_name, b.left, b.time, a.set) <
           std::tie(b.source_name, a.left, a.time, b.set);
  });
  return sorted;
}

std::set<std::string> beyond(const std::vector<Departed>& sets, const KeepCount& count) {
  std::set<std::string> dropped;
  std::size_t number = 0;
  const std::string* source = nullptr;
  for (const Departed& set : sets) {
    if (source == nullptr || *source != set.source_name) number = 0;
    source = &set.source_name;
    if (++number > count.sets) dropped.insert(set.set);
  }
  return dropped;
}

std::set<std::string> beyond(
    const std::vector<Departed>& sets, const KeepAge& age, std::int64_t time) {
  std::set<std::string> dropped;
  for (const Departed& set : sets) {
    if (set.left < time - age.seconds) dropped.insert(set.set);
  }
  return dropped;
}

// "20240309T160000Z", or with "-2" behind it, in the order of their making; nothing if it is
// something else, which is none of ours to remove.
struct RunOrder {
  std::string time = {};
  std::size_t number = 0;

  auto operator<=>(const RunOrder&) const = default;
};
std::optional<RunOrder> run_order(const std::string& name) {
  constexpr std::string_view pattern = "00000000T000000Z";
  RunOrder order{name.substr(0, pattern.size()), 1};
  const auto fits = [](char c, char wanted) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  };
  if (!std::equal(order.time.begin(), order.time.end(), pattern.begin(), pattern.end(), fits)) {
    return std::nullopt;
  }
  if (name.size() == pattern.size()) return order;
  const char* const end = name.data() + name.size();
  const char* const begin = name.data() + pattern.size() + 1;
  const auto [at, error] = std::from_chars(begin, end, order.number);
  if (name[pattern.size()] != '-' || error != std::errc() || at != end) return std::nullopt;
  return order;
}

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
  throw Error(Cause::Output, path.string(), "cannot be read: " + error.message());
}

// Names of what is in a folder, sorted; none if it is not there.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  if (!fs::exists(folder, error)) return names;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) fail(folder, error);
  std::sort(names.begin(), names.end());
  return names;
}

// A run links to what its index names, and may link to more: a build without a package.
void add_links(const fs::path& run, std::set<std::string>& sets) {
  std::error_code error;
  if (!fs::exists(run / "sets", error)) return;
  fs::recursive_directory_iterator at(run / "sets", error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_symlink(error)) continue;
    sets.insert(fs::read_symlink(at->path(), error).filename().string());
  }
  if (error) fail(run / "sets", error);
}

std::set<std::string> sets_of_run(const fs::path& run) {
  std::set<std::string> sets;
  for (const IndexEntry& entry : index_of_run(run).packages)
    sets.insert(entry.set);
  add_links(run, sets);
  return sets;
}

void add_disks(const fs::path& tree, std::set<std::string>& sets) {
  for (const std::string& name : names_in(tree / kDisks)) {
    if (!name.ends_with(".json")) continue;
    const fs::path file = tree / kDisks / name;
    generators::read_json(read_file(file), file.string(), [&](const generators::JsonObject& disk) {
      for (std::string& set : disk.texts("sets"))
        sets.insert(std::move(set));
    });
  }
}

std::vector<std::string> expired_runs(const fs::path& tree, const Keep& keep) {
  const auto current = current_run(tree);
  std::vector<std::string> runs = run_names(tree);
  if (current) std::erase(runs, current->filename().string());
  const std::size_t others = std::max<std::size_t>(keep.runs, 1) - (current ? 1 : 0);
  runs.resize(runs.size() - std::min(others, runs.size()));
  return runs;
}

std::set<std::string> sets_in_store(const fs::path& tree) {
  std::set<std::string> sets;
  for (const std::string& folder : names_in(tree / kStore)) {
    for (std::string& digest : names_in(tree / kStore / folder))
      sets.insert(std::move(digest));
  }
  return sets;
}

void remove_empty_folders(const fs::path& tree, Storage& storage) {
  for (const std::string& folder : names_in(tree / kStore)) {
    const fs::path path = tree / kStore / folder;
    if (names_in(path).empty()) storage.remove_all(path);
  }
}

void take_away(const Expired& expired, const fs::path& tree, Storage& storage) {
  const fs::path runs = tree / kStaging / "expired" / "runs";
  const fs::path sets = tree / kStaging / "expired" / "sets";
  storage.create_directories(runs);
  storage.create_directories(sets);
  for (const std::string& run : expired.runs)
    storage.rename(tree / kRuns / run, runs / run);
  // After a power cut no run may be there whose sets are gone.
  if (!expired.runs.empty()) storage.sync(tree);
  for (const std::string& digest : expired.sets) {
    if (fs::exists(tree / store_path(digest))) {
      storage.rename(tree / store_path(digest), sets / digest);
    }
  }
  storage.remove_all(tree / kStaging);
}

}  // namespace

void drop_expired(std::vector<IndexEntry>& entries, const Keep& keep, std::int64_t time) {
  if (std::holds_alternative<KeepAll>(keep.superseded)) return;
  const std::vector<Departed> departed = departed_sets(entries);
  const auto* count = std::get_if<KeepCount>(&keep.superseded);
  const std::set<std::string> dropped =
      count != nullptr ? beyond(departed, *count)
                       : beyond(departed, std::get<KeepAge>(keep.superseded), time);
  std::erase_if(entries, [&](const IndexEntry& entry) {
    return entry.state != State::Current && dropped.contains(entry.set);
  });
}

std::vector<std::string> run_names(const fs::path& tree) {
  std::vector<std::pair<RunOrder, std::string>> runs;
  for (const std::string& name : names_in(tree / kRuns)) {
    if (auto order = run_order(name)) runs.emplace_back(*std::move(order), name);
  }
  std::sort(runs.begin(), runs.end());
  std::vector<std::string> names;
  names.reserve(runs.size());
  for (auto& [order, name] : runs)
    names.push_back(std::move(name));
  return names;
}

Expired find_expired(const fs::path& tree, const Keep& keep, Sweep sweep) {
  Expired expired{.runs = expired_runs(tree, keep)};
  if (sweep == Sweep::ExpiredRuns && expired.runs.empty()) return expired;
  std::set<std::string> candidates;
  if (sweep == Sweep::WholeStore) candidates = sets_in_store(tree);
  std::set<std::string> kept;
  for (const std::string& run : names_in(tree / kRuns)) {
    const bool is_expired =
        std::find(expired.runs.begin(), expired.runs.end(), run) != expired.runs.end();
    if (is_expired && sweep == Sweep::WholeStore) continue;
    (is_expired ? candidates : kept).merge(sets_of_run(tree / kRuns / run));
  }
  add_disks(tree, kept);
  std::set_difference(
      candidates.begin(),
      candidates.end(),
      kept.begin(),
      kept.end(),
      std::back_inserter(expired.sets));
  return expired;
}

void remove_expired(const Expired& expired, const fs::path& tree, Storage& storage) {
  if (!expired.empty()) take_away(expired, tree, storage);
  remove_empty_folders(tree, storage);
}

void record_disk(
    const fs::path& tree,
    const std::string& name,
    const std::vector<std::string>& sets,
    Storage& storage) {
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("disk");
  json.text("disk", name);
  json.begin_list("sets");
  for (const std::string& set : sets)
    json.text_item(set);
  json.end_list();
  json.end_document();
  json.finish();
  const fs::path staged = tree / kStaging / kDisks / (name + ".json");
  storage.create_directories(staged.parent_path());
  storage.create_directories(tree / kDisks);
  storage.write(staged, text);
  storage.sync(tree);
  storage.rename(staged, tree / kDisks / (name + ".json"));
  storage.remove_all(tree / kStaging);
}

}  // namespace reposbom::pipeline
