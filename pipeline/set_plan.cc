// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_plan.h"

#include <set>
#include <string_view>

#include <fnmatch.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/parallel.h"
#include "pipeline/set_summary.h"

namespace reposbom::pipeline {
namespace {

using metadata::Build;

bool is_selected(const Build& build, const std::string& glob) {
  if (glob.empty()) return true;
  const metadata::Package& source = build.source.package;
  for (const std::string& name :
       {source.name,
        metadata::build_name(build),
        metadata::nvra(source),
        metadata::nevra(source)}) {
    if (::fnmatch(glob.c_str(), name.c_str(), 0) == 0) return true;
  }
  return false;
}

// A damaged set.json tells nothing.
bool is_made_of(
    const std::filesystem::path& tree, const std::string& digest, const std::string& inputs) {
  try {
    return read_set(tree, digest).inputs.digest() == inputs;
  } catch (const Error&) {
    return false;
  }
}

PlannedSet plan_set(
    const std::filesystem::path& tree,
    const Build& build,
    SetInputs inputs,
    const PublishedSets& published) {
  PlannedSet planned{.digest = inputs.digest()};
  const auto found = published.find(metadata::build_name(build));
  const bool may_be_redone =
      found != published.end() && found->second != planned.digest && is_stored(tree, found->second);
  if (may_be_redone && is_made_of(tree, found->second, planned.digest)) {
    planned.digest = found->second;
  }
  planned.is_stored = is_stored(tree, planned.digest);
  planned.inputs = std::move(inputs);
  return planned;
}

void add_reason(std::string& reasons, const std::string& reason) {
  reasons += (reasons.empty() ? "" : "; ") + reason;
}

// The packages that came or went; nothing if the same are there.
void add_packages(std::string& reasons, const SetSummary& before, const Build& build) {
  std::set<std::string> gone;
  for (const IndexEntry& entry : before.packages)
    gone.insert(entry.nevra);
  for (const metadata::Package& package : build.packages) {
    const std::string nevra = metadata::nevra(package);
    if (gone.erase(nevra) == 0) add_reason(reasons, "package added: " + nevra);
  }
  for (const std::string& nevra : gone)
    add_reason(reasons, "package removed: " + nevra);
}

}  // namespace

PublishedSets published_sets(const Index& index) {
  PublishedSets sets;
  for (const IndexEntry& entry : index.packages) {
    if (entry.state == State::Current) sets.insert_or_assign(entry.build, entry.set);
  }
  for (const IndexEntry& entry : index.packages)
    sets.emplace(entry.build, entry.set);
  return sets;
}

std::vector<PlannedSet> plan_sets(
    const std::filesystem::path& tree,
    const metadata::Catalog& catalog,
    const SetRecipe& recipe,
    const std::string& only,
    const PublishedSets& published) {
  const std::string configuration = recipe.digest();
  std::vector<PlannedSet> planned(catalog.builds.size());
  parallel_for(planned.size(), [&](std::size_t i) {
    const Build& build = catalog.builds[i];
    if (!is_selected(build, only)) return;
    SetInputs inputs = set_inputs(catalog, build, recipe, configuration);
    planned[i] = plan_set(tree, build, std::move(inputs), published);
  });
  return planned;
}

std::string redone_digest(const std::string& digest) {
  return metadata::sha256("made again after " + digest);
}

std::string reason_for(
    const std::filesystem::path& tree,
    const Build& build,
    const SetInputs& inputs,
    const PublishedSets& published) {
  const auto found = published.find(metadata::build_name(build));
  if (found == published.end()) return "new build";
  SetSummary before;
  try {
    before = read_set(tree, found->second);
  } catch (const Error& error) {
    return "the published set cannot be read";
  }
  std::string reasons;
  if (before.inputs.made_by != inputs.made_by) {
    add_reason(reasons, "made by " + before.inputs.made_by);
  }
  std::string packages;
  add_packages(packages, before, build);
  if (!packages.empty()) add_reason(reasons, packages);
  for (const SetInputRow& row : kSetInputRows) {
    // Every part about packages changes when one comes or goes.
    const bool is_told = !packages.empty() && row.is_of_packages;
    if (is_told || before.inputs.*row.part == inputs.*row.part) continue;
    add_reason(reasons, std::string(row.reason));
  }
  return reasons.empty() ? "its set is gone" : reasons;
}

}  // namespace reposbom::pipeline
