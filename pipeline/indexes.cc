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

void write_list(
    generators::JsonEmitter& json, std::string_view name, const std::set<std::string>& packages) {
  json.begin_list(name);
  for (const std::string& package : packages)
    json.text_item(package);
  json.end_list();
}

}  // namespace

std::vector<IndexEntry> make_entries(const std::vector<SetSummary>& sets, const Index& previous) {
  std::vector<IndexEntry> entries;
  std::set<std::string> present;
  std::set<std::string> sources;
  const auto before = by_identity(previous);
  for (const SetSummary& set : sets) {
    if (set.digest.empty()) continue;
    sources.insert(set.source_name);
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
    if (entry.state == State::Current) {
      entry.state = sources.count(entry.source_name) != 0 ? State::Superseded : State::Withdrawn;
    }
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
    const std::string stem = (set_path(entry.source_name, entry.build) / entry.stem).string();
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

std::string write_diff(const Index& before, const Index& after) {
  const auto old = by_identity(before);
  std::set<std::string> added;
  std::set<std::string> changed;
  std::set<std::string> removed;
  for (const IndexEntry& entry : after.packages) {
    const auto was = old.find(identity(entry));
    const bool was_current = was != old.end() && was->second->state == State::Current;
    if (entry.state != State::Current) {
      if (was_current) removed.insert(entry.nevra);
    } else if (!was_current) {
      added.insert(entry.nevra);
    } else if (was->second->uuid != entry.uuid) {
      changed.insert(entry.nevra);
    }
  }
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("diff");
  json.text("from", before.run);
  json.text("to", after.run);
  write_list(json, "added", added);
  write_list(json, "changed", changed);
  write_list(json, "removed", removed);
  json.end_document();
  json.finish();
  return text;
}

}  // namespace reposbom::pipeline
