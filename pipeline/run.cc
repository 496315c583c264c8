// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fnmatch.h>

#include "metadata/digest.h"
#include "metadata/facts.h"
#include "pipeline/batch.h"
#include "pipeline/indexes.h"
#include "pipeline/input.h"
#include "pipeline/lock.h"
#include "pipeline/parallel.h"
#include "pipeline/publisher.h"
#include "pipeline/version.h"

namespace reposbom::pipeline {
namespace {

using metadata::Build;
using metadata::Catalog;

// Sets that may wait to be collected, for each thread: enough to keep it busy, few enough to be
// small beside the catalog.
constexpr std::size_t kInFlightPerThread = 4;

// Digest of everything that decides what a run publishes. Where it is the same as that of the
// current run, there is nothing to do.
std::string inputs_digest(
    const OpenedInput& opened,
    const Settings& settings,
    const SetRecipe& recipe,
    const RunOptions& options) {
  std::string bytes;
  metadata::append_fact(bytes, kVersion);
  metadata::append_fact(bytes, opened.digest());
  metadata::append_fact(bytes, recipe.digest());
  metadata::append_fact(bytes, recipe.creation.distribution.version);
  metadata::append_fact(bytes, options.source_date_epoch.value_or(-1));
  metadata::append_fact(bytes, options.only);
  for (const RepositorySettings& repository : settings.repositories) {
    metadata::append_fact(bytes, repository.id);
    metadata::append_fact(bytes, repository.published);
    metadata::append_fact(bytes, repository.sources_published);
  }
  return metadata::sha256(bytes);
}

bool is_unchanged(const std::filesystem::path& tree, const std::string& inputs) {
  const auto run = current_run(tree);
  if (!run || !std::filesystem::exists(*run / kReport)) return false;
  const std::filesystem::path file = *run / kReport;
  return read_report_inputs(read_file(file), file.string()) == inputs;
}

Index previous_index(const std::filesystem::path& tree) {
  const auto run = current_run(tree);
  if (!run || !std::filesystem::exists(*run / kIndex)) return {};
  const std::filesystem::path file = *run / kIndex;
  return parse_index(read_file(file), file.string());
}

void check_failures(const Report& report, const Settings& settings) {
  const std::size_t allowed = settings.limits.failures.of(report.packages);
  if (report.failures.size() <= allowed) return;
  const Failure& first = report.failures.front();
  throw Error(
      Cause::Limits,
      first.subject,
      first.message + "; " + std::to_string(report.failures.size()) +
          " failures in all, limits.failures allows " + std::to_string(allowed) +
          "; nothing was published");
}

// A mirror that is synced half, or the wrong one, must not withdraw packages.
void check_shrink(const Report& report, const Index& previous, const Settings& settings) {
  const auto before = static_cast<std::size_t>(std::count_if(
      previous.packages.begin(), previous.packages.end(), [](const IndexEntry& entry) {
        return entry.state == State::Current;
      }));
  if (report.packages + settings.limits.shrink.of(before) >= before) return;
  throw Error(
      Cause::Limits,
      "the repositories",
      "hold " + std::to_string(report.packages) + " packages, the published run " +
          std::to_string(before) +
          ": more are gone than limits.shrink allows; nothing was "
          "published. If that is right, run again with --allow-shrink");
}

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
        recipe_(make_recipe(settings, opened.distribution)),
        tree_(settings.output) {
    result_.report.version = kVersion;
    result_.report.inputs = inputs_digest(opened, settings, recipe_, options);
  }

  RunResult run() {
    if (!options_.check && is_unchanged(tree_, result_.report.inputs)) {
      result_.state = RunState::Unchanged;
      return std::move(result_);
    }
    std::optional<TreeLock> lock;
    const bool writes = !options_.dry_run && !options_.check;
    if (writes && std::filesystem::exists(tree_)) lock.emplace(tree_);
    const Index previous = previous_index(tree_);
    progress_("reading", 0, 1);
    catalog_ = read_input(settings_, opened_, result_.report);
    count_catalog(catalog_, result_.report);
    name_sets();
    count_selected();
    if (!options_.allow_shrink) check_shrink(result_.report, previous, settings_);
    check_failures(result_.report, settings_);
    if (options_.dry_run) return plan();
    if (options_.check) return compare();
    // A tree is begun only once its input has proved to be whole.
    storage_.create_directories(tree_);
    if (!lock) lock.emplace(tree_);
    make_sets();
    check_failures(result_.report, settings_);
    publish_run(previous);
    return std::move(result_);
  }

 private:
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

  bool is_stored(std::size_t i) const {
    return std::filesystem::exists(tree_ / store_path(digests_[i]) / kSums);
  }

  RunResult plan() {
    for (std::size_t i = 0; i != digests_.size(); ++i) {
      if (!is_wanted(i)) continue;
      if (is_stored(i)) {
        ++result_.report.sets_reused;
      } else {
        ++result_.report.sets_written;
        result_.lines.push_back(metadata::build_name(catalog_.builds[i]));
      }
    }
    result_.state = RunState::Planned;
    return std::move(result_);
  }

  // Renders every set again and compares it with the files of the store.
  RunResult compare() {
    std::vector<std::string> differences(digests_.size());
    parallel_for(digests_.size(), [&](std::size_t i) {
      if (!is_wanted(i)) return;
      const RenderedSet set = render_set(catalog_, catalog_.builds[i], recipe_, digests_[i]);
      const std::filesystem::path folder = tree_ / store_path(digests_[i]);
      for (const NamedBytes& file : set.files) {
        const std::filesystem::path path = folder / file.name;
        if (std::filesystem::exists(path) && read_file(path) == file.bytes) continue;
        differences[i] = set.summary.build + ": " + file.name + " is not as it would be built";
        return;
      }
    });
    result_.state = RunState::Same;
    for (std::string& difference : differences) {
      if (difference.empty()) continue;
      result_.state = RunState::Drifted;
      result_.lines.push_back(std::move(difference));
    }
    return std::move(result_);
  }

  Outcome<SetSummary> make_set(std::size_t i) {
    const Build& build = catalog_.builds[i];
    return attempt("describe", [&] {
      if (!is_wanted(i)) return SetSummary{};
      if (is_stored(i)) return read_set(tree_, digests_[i]);
      const RenderedSet set = render_set(catalog_, build, recipe_, digests_[i]);
      store_set(set, tree_, storage_);
      return set.summary;
    });
  }

  void make_sets() {
    // Left behind by a run that was killed. Finished sets are in the store and are used.
    storage_.remove_all(tree_ / ".staging");
    std::vector<bool> stored(digests_.size());
    for (std::size_t i = 0; i != stored.size(); ++i)
      stored[i] = is_stored(i);
    std::size_t done = 0;
    sets_.reserve(digests_.size());
    run_batch(
        digests_.size(),
        kInFlightPerThread * thread_count(),
        [&](std::size_t i) { return make_set(i); },
        [&](Outcome<SetSummary> outcome) {
          take_set(std::move(outcome), stored[done]);
          progress_("writing", ++done, digests_.size());
        });
    std::sort(result_.report.failures.begin(), result_.report.failures.end());
  }

  void take_set(Outcome<SetSummary> outcome, bool was_stored) {
    Report& report = result_.report;
    if (auto* failure = std::get_if<Failure>(&outcome)) {
      report.failures.push_back(std::move(*failure));
      sets_.emplace_back();
      return;
    }
    SetSummary& set = std::get<SetSummary>(outcome);
    if (set.digest.empty()) {
      sets_.push_back(std::move(set));
      return;
    }
    ++(was_stored ? report.sets_reused : report.sets_written);
    report.documents += set.documents;
    report.signatures += set.signatures;
    if (!was_stored) report.bytes += set.bytes;
    sets_.push_back(std::move(set));
  }

  std::vector<RunSet> linked_sets(const std::vector<IndexEntry>& entries) const {
    std::vector<RunSet> linked;
    std::map<std::string, std::string> taken;  // Build name to set.
    for (const SetSummary& set : sets_) {
      if (set.digest.empty()) continue;
      linked.push_back({set.source_name, set.build, set.digest, set.sums_sha256});
      taken.emplace(set.build, set.digest);
    }
    for (const IndexEntry& entry : entries) {
      if (!taken.emplace(entry.build, entry.set).second) continue;
      const std::filesystem::path sums = tree_ / store_path(entry.set) / kSums;
      linked.push_back(
          {entry.source_name, entry.build, entry.set, metadata::sha256(read_file(sums))});
    }
    return linked;
  }

  void add_release_files(const generators::Document& release, std::vector<RunFile>& files) const {
    for (const generators::Format format : recipe_.formats) {
      files.push_back(
          {"releases/" + release.name + std::string(generators::row_of(format).suffix),
           [&release, format, this](const generators::Sink& sink) {
             generators::render_to(release, recipe_.creation, format, sink);
           }});
    }
  }

  void publish_run(const Index& previous) {
    progress_("publishing", 0, 1);
    RunContents contents;
    contents.time = options_.source_date_epoch.value_or(opened_.time());
    contents.name = run_name(tree_, contents.time);
    Index index{.run = contents.name};
    index.packages = make_entries(sets_, previous);
    contents.sets = linked_sets(index.packages);
    std::vector<generators::DocumentLink> links;
    for (const SetSummary& set : sets_)
      links.push_back(set.document);
    generators::Document release =
        generators::describe_release(catalog_, recipe_.creation, links, contents.time);
    generators::identify(release, recipe_.creation);
    index.distribution = release.name;
    for (const generators::Format format : recipe_.formats) {
      index.suffixes.emplace_back(generators::row_of(format).suffix);
    }
    add_release_files(release, contents.files);
    add_reports(contents, index, previous);
    publish(contents, recipe_, tree_, storage_);
  }

  void add_reports(RunContents& contents, const Index& index, const Index& previous) {
    Report& report = result_.report;
    report.run = contents.name;
    report.distribution = index.distribution;
    report.release_documents = recipe_.formats.size();
    report.signatures += recipe_.signers.size();
    for (const auto& signer : recipe_.signers)
      report.signers.push_back(signer->description());
    const auto add = [&](std::string_view name, std::string text) {
      contents.files.push_back(
          {std::string(name),
           [text = std::move(text)](const generators::Sink& sink) { sink(text); }});
    };
    add(kIndex, write_index(index));
    add("changes.csv", write_changes(index));
    add("diff.json", write_diff(previous, index));
    add(kReport, write_report_json(report));
    add("report.html", write_report_html(report));
  }

  const Settings& settings_;
  const RunOptions& options_;
  Storage& storage_;
  const Progress& progress_;
  const OpenedInput& opened_;
  const SetRecipe recipe_;
  const std::filesystem::path tree_;
  Catalog catalog_ = {};
  std::vector<std::string> digests_ = {};
  std::vector<SetSummary> sets_ = {};  // Beside catalog_.builds; empty where there is none.
  RunResult result_ = {};
};

}  // namespace

std::vector<std::unique_ptr<Signer>> make_signers(const Signing& signing) {
  std::vector<std::unique_ptr<Signer>> signers;
  if (signing.openpgp) {
    signers.push_back(make_openpgp_signer(signing.openpgp->key, signing.openpgp->passphrase_file));
  }
  if (signing.x509) {
    signers.push_back(make_cms_signer(
        signing.x509->key, signing.x509->certificate, signing.x509->passphrase_file));
  }
  return signers;
}

SetRecipe make_recipe(const Settings& settings, const metadata::Distribution& distribution) {
  SetRecipe recipe;
  recipe.creation.distribution = distribution;
  recipe.creation.supplier = settings.supplier;
  if (recipe.creation.supplier.name.empty()) recipe.creation.supplier.name = distribution.name;
  recipe.creation.creator = settings.creator;
  recipe.creation.version = kDocumentVersion;
  recipe.formats = settings.formats;
  recipe.signers = make_signers(settings.signing);
  return recipe;
}

RunResult run_build(
    const Settings& settings,
    const RunOptions& options,
    Storage& storage,
    const Progress& progress) {
  const OpenedInput opened = open_input(settings);
  return Run(settings, options, storage, progress, opened).run();
}

}  // namespace reposbom::pipeline
