// SPDX-License-Identifier: Apache-2.0
//
// Makes the set of a build, or takes it from the store. A set that is there is made
// again only on request, and then compared: what differs is damaged and gets replaced, or was
// made by a program that has since been mended, and gets a successor.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "pipeline/recipe.h"
#include "pipeline/set_cache.h"
#include "pipeline/set_plan.h"
#include "pipeline/stages.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

// Which sets are made again although they are there.
struct Redo {
  bool all = false;
  std::string made_by = {};  // Those that say so: "reposbom-0.2"; none if empty.

  bool any() const { return all || !made_by.empty(); }
};

class SetMaker {
 public:
  // All must outlive it. `planned` stand beside the builds of the catalog; what is `known` of a set
  // is not read from the store.
  SetMaker(
      const metadata::Catalog& catalog,
      const SetRecipe& recipe,
      const std::vector<PlannedSet>& planned,
      const std::filesystem::path& tree,
      const Redo& redo,
      const SetCache& known,
      Storage& storage);

  // The set of build `i`; nothing in it if it is not wanted. From any thread, once for each.
  // Throws Error (Cause::Untrusted) if the build cannot be described.
  SetSummary make(std::size_t i);

  // What was found damaged, in the order of the builds.
  std::vector<std::string> notes() const;

 private:
  // Of a set in the store.
  SetSummary take(std::size_t i) const;
  SetSummary make_anew(std::size_t i);
  void replace(const RenderedSet& set, std::string& note);
  bool must_redo(const SetSummary& stored) const {
    return !redo_.made_by.empty() && stored.inputs.made_by == redo_.made_by;
  }

  const metadata::Catalog& catalog_;
  const SetRecipe& recipe_;
  const std::vector<PlannedSet>& planned_;
  const std::filesystem::path& tree_;
  const Redo& redo_;
  const SetCache& known_;
  Storage& storage_;
  // Digests that the current run gives of the SHA256SUMS of its sets, if sets are made again.
  std::set<std::string> published_ = {};
  std::vector<std::string> notes_;
};

}  // namespace reposbom::pipeline
