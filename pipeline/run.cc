// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "metadata/error.h"
#include "metadata/version.h"
#include "pipeline/batch.h"
#include "pipeline/indexes.h"
#include "pipeline/input.h"
#include "pipeline/interrupt.h"
#include "pipeline/lock.h"
#include "pipeline/parallel.h"
#include "pipeline/publisher.h"
#include "pipeline/quality_sample.h"
#include "pipeline/recipe.h"
#include "pipeline/rpm_files.h"
#include "pipeline/run_contents.h"
#include "pipeline/run_diff.h"
#include "pipeline/set_batch.h"
#include "pipeline/set_cache.h"
#include "pipeline/set_maker.h"
#include "pipeline/set_plan.h"
#include "pipeline/trace.h"

namespace reposbom::pipeline {
namespace {

using metadata::Build;
using metadata::Catalog;

// Sets that may wait to be collected, for each thread: as many as are made while another thread is
// busy with the largest (sets are collected in their order). What waits is their summaries alone:
// their documents have been written.
constexpr std::size_t kInFlightPerThread = 64;

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
        tree_(settings.output),
        redo_{options.force, options.redo_made_by} {
    if (settings.files) recipe_.list_files = lister_of(opened.package_places());
    result_.report.version = metadata::kVersion;
    result_.report.signers = signing_keys(recipe_.signers);
    const RunScope scope{options.only, options.source_date_epoch};
    result_.report.inputs = run_inputs(opened.digest(), settings, recipe_, scope);
  }

  RunResult run() {
    if (is_up_to_date()) return ended(RunState::Unchanged);
    std::optional<TreeLock> lock;
    const bool writes = !options_.dry_run && !options_.check;
    if (writes && std::filesystem::exists(tree_)) lock.emplace(tree_, "build", options_.wait);
    // Another run may have ended between the first look and the lock.
    if (lock && is_up_to_date()) return ended(RunState::Unchanged);
    progress_("reading", 0, 1);
    files_ = read_file_cache(tree_);
    const FileCache known = files_;
    Index previous;
    in_parallel(
        {[&] { previous = read_previous(); },
         [&] { catalog_ = read_input(settings_, opened_, files_, result_.report); }});
    count_catalog(catalog_, result_.report);
    plan_all();
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
    // Before anything else is made: reading the files again would take longer than all the rest.
    if (files_ != known) save_cache(kFileCache, write_file_cache(files_));
    make_sets(previous);
    check_interrupt();
    check_failures(result_.report, settings_.limits);
    if (redo_.any() && is_as_published(previous)) return ended(RunState::Unchanged);
    publish_run(previous);
    retire();
    return ended(RunState::Published);
  }

 private:
  RunResult ended(RunState state) {
    result_.state = state;
    return std::move(result_);
  }

  Index read_previous() {
    const Span span("read tree");
    known_sets_ = read_set_cache(tree_);
    Index previous = current_index(tree_);
    published_ = published_sets(previous);
    return previous;
  }

  void save_cache(std::string_view name, const std::string& text) const {
    const std::filesystem::path staged = tree_ / kStaging / name;
    storage_.create_directories(staged.parent_path());
    storage_.write(staged, text);
    storage_.rename(staged, tree_ / name);
  }

  bool is_up_to_date() const {
    return !options_.check && !redo_.any() && current_inputs(tree_) == result_.report.inputs;
  }

  // What was read of the tree before is stale if another run has begun it too.
  void lock_new_tree(std::optional<TreeLock>& lock) const {
    lock.emplace(tree_, "build", options_.wait);
    if (!current_run(tree_)) return;
    throw Error(
        Cause::TryAgain, tree_.string(), "another run has begun this tree meanwhile: run again");
  }

  void plan_all() {
    const Span span("plan");
    planned_ = plan_sets(tree_, catalog_, recipe_, options_.only, published_);
    metadata::forget_resolved(catalog_);
  }

  // Of a catalog of which only a part is wanted, the report counts that part.
  void count_selected() {
    if (options_.only.empty()) return;
    Report& report = result_.report;
    report.packages = 0;
    report.builds = 0;
    for (std::size_t i = 0; i != planned_.size(); ++i) {
      if (!planned_[i].is_wanted()) continue;
      ++report.builds;
      report.packages += catalog_.builds[i].packages.size();
    }
  }

  RunResult plan() {
    for (std::size_t i = 0; i != planned_.size(); ++i) {
      if (!planned_[i].is_wanted()) continue;
      const std::string reason = reason_to_make(i);
      if (reason.empty()) {
        ++result_.report.sets_reused;
      } else {
        ++result_.report.sets_written;
        result_.lines.push_back(metadata::build_name(catalog_.builds[i]) + ": " + reason);
      }
    }
    return ended(RunState::Planned);
  }

  // Empty if the set is taken as it is.
  std::string reason_to_make(std::size_t i) const {
    const PlannedSet& planned = planned_[i];
    if (!planned.is_stored) {
      return reason_for(tree_, catalog_.builds[i], planned.inputs, published_);
    }
    if (redo_.all) return "--force";
    const bool is_redone = !redo_.made_by.empty() && planned.inputs.made_by == redo_.made_by;
    return is_redone ? "made by " + redo_.made_by : "";
  }

  // Makes everything again and compares it with what readers of the tree see. The reports are left
  // out: they tell of the run that wrote them.
  RunResult compare(const Index& previous) {
    const auto run = current_run(tree_);
    if (!run) return drifted({tree_.string() + ": nothing is published there"});
    sets_.resize(planned_.size());
    std::vector<std::string> differences(planned_.size());
    parallel_for(planned_.size(), [&](std::size_t i) { differences[i] = compare_set(i, *run); });
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
    const PlannedSet& planned = planned_[i];
    if (!planned.is_wanted()) return {};
    const auto outcome = attempt("describe", [&] {
      return render_set(catalog_, catalog_.builds[i], recipe_, {planned.digest, planned.inputs});
    });
    const auto* set = std::get_if<RenderedSet>(&outcome);
    if (set == nullptr) return {};
    sets_[i] = set->summary;
    const std::string file = first_difference(
        *set, run / metadata::set_path(set->summary.source_name, set->summary.build));
    return file.empty() ? file : set->summary.build + ": " + file + " is not as it would be built";
  }

  void compare_run(
      const Index& previous,
      const std::filesystem::path& run,
      std::vector<std::string>& differences) const {
    const generators::Document release = release_document(catalog_, recipe_, sets_, time());
    std::vector<RunFile> files = release_files(release, recipe_);
    const Index index = make_index(previous.run, recipe_, entries(previous));
    files.push_back(text_file(kIndex, write_index(index)));
    files.push_back(text_file(kChanges, write_changes(index)));
    for (const RunFile& file : files) {
      if (is_as_written(file, run)) continue;
      differences.push_back(file.name + " is not as it would be built");
    }
  }

  void make_sets(const Index& previous) {
    std::set<std::string> published;
    for (const IndexEntry& entry : previous.packages)
      published.insert(entry.set);
    std::size_t done = 0;
    sets_.reserve(planned_.size());
    SetMaker maker(catalog_, recipe_, planned_, tree_, redo_, known_sets_, storage_);
    SetBatch batch(tree_, storage_);
    run_batch(
        planned_.size(),
        kInFlightPerThread * thread_count(),
        [&](std::size_t i) {
          check_interrupt();
          return attempt("describe", [&] { return maker.make(i); });
        },
        [&](Outcome<SetSummary> outcome) {
          take_set(std::move(outcome), published);
          if (sets_.back().is_staged) batch.add(sets_.back().digest, sets_.back().bytes);
          progress_("writing", ++done, planned_.size());
        });
    result_.lines = maker.notes();
    std::sort(result_.report.failures.begin(), result_.report.failures.end());
  }

  // The counts are those of a run that nothing disturbed: a set that a failed run has left in the
  // store is new to readers all the same.
  void take_set(Outcome<SetSummary> outcome, const std::set<std::string>& published) {
    Report& report = result_.report;
    if (auto* failure = std::get_if<Failure>(&outcome)) {
      report.failures.push_back(std::move(*failure));
      sets_.emplace_back();
      return;
    }
    SetSummary& set = std::get<SetSummary>(outcome);
    if (!set.digest.empty()) {
      const bool was_published = published.contains(set.digest);
      ++(was_published ? report.sets_reused : report.sets_written);
      report.documents += set.documents;
      report.signatures += set.signatures;
      if (!was_published) report.bytes += set.bytes;
    }
    sets_.push_back(std::move(set));
  }

  // What failed is in the repositories all the same.
  Undescribed undescribed() const {
    Undescribed undescribed;
    for (const Failure& failure : result_.report.failures)
      undescribed.names.insert(failure.subject);
    for (std::size_t i = 0; i != planned_.size(); ++i) {
      if (!planned_[i].is_wanted() || !sets_[i].digest.empty()) continue;
      undescribed.names.insert(metadata::build_name(catalog_.builds[i]));
      undescribed.sources.insert(catalog_.builds[i].source.package.name);
    }
    return undescribed;
  }

  std::vector<IndexEntry> entries(const Index& previous) const {
    std::vector<IndexEntry> entries = make_entries(sets_, previous, time(), undescribed());
    drop_expired(entries, settings_.keep, time());
    return entries;
  }

  // Whether all that was made again is what the current run has: then there is nothing to publish.
  bool is_as_published(const Index& previous) const {
    const auto run = current_run(tree_);
    if (!run || current_inputs(tree_) != result_.report.inputs) return false;
    std::vector<std::string> differences;
    compare_run(previous, *run, differences);
    return differences.empty();
  }

  // It is published: what cannot be removed now, the next run removes.
  void retire() {
    try {
      Expired expired = find_expired(tree_, settings_.keep, Sweep::ExpiredRuns);
      remove_expired(expired, tree_, storage_);
      result_.removed = std::move(expired);
    } catch (const Error& error) {
      result_.lines.emplace_back(error.what());
    }
  }

  std::int64_t time() const { return options_.source_date_epoch.value_or(opened_.time()); }

  void publish_run(const Index& previous) {
    progress_("publishing", 0, 1);
    RunContents contents;
    contents.time = time();
    contents.name = run_name(tree_, contents.time);
    generators::Document release;
    in_parallel(
        {[&] { release = release_document(catalog_, recipe_, sets_, time()); },
         [&] { add_indexes(contents, previous); }});
    std::ranges::move(release_files(release, recipe_), std::back_inserter(contents.files));
    std::string trouble = publish(contents, recipe_, tree_, storage_);
    if (!trouble.empty()) result_.lines.push_back(std::move(trouble));
  }

  // What a run has beside its sets and release documents.
  void add_indexes(RunContents& contents, const Index& previous) {
    const Span span("indexes");
    const Index index = make_index(contents.name, recipe_, entries(previous));
    contents.sets = linked_sets(tree_, sets_, index.packages);
    save_cache(kSetCache, write_set_cache(sets_, known_sets_, contents.sets));
    add_reports(contents.files, index, previous);
  }

  // Of a document in the store that cannot be read, the report tells; `verify` finds out the rest.
  void judge_quality() {
    try {
      const QualityContext context{.is_signed = !recipe_.signers.empty()};
      result_.report.quality = judge_sample(tree_, sets_, context);
    } catch (const Error& error) {
      result_.report.remarks.push_back({"quality", error.what()});
    }
  }

  void add_reports(std::vector<RunFile>& files, const Index& index, const Index& previous) {
    const Span span("reports");
    Report& report = result_.report;
    report.run = index.run;
    report.distribution = index.distribution;
    report.release_documents = recipe_.formats.size();
    report.signatures += recipe_.signers.size();
    judge_quality();
    for (metadata::Remark& remark : remarks_on_expiry(report.signers, time()))
      report.remarks.push_back(std::move(remark));
    files.push_back(text_file(kIndex, write_index(index)));
    files.push_back(text_file(kChanges, write_changes(index)));
    std::string diff = write_diff_json(compare_runs({tree_, previous}, {tree_, index}));
    report.changes = read_changes(diff);
    files.push_back(text_file(kDiff, std::move(diff)));
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
  const Redo redo_;
  Catalog catalog_ = {};
  FileCache files_ = {};
  PublishedSets published_ = {};
  SetCache known_sets_ = {};
  std::vector<PlannedSet> planned_ = {};  // Beside catalog_.builds.
  std::vector<SetSummary> sets_ = {};     // Beside catalog_.builds; empty where there is none.
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
