// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_maker.h"

#include <utility>

#include "pipeline/publisher.h"
#include "pipeline/set_batch.h"
#include "pipeline/trace.h"

namespace reposbom::pipeline {
namespace {

std::set<std::string> published_sums(const std::filesystem::path& tree) {
  std::set<std::string> sums;
  const auto run = current_run(tree);
  if (!run || !std::filesystem::exists(*run / metadata::kSums)) return sums;
  const std::filesystem::path file = *run / metadata::kSums;
  for (metadata::Sum& sum : metadata::parse_sums(read_file(file), file.string())) {
    if (sum.name.starts_with("sets/")) sums.insert(std::move(sum.sha256));
  }
  return sums;
}

}  // namespace

SetMaker::SetMaker(
    const metadata::Catalog& catalog,
    const SetRecipe& recipe,
    const std::vector<PlannedSet>& planned,
    const std::filesystem::path& tree,
    const Redo& redo,
    const SetCache& known,
    Storage& storage)
    : catalog_(catalog),
      recipe_(recipe),
      planned_(planned),
      tree_(tree),
      redo_(redo),
      known_(known),
      storage_(storage),
      notes_(planned.size()) {
  if (redo_.any()) published_ = published_sums(tree_);
}

SetSummary SetMaker::make(std::size_t i) {
  const PlannedSet& planned = planned_[i];
  if (!planned.is_wanted()) return {};
  const Span span("set", catalog_.builds[i].source.package.name);
  if (planned.is_stored && !redo_.all) {
    SetSummary stored = take(i);
    if (!must_redo(stored)) return stored;
  }
  return make_anew(i);
}

SetSummary SetMaker::take(std::size_t i) const {
  const PlannedSet& planned = planned_[i];
  const auto found = known_.find(planned.digest);
  // Which program made it is told by its set.json alone.
  if (found == known_.end() || redo_.any()) return read_set(tree_, planned.digest);
  SetSummary set = found->second;
  set.inputs = planned.inputs;
  return set;
}

SetSummary SetMaker::make_anew(std::size_t i) {
  std::string digest = planned_[i].digest;
  // A set that is there with other bytes stays, as runs refer to it; its successor is another set.
  for (;; digest = redone_digest(digest)) {
    RenderedSet set =
        render_set(catalog_, catalog_.builds[i], recipe_, {digest, planned_[i].inputs});
    if (!is_stored(tree_, digest)) {
      stage_set(set, tree_, storage_);
      set.summary.is_staged = true;
      return std::move(set.summary);
    }
    const std::filesystem::path folder = tree_ / store_path(digest);
    const std::string file = first_difference(set, folder);
    if (file.empty()) return std::move(set.summary);
    // But where readers are told of the very bytes that were made now, what is stored is damaged.
    if (published_.contains(set.summary.sums_sha256)) {
      notes_[i] = (folder / file).string() + " was damaged";
      replace(set, notes_[i]);
      return std::move(set.summary);
    }
  }
}

void SetMaker::replace(const RenderedSet& set, std::string& note) {
  stage_set(set, tree_, storage_);
  note += replace_set(tree_, set.summary.digest, storage_)
              ? ", and its set has been replaced"
              : ", but this file system cannot replace its set in one step: move the set away, and "
                "run again with --force";
}

std::vector<std::string> SetMaker::notes() const {
  std::vector<std::string> notes = notes_;
  std::erase(notes, "");
  return notes;
}

}  // namespace reposbom::pipeline
