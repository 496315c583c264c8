// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_contents.h"

#include <set>
#include <utility>

#include "generators/describe_release.h"
#include "generators/formats.h"
#include "metadata/digest.h"
#include "pipeline/compressed.h"
#include "pipeline/storage.h"
#include "pipeline/trace.h"

namespace reposbom::pipeline {

generators::Document release_document(
    const metadata::Catalog& catalog,
    const SetRecipe& recipe,
    const std::vector<SetSummary>& sets,
    std::int64_t time) {
  const Span span("describe release");
  std::vector<generators::DocumentLink> links;
  links.reserve(sets.size());
  for (const SetSummary& set : sets)
    links.push_back(set.document);
  generators::Document release =
      generators::describe_release(catalog, recipe.creation, links, time);
  generators::identify(release, recipe.creation);
  return release;
}

std::vector<RunFile> release_files(const generators::Document& release, const SetRecipe& recipe) {
  std::vector<RunFile> files;
  for (const generators::Format format : recipe.formats) {
    files.push_back(
        {"releases/" + release.name + document_suffix(format, recipe.compress),
         [&release, &recipe, format](const generators::Sink& sink) {
           compress_to(recipe.compress, sink, [&](const generators::Sink& plain) {
             generators::render_to(release, recipe.creation, format, plain);
           });
         }});
  }
  return files;
}

RunFile text_file(std::string_view name, std::string text) {
  return {
      std::string(name), [text = std::move(text)](const generators::Sink& sink) { sink(text); }};
}

Index make_index(const std::string& run, const SetRecipe& recipe, std::vector<IndexEntry> entries) {
  Index index{.run = run, .distribution = generators::release_name(recipe.creation.distribution)};
  for (const generators::Format format : recipe.formats) {
    index.suffixes.push_back(document_suffix(format, recipe.compress));
  }
  index.packages = std::move(entries);
  return index;
}

std::vector<RunSet> linked_sets(
    const std::filesystem::path& tree,
    const std::vector<SetSummary>& sets,
    const std::vector<IndexEntry>& entries) {
  std::vector<RunSet> linked;
  std::set<std::string> taken;  // Names of builds.
  for (const SetSummary& set : sets) {
    if (set.digest.empty()) continue;
    linked.push_back(
        {set.source_name, set.build, set.digest, set.sums_sha256, !is_stored(tree, set.digest)});
    taken.insert(set.build);
  }
  for (const IndexEntry& entry : entries) {
    if (!taken.insert(entry.build).second) continue;
    const std::filesystem::path sums = tree / store_path(entry.set) / metadata::kSums;
    linked.push_back(
        {entry.source_name, entry.build, entry.set, metadata::sha256(read_file(sums))});
  }
  return linked;
}

}  // namespace reposbom::pipeline
