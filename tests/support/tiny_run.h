// SPDX-License-Identifier: Apache-2.0
//
// A tiny repository and the settings that build it into a tree beside it; and a
// tree as one value, to compare what two runs have published.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/parallel.h"
#include "pipeline/run.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"
#include "tests/support/failing_storage.h"
#include "tests/support/tiny_repository.h"

namespace reposbom::tests {

// Every file, link and folder below, by path: its bytes, "-> TARGET" or "folder". The file of the
// lock, which is empty, is none of it.
inline std::map<std::string, std::string> snapshot(const fs::path& tree) {
  std::map<std::string, std::string> all;
  if (!fs::exists(tree)) return all;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    const std::string name = entry.path().lexically_relative(tree).string();
    if (name == ".lock") continue;
    if (entry.is_symlink()) {
      all[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else {
      all[name] = entry.is_directory() ? "folder" : read_bytes(entry.path());
    }
  }
  return all;
}

// The names in which two snapshots differ, a line each.
inline std::string differing(
    const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::string names;
  for (const auto& [name, bytes] : a) {
    const auto found = b.find(name);
    if (found == b.end() || found->second != bytes) names += name + "\n";
  }
  for (const auto& [name, bytes] : b) {
    if (!a.contains(name)) names += name + "\n";
  }
  return names;
}

inline void ignore_progress(std::string_view, std::size_t, std::size_t) {}

class TinyRun {
 public:
  TinyRun() {
    settings.repositories.push_back({.id = "tiny", .packages = (folder_ / "repository").string()});
    settings.formats = {generators::Format::SpdxJson, generators::Format::CyclonedxJson};
    settings.output = folder_ / "sbom";
  }

  fs::path folder() const { return folder_.path(); }
  const fs::path& tree() const { return settings.output; }
  std::map<std::string, std::string> published() const { return snapshot(tree()); }

  pipeline::RunResult build(const pipeline::RunOptions& options = {}) const {
    FailingStorage storage;
    return build(options, storage);
  }

  // On one thread, so that the n-th call of the storage is always the same.
  pipeline::RunResult build(const pipeline::RunOptions& options, pipeline::Storage& storage) const {
    pipeline::RunResult result;
    pipeline::with_threads(
        1, [&] { result = pipeline::run_build(settings, options, storage, ignore_progress); });
    return result;
  }

  // What `current` leads to.
  std::string current() const {
    return fs::is_symlink(tree() / "current") ? fs::read_symlink(tree() / "current").string() : "";
  }
  fs::path run() const { return tree() / current(); }
  pipeline::Index index() const {
    return pipeline::parse_index(read_bytes(run() / "index.json"), "index.json");
  }

 private:
  TemporaryFolder folder_ = {};

 public:
  TinyRepository repository{folder_ / "repository"};
  pipeline::Settings settings = {};
};

// Two builds: hello with two packages, and world, which hello needs.
inline std::vector<TinyPackage> two_builds() {
  return {
      {.name = "hello", .needs = {"world"}},
      {.name = "hello-doc", .arch = "noarch", .source = "hello-1.0-1.el9"},
      {.name = "world"}};
}

}  // namespace reposbom::tests
