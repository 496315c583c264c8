// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fnmatch.h>

#include "metadata/error.h"
#include "pipeline/batch.h"
#include "pipeline/indexes.h"
#include "pipeline/input.h"
#include "pipeline/interrupt.h"
#include "pipeline/lock.h"
#include "pipeline/parallel.h"
#include "pipeline/publisher.h"
#include "pipeline/recipe.h"
#include "pipeline/rpm_files.h"
#include "pipeline/run_contents.h"
#include "pipeline/version.h"

namespace reposbom::pipeline {
namespace {

using metadata::Build;
using metadata::Catalog;

// Sets that may wait to be collected, for each thread: enough to keep it busy, few enough to be
// small beside the catalog.
constexpr std::size_t kInFlightPerThread = 4;

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

class Run {
 public:
  Run(const Settings& settings,
      const RunOptions& options,
      Storage& storage,
      const Progress& progress,
      const OpenedInput& opened)
      : settings_(settings),
        options_(options),
        storage_(storage),
        progress_(progress),
        opened_(opened),
        recipe_(make_recipe(settings, opened.distribution, options.source_date_epoch)),
        tree_(settings.output) {
    if (settings.files) recipe_.list_files = lister_of(opened.package_roots());
    result_.report.version = kVersion;
    const RunScope scope{options.only, options.source_date_epoch};
    result_.report.inputs = run_inputs(opened.digest(), settings, recipe_, scope);
  }

  RunResult run() {
    if (is_up_to_date()) return ended(RunState::Unchanged);
    std::optional<TreeLock> lock;
    const bool writes = !options_.dry_run && !options_.check;
    if (writes && std::filesystem::exists(tree_)) lock.emplace(tree_);
    // Another run may have ended between the first look and the lock.
    if (lock && is_up_to_date()) return ended(RunState::Unchanged);
    const Index previous = current_index(tree_);
    progress_("reading", 0, 1);
    files_ = read_file_cache(tree_);
    const FileCache known = files_;
    catalog_ = read_input(settings_, opened_, files_, result_.report);
    count_catalog(catalog_, result_.report);
    name_sets();
    count_selected();
    if (result_.report.builds == 0 && !options_.only.empty()) {
      throw Error(Cause::Usage, options_.only, "matches no source package of the repositories");
    }
    if (!options_.allow_shrink) check_shrink(result_.report, previous, settings_.limits);
    check_failures(result_.report, settings_.limits);
    if (options_.dry_run) return plan();
    if (options_.check) return compare(previous);
    // A tree is begun only once its input has proved to be whole.
    storage_.create_directories(tree_);
    if (!lock) lock_new_tree(lock);
    const Cleanup cleanup(tree_, storage_);
    if (files_ != known) save_files();
    make_sets(previous);
    check_interrupt();
    check_failures(result_.report, settings_.limits);
    publish_run(previous);
    return ended(RunState::Published);
  }

 private:
  RunResult ended(RunState state) {
    result_.state = state;
    return std::move(result_);
  }

  // Before anything else is made: reading the files again would take longer than all the rest.
  void save_files() const {
    const std::filesystem::path staged = tree_ / kStaging / kFileCache;
    storage_.create_directories(staged.parent_path());
    storage_.write(staged, write_file_cache(files_));
    storage_.rename(staged, tree_ / kFileCache);
  }

  bool is_up_to_date() const {
    return !options_.check && current_inputs(tree_) == result_.report.inputs;
  }

  // What was read of the tree before is stale if another run has begun it too.
  void lock_new_tree(std::optional<TreeLock>& lock) const {
    lock.emplace(tree_);
    if (!current_run(tree_)) return;
    throw Error(
        Cause::TryAgain, tree_.string(), "another run has begun this tree meanwhile: run again");
  }

  void name_sets() {
    const std::string recipe = recipe_.digest();
    digests_.resize(catalog_.builds.size());
    parallel_for(digests_.size(), [&](std::size_t i) {
      const Build& build = catalog_.builds[i];
      if (is_selected(build, options_.only)) digests_[i] = set_digest(catalog_, build, recipe);
    });
  }

  bool is_wanted(std::size_t i) const { return !digests_[i].empty(); }

  // Of a catalog of which only a part is wanted, the report counts that part.
  void count_selected() {
    if (options_.only.empty()) return;
    Report& report = result_.report;
    report.packages = 0;
    report.builds = 0;
    for (std::size_t i = 0; i != digests_.size(); ++i) {
      if (!is_wanted(i)) continue;
      ++report.builds;
      report.packages += catalog_.builds[i].packages.size();
    }
  }

  RunResult plan() {
    for (std::size_t i = 0; i != digests_.size(); ++i) {
      if (!is_wanted(i)) continue;
      if (is_stored(tree_, digests_[i])) {
        ++result_.report.sets_reused;
      } else {
        ++result_.report.sets_written;
        result_.lines.push_back(metadata::build_name(catalog_.builds[i]));
      }
    }
    return ended(RunState::Planned);
  }

  // Makes everything again and compares it with what readers of the tree see. The reports are left
  // out: they tell of the run that wrote them.
  RunResult compare(const Index& previous) {
    const auto run = current_run(tree_);
    if (!run) return drifted({tree_.string() + ": nothing is published there"});
    sets_.resize(digests_.size());
    std::vector<std::string> differences(digests_.size());
    parallel_for(digests_.size(), [&](std::size_t i) { differences[i] = compare_set(i, *run); });
    if (options_.only.empty()) compare_run(previous, *run, differences);
    std::erase(differences, "");
    return differences.empty() ? ended(RunState::Same) : drifted(std::move(differences));
  }

  RunResult drifted(std::vector<std::string> differences) {
    result_.lines = std::move(differences);
    return ended(RunState::Drifted);
  }

  // A build that cannot be described is none that would be published.
  std::string compare_set(std::size_t i, const std::filesystem::path& run) {
    if (!is_wanted(i)) return {};
    const auto outcome = attempt(
        "describe", [&] { return render_set(catalog_, catalog_.builds[i], recipe_, digests_[i]); });
    const auto* set = std::get_if<RenderedSet>(&outcome);
    if (set == nullptr) return {};
    sets_[i] = set->summary;
    const std::string file =
        first_difference(*set, run / set_path(set->summary.source_name, set->summary.build));
    return file.empty() ? file : set->summary.build + ": " + file + " is not as it would be built";
  }

  void compare_run(
      const Index& previous,
      const std::filesystem::path& run,
      std::vector<std::string>& differences) const {
    const generators::Document release = release_document(catalog_, recipe_, sets_, time());
    std::vector<RunFile> files = release_files(release, recipe_);
    const Index index =
        make_index(previous.run, release.name, recipe_, make_entries(sets_, previous));
    files.push_back(text_file(kIndex, write_index(index)));
    files.push_back(text_file(kChanges, write_changes(index)));
    for (const RunFile& file : files) {
      if (is_as_written(file, run)) continue;
      differences.push_back(file.name + " is not as it would be built");
    }
  }

  Outcome<SetSummary> make_set(std::size_t i) {
    check_interrupt();
    const Build& build = catalog_.builds[i];
    return attempt("describe", [&] {
      if (!is_wanted(i)) return SetSummary{};
      if (is_stored(tree_, digests_[i])) return read_set(tree_, digests_[i]);
      const RenderedSet set = render_set(catalog_, build, recipe_, digests_[i]);
      stage_set(set, tree_, storage_);
      return set.summary;
    });
  }

  void make_sets(const Index& previous) {
    std::set<std::string> published;
    for (const IndexEntry& entry : previous.packages)
      published.insert(entry.set);
    std::size_t done = 0;
    sets_.reserve(digests_.size());
    run_batch(
        digests_.size(),
        kInFlightPerThread * thread_count(),
        [&](std::size_t i) { return make_set(i); },
        [&](Outcome<SetSummary> outcome) {
          take_set(std::move(outcome), published.contains(digests_[done]));
          progress_("writing", ++done, digests_.size());
        });
    std::sort(result_.report.failures.begin(), result_.report.failures.end());
  }

  // The counts are those of a run that nothing disturbed: a set that a failed run has left in the
  // store is new to readers all the same.
  void take_set(Outcome<SetSummary> outcome, bool was_published) {
    Report& report = result_.report;
    if (auto* failure = std::get_if<Failure>(&outcome)) {
      report.failures.push_back(std::move(*failure));
      sets_.emplace_back();
      return;
    }
    SetSummary& set = std::get<SetSummary>(outcome);
    if (!set.digest.empty()) {
      ++(was_published ? report.sets_reused : report.sets_written);
      report.documents += set.documents;
      report.signatures += set.signatures;
      if (!was_published) report.bytes += set.bytes;
    }
    sets_.push_back(std::move(set));
  }

  std::int64_t time() const { return options_.source_date_epoch.value_or(opened_.time()); }

  void publish_run(const Index& previous) {
    progress_("publishing", 0, 1);
    const generators::Document release = release_document(catalog_, recipe_, sets_, time());
    RunContents contents;
    contents.time = time();
    contents.name = run_name(tree_, contents.time);
    contents.files = release_files(release, recipe_);
    const Index index =
        make_index(contents.name, release.name, recipe_, make_entries(sets_, previous));
    contents.sets = linked_sets(tree_, sets_, index.packages);
    add_reports(contents.files, index, previous);
    std::string trouble = publish(contents, recipe_, tree_, storage_);
    if (!trouble.empty()) result_.lines.push_back(std::move(trouble));
  }

  void add_reports(std::vector<RunFile>& files, const Index& index, const Index& previous) {
    Report& report = result_.report;
    report.run = index.run;
    report.distribution = index.distribution;
    report.release_documents = recipe_.formats.size();
    report.signatures += recipe_.signers.size();
    for (const auto& signer : recipe_.signers)
      report.signers.push_back(signer->description());
    files.push_back(text_file(kIndex, write_index(index)));
    files.push_back(text_file(kChanges, write_changes(index)));
    files.push_back(text_file("diff.json", write_diff(previous, index)));
    files.push_back(text_file(kReport, write_report_json(report)));
    files.push_back(text_file("report.html", write_report_html(report)));
  }

  const Settings& settings_;
  const RunOptions& options_;
  Storage& storage_;
  const Progress& progress_;
  const OpenedInput& opened_;
  SetRecipe recipe_;
  const std::filesystem::path tree_;
  Catalog catalog_ = {};
  FileCache files_ = {};
  std::vector<std::string> digests_ = {};
  std::vector<SetSummary> sets_ = {};  // Beside catalog_.builds; empty where there is none.
  RunResult result_ = {};
};

}  // namespace

RunResult run_build(
    const Settings& settings,
    const RunOptions& options,
    Storage& storage,
    const Progress& progress) {
  const OpenedInput opened = open_input(settings);
  return Run(settings, options, storage, progress, opened).run();
}

}  // namespace reposbom::pipeline
