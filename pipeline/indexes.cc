// SPDX-License-Identifier: Apache-2.0
#include "pipeline/indexes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "generators/json.h"

namespace reposbom::pipeline {
namespace {

// The same package in two runs. The same file keeps its identity when its documents change.
std::string identity(const IndexEntry& entry) {
  return entry.nevra + " " + entry.pkgid;
}

std::map<std::string, const IndexEntry*> by_identity(const Index& index) {
  std::map<std::string, const IndexEntry*> entries;
  for (const IndexEntry& entry : index.packages)
    entries.emplace(identity(entry), &entry);
  return entries;
}

// A package may be called anything but for blanks and slashes (RFC 4180, rule 7).
std::string doubled_quotes(std::string_view text) {
  std::string doubled;
  for (const char c : text)
    doubled.append(c == '"' ? 2 : 1, c);
  return doubled;
}

// What becomes of a package that no set of the run has.
void leave(IndexEntry& entry, const std::set<std::string>& sources, std::int64_t time) {
  if (entry.state == State::Current) {
    entry.state = sources.contains(entry.source_name) ? State::Superseded : State::Withdrawn;
    entry.left = time;
  }
  if (entry.left == 0) entry.left = time;
}

}  // namespace

std::vector<IndexEntry> make_entries(
    const std::vector<SetSummary>& sets,
    const Index& previous,
    std::int64_t time,
    const Undescribed& undescribed) {
  std::vector<IndexEntry> entries;
  std::set<std::string> present;
  std::set<std::string> builds;
  std::set<std::string> sources = undescribed.sources;
  const auto before = by_identity(previous);
  for (const SetSummary& set : sets) {
    if (set.digest.empty()) continue;
    sources.insert(set.source_name);
    builds.insert(set.build);
    for (IndexEntry entry : set.packages) {
      const auto old = before.find(identity(entry));
      if (old != before.end()) {
        const IndexEntry& was = *old->second;
        entry.replaces = was.uuid == entry.uuid ? was.replaces : was.uuid;
      }
      present.insert(identity(entry));
      entries.push_back(std::move(entry));
    }
  }
  for (IndexEntry entry : previous.packages) {
    if (present.count(identity(entry)) != 0) continue;
    const bool is_kept =
        entry.state == State::Current && !builds.contains(entry.build) &&
        (undescribed.names.contains(entry.build) || undescribed.names.contains(entry.nevra));
    if (!is_kept) leave(entry, sources, time);
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const IndexEntry& a, const IndexEntry& b) {
    return std::tie(a.source_name, a.build, a.stem, a.set) <
           std::tie(b.source_name, b.build, b.stem, b.set);
  });
  return entries;
}

std::string write_changes(const Index& index) {
  struct Line {
    std::int64_t time;
    std::string path;
  };
  std::vector<Line> lines;
  for (const IndexEntry& entry : index.packages) {
    if (entry.state != State::Current) continue;
    const std::string stem =
        (metadata::set_path(entry.source_name, entry.build) / entry.stem).string();
    for (const std::string& suffix : index.suffixes)
      lines.push_back({entry.time, stem + suffix});
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tie(b.time, a.path) < std::tie(a.time, b.path);
  });
  std::string text;
  for (const Line& line : lines) {
    text += '"' + doubled_quotes(line.path) + "\",\"" + generators::utc_time(line.time) + "\"\n";
  }
  return text;
}

}  // namespace reposbom::pipeline
